import { OpineError } from '@opine/dispute-game/errors.ts'
import { byteSize, type ModelInterface, type Port, type Program, product } from '@opine/models/ir/types.ts'
import { readFile } from '../files.ts'
import { indexBounds } from './index-bounds.ts'
import { decodeNpy, type NpyArray } from './npy.ts'
import { packValues } from './pack.ts'
import { randomInputs } from './random-inputs.ts'

export type InputOptions = { readonly input?: readonly (readonly [string, string])[]; readonly random?: number }

/**
 * The raw buffers of a model's inputs, from files named on the command line or, with a seed alone, drawn.
 * @throws {OpineError} `INPUT_MISSING`, `INPUT_UNKNOWN`, `INPUT_TWICE`, and those of `readInput`
 */
export function readInputs(program: Program, { inputs }: ModelInterface, options: InputOptions): Uint8Array[] {
  const given = options.input ?? []
  const known = inputs.map(({ name }) => name).join(', ')
  for (const [index, [name]] of given.entries()) {
    if (!inputs.some((port) => port.name === name))
      throw new OpineError('INPUT_UNKNOWN', `the model has no input "${name}"; it takes ${known}`)
    if (given.findIndex(([other]) => other === name) !== index)
      throw new OpineError('INPUT_TWICE', `input "${name}" is given twice; give it once`)
  }
  const drawn = options.random === undefined ? undefined : randomInputs(inputs, options.random, indexBounds(program))
  return inputs.map((port, index) => {
    const file = given.find(([name]) => name === port.name)
    if (file) return readInput(port, file[1])
    if (drawn) return drawn[index]!
    throw new OpineError(
      'INPUT_MISSING',
      `input "${port.name}" (${portText(port)}) is not given; add --input ${port.name}=FILE or --random SEED`,
    )
  })
}

/**
 * One input from a `.json` (numbers, nested as you like), `.npy`, or any other file (raw little-endian elements).
 * @throws {OpineError} `INPUT_JSON`, `INPUT_LENGTH`, `INPUT_TYPE`, `INPUT_SHAPE`, `INPUT_VALUE`, `NPY_MALFORMED`, `NPY_UNSUPPORTED`, and those of `readFile`
 */
export function readInput(port: Port, path: string): Uint8Array {
  const file = readFile(path)
  if (path.endsWith('.json')) return checkLength(port, path, packValues(port.type, parseNumbers(path, file.toString('utf8')), path))
  if (!path.endsWith('.npy')) return checkLength(port, path, file)
  const array = narrowed(port, decodeNpy(file, path), path)
  if (array.type !== port.type) {
    throw new OpineError('INPUT_TYPE', `${path} holds ${array.type}, but input "${port.name}" is ${portText(port)}`)
  }
  if (array.shape.join() !== port.shape.join()) {
    throw new OpineError('INPUT_SHAPE', `${path} has the shape [${array.shape.join(', ')}], but input "${port.name}" is ${portText(port)}`)
  }
  return checkLength(port, path, array.data)
}

/** Programs hold int64 as i32, whose range every element must be in. */
function narrowed(port: Port, array: NpyArray, path: string): NpyArray {
  if (array.type !== 'i64' || port.type !== 'i32') return array
  const view = new DataView(array.data.buffer, array.data.byteOffset, array.data.length)
  const values = Array.from({ length: Math.floor(array.data.length / 8) }, (_, index) => Number(view.getBigInt64(8 * index, true)))
  return { ...array, type: 'i32', data: packValues('i32', values, path) }
}

/** `f32 [1, 8]` */
export const portText = ({ type, shape }: Port): string => `${type} [${shape.join(', ')}]`

function checkLength(port: Port, path: string, bytes: Uint8Array): Uint8Array {
  const expected = product(port.shape) * byteSize(port.type)
  if (bytes.length === expected) return new Uint8Array(bytes)
  const message = `${path} gives ${bytes.length} bytes, but input "${port.name}" (${portText(port)}) takes ${expected}`
  throw new OpineError('INPUT_LENGTH', message, { input: port.name, expected, given: bytes.length })
}

function parseNumbers(path: string, text: string): number[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new OpineError('INPUT_JSON', `${path} is not JSON: ${(cause as Error).message}`, {}, { cause })
  }
  const flat: unknown[] = Array.isArray(json) ? json.flat(Number.POSITIVE_INFINITY) : [json]
  return flat.map((value) => {
    if (typeof value === 'number') return value
    throw new OpineError(
      'INPUT_JSON',
      `${path} must hold a list of numbers, nested as you like; it holds ${JSON.stringify(value)?.slice(0, 40)}`,
    )
  })
}
