import type { Program } from '@opine/models/ir/types.ts'

/** A program with its inputs as text, for the way into a page. */
export type Parcel = { readonly program: Program; readonly inputs: readonly Uint8Array[] }

/** Runs in Node, whose buffers would turn themselves into something else before the replacer sees them. */
export const pack = (parcel: Parcel): string =>
  JSON.stringify(parcel, function (this: Readonly<Record<string, unknown>>, key, value: unknown) {
    const own = this[key]
    return own instanceof Uint8Array ? { bytes64: Buffer.from(own).toString('base64') } : value
  })

/** Runs in browsers. */
export const unpack = (text: string): Parcel =>
  JSON.parse(text, (_, value: { readonly bytes64?: string } | null) =>
    typeof value?.bytes64 === 'string' ? Uint8Array.from(atob(value.bytes64), (letter) => letter.charCodeAt(0)) : value,
  ) as Parcel
