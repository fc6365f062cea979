import { OpineError } from '@opine/dispute-game/errors.ts'
import type { StoreType } from '@opine/models/ir/types.ts'

const TYPES: Readonly<Record<string, NpyArray['type']>> = {
  '<f4': 'f32',
  '<i4': 'i32',
  '<i8': 'i64',
  '|i1': 'i8',
  '|u1': 'u8',
  '|b1': 'u8',
  '<f2': 'f16',
}
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** Programs have no `i64`: whoever feeds one converts. */
export type NpyArray = { readonly type: StoreType | 'i64'; readonly shape: readonly number[]; readonly data: Uint8Array }

/**
 * Reads a NumPy array file, versions 1 to 3, row-major and little-endian. Format: numpy.lib.format, NumPy enhancement proposal 1.
 * @throws {OpineError} `NPY_MALFORMED`, `NPY_UNSUPPORTED`
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const malformed = (fact: string): OpineError => new OpineError('NPY_MALFORMED', `${name} is no NumPy array file: ${fact}`)
  if (bytes.length < 12 || MAGIC.some((byte, index) => bytes[index] !== byte)) throw malformed('it does not begin with \\x93NUMPY')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = bytes[6]!
  if (version < 1 || version > 3) throw malformed(`its version is ${version}`)
  const start = version === 1 ? 10 : 12
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true))
  if (end > bytes.length) throw malformed('its header is cut')
  const header = new TextDecoder().decode(bytes.subarray(start, end))
  const [, descr] = /'descr':\s*'([^']*)'/.exec(header) ?? []
  const [, order] = /'fortran_order':\s*(True|False)/.exec(header) ?? []
  const [, extents] = /'shape':\s*\(([\d,\s]*)\)/.exec(header) ?? []
  if (descr === undefined || order === undefined || extents === undefined) throw malformed('its header lacks descr, fortran_order or shape')
  const type = TYPES[descr]
  if (!type || order === 'True') {
    const known = Object.keys(TYPES).join(', ')
    throw new OpineError(
      'NPY_UNSUPPORTED',
      `${name} holds ${descr}${order === 'True' ? ' column-major' : ''}; save it row-major as one of ${known}, such as np.ascontiguousarray(x, 'float32')`,
    )
  }
  const shape = extents.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]))
  return { type, shape, data: bytes.subarray(end) }
}
