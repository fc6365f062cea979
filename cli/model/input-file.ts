import { packValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { byteSize, type Port, product, type StoreType } from '@opine/models/ir/types.ts'
import { decodeTensor } from '@opine/models/onnx/decode-tensor.ts'
import { wholeFile } from '@opine/models/onnx/wire.ts'
import { readFile } from '../files.ts'
import { flatNumbers } from './bindings.ts'
import { type ImageScale, imageInput } from './image.ts'
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
  switch (/\.(\w+)$/.exec(path)?.[1]?.toLowerCase()) {
    case 'json':
      return checkLength(port, path, packValues(port.type, parseNumbers(path, file.toString('utf8')), path))
    case 'npy':
      return arrayInput(port, decodeNpy(file, path), path)
    case 'npz':
      return arrayInput(port, arrayOf(file, path, port), path)
    case 'pb': {
      const tensor = decodeTensor(wholeFile(file))
      const { type, bytes } = tensorBytes(tensor, path)
      return arrayInput(port, { type, shape: tensor.shape, data: bytes }, path)
    }
    case 'png':
    case 'jpg':
    case 'jpeg':
      return imageInput(port, file, path, scale)
    default:
      return checkLength(port, path, file)
  }
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

/** An array with a type and a shape, which must be the input's; 64-bit integers become 32-bit ones if they fit. */
function arrayInput(port: Port, { type, shape, data }: NpyArray, path: string): Uint8Array {
  const stored: StoreType | 'i64' = type === 'i64' && port.type === 'i32' ? 'i32' : type
  if (stored !== port.type) {
    throw new OpineError('INPUT_TYPE', `${path} holds ${type}, but input "${port.name}" is ${portText(port)}`, { input: port.name, type })
  }
  // Programs have no tensors without dimensions.
  const extents = shape.length === 0 ? [1] : shape
  if (extents.join() !== port.shape.join()) {
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
