import { OpineError } from '@opine/dispute-game/errors.ts'
import { content, type Field, fields, text } from './wire.ts'

/** Bytes of a file beside the model, by the path that the model gives, which is relative and stays inside of the model's folder. */
export type ExternalData = (location: string) => Uint8Array

/** Reads a StringStringEntryProto: one key of a tensor's `external_data`. */
export function externalEntry(field: Field): readonly [string, string] {
  let [key, value] = ['', '']
  for (const part of fields(content(field))) {
    if (part.number === 1) key = text(part)
    else if (part.number === 2) value = text(part)
  }
  return [key, value]
}

/**
 * The part of another file that a tensor keeps its data in; a view, not a copy. Source: onnx.proto, TensorProto.external_data.
 * @param entries   `location`, and `offset` and `length` in bytes, which are 0 and the rest of the file if left out
 * @param external  null where the caller has no files
 * @throws {OpineError} `EXTERNAL_DATA`, `EXTERNAL_PATH`, and those of `external`
 */
export function externalBytes(tensor: string, entries: ReadonlyMap<string, string>, external: ExternalData | null): Uint8Array {
  if (!external) {
    const message = `Tensor '${tensor}' keeps its data in another file. Read the model from its folder, or save it as one file.`
    throw new OpineError('EXTERNAL_DATA', message, { tensor })
  }
  const location = entries.get('location') ?? ''
  checkLocation(tensor, location)
  const bytes = external(location)
  const offset = byteCount(tensor, 'offset', entries.get('offset') ?? '0')
  const length = byteCount(tensor, 'length', entries.get('length') ?? String(Math.max(0, bytes.length - offset)))
  if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length)
  const message = `Tensor '${tensor}' wants ${length} bytes from byte ${offset} of '${location}', which has ${bytes.length}.`
  throw new OpineError('EXTERNAL_DATA', message, { tensor, location, offset, length, bytes: bytes.length })
}

/** A hostile model shall not name files that are not its own. */
function checkLocation(tensor: string, location: string): void {
  const parts = location.split(/[/\\]/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (location !== '' && !/[\u0000-\u001f:]/.test(location) && !parts.includes('..') && parts[0] !== '') return
  const message = `Tensor '${tensor}' keeps its data at '${location.slice(0, 200)}'; the path must be relative and stay inside of the model's folder.`
  throw new OpineError('EXTERNAL_PATH', message, { tensor, location })
}

function byteCount(tensor: string, key: string, value: string): number {
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw new OpineError(
    'EXTERNAL_DATA',
    `Tensor '${tensor}' has the ${key} '${value.slice(0, 40)}' in another file; it must be a number of bytes.`,
    {
      tensor,
    },
  )
}
