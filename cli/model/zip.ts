import { crc32, inflateRawSync } from 'node:zlib'
import { OpineError } from '@opine/dispute-game/errors.ts'

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
/** The record at the end and the longest comment after it. */
const END_ROOM = 22 + 0xffff

/** What one entry may unpack to: more than any input of a program has. */
const MAX_BYTES = 2 ** 31 - 1

/**
 * The files of a ZIP archive, stored or deflated, as NumPy writes them; each is unpacked and checked when it is asked for.
 * Format: PKWARE APPNOTE 6.3, without encryption and 64-bit sizes.
 * @param source  names the archive in errors
 * @throws {OpineError} `ZIP_MALFORMED`, also from the entries
 */
export function readZip(bytes: Uint8Array, source: string): ReadonlyMap<string, () => Uint8Array> {
  const malformed = (fact: string, options: ErrorOptions = {}): OpineError =>
    new OpineError('ZIP_MALFORMED', `${source} is no readable ZIP archive: ${fact}`, {}, options)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const within = (offset: number, length: number): number => {
    if (offset + length <= bytes.length) return offset
    throw malformed('it is cut')
  }
  const end = findEnd(view)
  if (end < 0) throw malformed('it has no directory')
  const count = view.getUint16(end + 10, true)
  const files = new Map<string, () => Uint8Array>()
  let at = view.getUint32(end + 16, true)
  for (let entry = 0; entry < count; entry++) {
    within(at, 46)
    if (view.getUint32(at, true) !== CENTRAL) throw malformed('its directory is damaged')
    const [method, sum, packed, size] = [view.getUint16(at + 10, true), ...[16, 20, 24].map((field) => view.getUint32(at + field, true))]
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true))
    const local = view.getUint32(at + 42, true)
    const name = new TextDecoder().decode(bytes.subarray(within(at + 46, nameLength!), at + 46 + nameLength!))
    files.set(name, () => {
      within(local, 30)
      if (view.getUint32(local, true) !== LOCAL || size! > MAX_BYTES) throw malformed(`its entry ${name} is damaged`)
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
      const content = unpack(method!, bytes.subarray(within(start, packed!), start + packed!), size!, (cause) =>
        malformed(`its entry ${name} cannot be unpacked`, { cause }),
      )
      if (content.length !== size || crc32(content) !== sum) throw malformed(`its entry ${name} is damaged`)
      return content
    })
    at += 46 + nameLength! + extra! + comment!
  }
  return files
}

function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - END_ROOM); at--) if (view.getUint32(at, true) === END) return at
  return -1
}

function unpack(method: number, packed: Uint8Array, size: number, failure: (cause: unknown) => OpineError): Uint8Array {
  if (method === 0) return packed
  if (method !== 8) throw failure(new Error(`method ${method}`))
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
  } catch (cause) {
    throw failure(cause)
  }
}
