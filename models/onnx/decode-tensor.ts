import { OpineError } from '@opine/dispute-game/errors.ts'
import { type ExternalData, externalBytes, externalEntry } from './external.ts'
import { ELEMENT_TYPES, type ElementType, type Tensor } from './types.ts'
import {
  bigInteger,
  content,
  type Field,
  fields,
  integer,
  malformed,
  packedFixed,
  packedIntegers,
  type Slice,
  sliceBytes,
  text,
} from './wire.ts'

/** Tensors, like buffers of a program, have fewer elements than this. */
export const MAX_ELEMENTS = 0x80000000

const TYPE_NAMES = ['none', 'float', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string', 'bool', 'float16', 'double', 'uint32']
const OTHER_TYPE_NAMES = ['uint64', 'complex64', 'complex128', 'bfloat16']

/**
 * Reads a TensorProto. `data` is a view into the file where the file holds raw bytes.
 * @param external  reads the files beside the model; null where there are none
 * @throws {OpineError} `UNSUPPORTED_TYPE`, `EXTERNAL_DATA`, `EXTERNAL_PATH`, `TENSOR_LENGTH`, `TENSOR_TOO_LARGE` and the wire reader's
 */
export function decodeTensor(message: Slice, external: ExternalData | null = null): Tensor {
  const dims: number[] = []
  const floats: Uint8Array[] = []
  const doubles: Uint8Array[] = []
  const integers: Field[] = []
  let name = ''
  let code = 0
  let raw: Uint8Array | null = null
  let elsewhere = false
  const entries = new Map<string, string>()
  for (const field of fields(message)) {
    if (field.number === 1) for (const extent of packedIntegers(field)) dims.push(Number(extent))
    else if (field.number === 2) code = integer(field)
    else if (field.number === 3) throw malformed('a segmented tensor', field.slice.start)
    else if (field.number === 4) floats.push(packedFixed(field, 4))
    else if (field.number === 5 || field.number === 7) integers.push(field)
    else if (field.number === 8) name = text(field)
    else if (field.number === 9) raw = sliceBytes(content(field))
    else if (field.number === 10) doubles.push(packedFixed(field, 8))
    else if (field.number === 13) entries.set(...externalEntry(field))
    else if (field.number === 14) elsewhere = bigInteger(field) === 1n
    if (dims.length > 64) throw malformed('a tensor of more than 64 dimensions', field.slice.start)
  }
  if (elsewhere || entries.size > 0) raw = externalBytes(name, entries, external)
  const type = elementType(code, `tensor '${name}'`)
  const count = elementCount(name, dims)
  const { size } = ELEMENT_TYPES[type]
  let data: Uint8Array
  if (raw !== null) data = raw
  else if (type === 'f32') data = joined(floats)
  else if (type === 'f64') data = joined(doubles)
  else data = narrowed(integers, size, count)
  if (data.length !== count * size) {
    const message = `Tensor '${name}' of shape [${dims}] wants ${count * size} bytes of ${type}, the file has ${data.length}.`
    throw new OpineError('TENSOR_LENGTH', message, { tensor: name, shape: dims, bytes: data.length })
  }
  return { name, type, shape: dims, data }
}

/**
 * The element type of a `TensorProto.DataType` code; `where` names its bearer for the error.
 * @throws {OpineError} `UNSUPPORTED_TYPE`
 */
export function elementType(code: number, where: string): ElementType {
  for (const [type, entry] of Object.entries(ELEMENT_TYPES)) if (entry.code === code) return type as ElementType
  const named = TYPE_NAMES[code] ?? OTHER_TYPE_NAMES[code - 13] ?? `number ${code}`
  const known = Object.keys(ELEMENT_TYPES).join(', ')
  throw new OpineError('UNSUPPORTED_TYPE', `The element type ${named} of ${where} is not supported. Known are ${known}.`, { code, where })
}

function elementCount(name: string, dims: readonly number[]): number {
  let count = 1
  for (const extent of dims) {
    if (extent < 0)
      throw new OpineError('TENSOR_TOO_LARGE', `Tensor '${name}' has the negative dimension ${extent}.`, { tensor: name, shape: dims })
    count *= extent
    if (extent >= MAX_ELEMENTS || count >= MAX_ELEMENTS) {
      throw new OpineError('TENSOR_TOO_LARGE', `Tensor '${name}' of shape [${dims}] has 2^31 elements or more.`, {
        tensor: name,
        shape: dims,
      })
    }
  }
  return count
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** `int32_data` and `int64_data` as little-endian elements; at most one element more than `count` is kept, so that a surplus shows. */
function narrowed(parts: readonly Field[], size: number, count: number): Uint8Array {
  const available = parts.reduce((total, part) => total + (part.slice.end - part.slice.start), 0)
  const room = Math.min(available, count + 1)
  const bytes = new Uint8Array(room * size)
  const view = new DataView(bytes.buffer)
  let index = 0
  for (const part of parts) {
    for (const value of packedIntegers(part)) {
      if (index === room) break
      if (size === 8) view.setBigInt64(index * 8, value, true)
      else if (size === 4) view.setInt32(index * 4, Number(BigInt.asIntN(32, value)), true)
      else if (size === 2) view.setUint16(index * 2, Number(BigInt.asUintN(16, value)), true)
      else view.setUint8(index, Number(BigInt.asUintN(8, value)))
      index += 1
    }
  }
  return bytes.subarray(0, index * size)
}
