import { packValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { byteSize, type Port, product, type StoreType } from '@opine/models/ir/types.ts'
import { decodeTensor } from '@opine/models/onnx/decode-tensor.ts'
import { wholeFile } from '@opine/models/onnx/wire.ts'
import { readFile } from '../files.ts'
import { flatNumbers } from './bindings.ts'
import { type ImageScale, imageInput } from './image.ts'
import { ofFile } from './load.ts'
import { decodeNpy, type NpyArray } from './npy.ts'
import { narrowed, tensorBytes } from './tensor-bytes.ts'
import { readZip } from './zip.ts'

/** `f32 [1, 8]` */
export const portText = ({ type, shape }: Port): string => `${type} [${shape.join(', ')}]`

/**
 * One input from a file, by the end of its name: `.json` (numbers, nested as you like), `.npy`, `.npz` (the array with the input's name, or
 * the only one), `.pb` (an ONNX TensorProto), `.png`, `.jpg`, `.jpeg`, or any other (raw little-endian elements).
 * @throws {OpineError} `INPUT_JSON`, `INPUT_LENGTH`, `INPUT_TYPE`, `INPUT_SHAPE`, `INPUT_VALUE`, `INPUT_UNKNOWN`, `NPY_MALFORMED`,
 *   `NPY_UNSUPPORTED`, `ZIP_MALFORMED`, `IMAGE_MALFORMED`, and those of `readFile` and `decodeTensor`
 */
export function readInput(port: Port, path: string, scale?: ImageScale): Uint8Array {
  const file = readFile(path)
  switch (endOf(path)) {
    case 'json':
      return checkLength(port, path, packValues(port.type, parseNumbers(path, file.toString('utf8')), path))
    case 'npy':
    case 'npz':
    case 'pb':
      return arrayInput(port, readArray(port, file, path), path)
    case 'png':
    case 'jpg':
    case 'jpeg':
      return imageInput(port, file, path, scale)
    default:
      return checkLength(port, `${path}, read as raw elements,`, file)
  }
}

/**
 * One input, or several: an array with one axis more in front is a stack of them.
 * @throws {OpineError} those of `readInput`
 */
export function readStack(port: Port, path: string, scale?: ImageScale): Uint8Array[] {
  if (!['npy', 'npz', 'pb'].includes(endOf(path))) return [readInput(port, path, scale)]
  const array = readArray(port, readFile(path), path)
  const [count = 0, ...shape] = array.shape
  if (count < 1 || isShape(array.shape, port) || !isShape(shape, port)) return [arrayInput(port, array, path)]
  const bytes = array.data.length / count
  return Array.from({ length: count }, (_, index) =>
    arrayInput(port, { type: array.type, shape, data: array.data.slice(index * bytes, (index + 1) * bytes) }, `${path}[${index}]`),
  )
}

const endOf = (path: string): string => /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''

/** An array that says of itself what it is. */
function readArray(port: Port, file: Uint8Array, path: string): NpyArray {
  if (endOf(path) === 'npy') return decodeNpy(file, path)
  if (endOf(path) === 'npz') return arrayOf(file, path, port)
  return ofFile(path, () => {
    const tensor = decodeTensor(wholeFile(file))
    const { type, bytes } = tensorBytes(tensor, path)
    return { type, shape: tensor.shape, data: bytes }
  })
}

/** Names of the arrays in a `.npz` file. @throws {OpineError} `ZIP_MALFORMED`, those of `readFile` */
export const arrayNames = (path: string): string[] => [...readZip(readFile(path), path).keys()].map((name) => name.replace(/\.npy$/, ''))

function arrayOf(file: Uint8Array, path: string, port: Port): NpyArray {
  const files = readZip(file, path)
  const entry = files.get(`${port.name}.npy`) ?? (files.size === 1 ? [...files.values()][0] : undefined)
  if (entry) return decodeNpy(entry(), `${path}/${port.name}.npy`)
  const names = [...files.keys()].join(', ')
  throw new OpineError('INPUT_UNKNOWN', `${path} has no array "${port.name}"; it has ${names || 'none'}`, { input: port.name })
}

/** Whether it is the input's shape, whatever axes of one element stand in front. */
const isShape = (shape: readonly number[], port: Port): boolean => withoutLeading(shape).join() === withoutLeading(port.shape).join()

function withoutLeading(shape: readonly number[]): readonly number[] {
  const first = shape.findIndex((extent) => extent !== 1)
  return first < 0 ? [] : shape.slice(first)
}

/** What NumPy calls the types. */
const NUMPY: Readonly<Record<StoreType, string>> = { f32: 'float32', f16: 'float16', i32: 'int32', i8: 'int8', u8: 'uint8' }

/** An array with a type and a shape, which must be the input's; 64-bit integers become 32-bit ones if they fit. */
function arrayInput(port: Port, { type, shape, data }: NpyArray, path: string): Uint8Array {
  const stored: StoreType | 'i64' = type === 'i64' && port.type === 'i32' ? 'i32' : type
  if (stored !== port.type) {
    throw new OpineError(
      'INPUT_TYPE',
      `${path} holds ${type}, but input "${port.name}" is ${portText(port)}; save it as ${NUMPY[port.type]}`,
      {
        input: port.name,
        type,
      },
    )
  }
  if (!isShape(shape, port)) {
    const message = `${path} has the shape [${shape.join(', ')}], but input "${port.name}" is ${portText(port)}`
    throw new OpineError('INPUT_SHAPE', message, { input: port.name, shape })
  }
  return checkLength(port, path, type === 'i64' ? narrowed(data, path) : data)
}

function checkLength(port: Port, path: string, bytes: Uint8Array): Uint8Array {
  const expected = product(port.shape) * byteSize(port.type)
  if (bytes.length === expected) return new Uint8Array(bytes)
  const message = `${path} gives ${bytes.length} bytes, but input "${port.name}" (${portText(port)}) takes ${expected}`
  throw new OpineError('INPUT_LENGTH', message, { input: port.name, expected, given: bytes.length })
}

function parseNumbers(path: string, text: string): number[] {
  try {
    return flatNumbers(JSON.parse(text), path)
  } catch (cause) {
    if (cause instanceof OpineError) throw cause
    throw new OpineError('INPUT_JSON', `${path} is not JSON: ${(cause as Error).message}`, {}, { cause })
  }
}
