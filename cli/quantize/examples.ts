import { OpineError } from '@opine/dispute-game/errors.ts'
import { byteSize, type Port, product } from '@opine/models/ir/types.ts'
import type { Example } from '@opine/models/quantize/calibrate/calibrate.ts'
import type { ImageScale } from '../model/image.ts'
import { readStack } from '../model/input-file.ts'
import { type Place, placesIn } from './places.ts'

export const EXAMPLES_HELP = `
DIR holds the examples: .npy or .npz arrays, each one input or a stack of N with one axis more in front; .json (numbers, nested as you like); .pb (an ONNX
TensorProto); .png or .jpg pictures of the input's own size; any other file is raw little-endian elements. Pictures may lie in folders, one for each class. A model
with several inputs takes .npz files with an array for each, or one folder an example with a file for each: NAME.ext, or input_0.pb, input_1.pb and so on,
as ONNX test data has them (test_data_set_0/). Hidden files and .onnx files are left out. Some hundred examples are plenty.`

/** @property sources  of each example, the file or folder that it is from, for errors */
export type Examples = { readonly examples: readonly Example[]; readonly sources: readonly string[] }

/** @property fed  names of the model's inputs before any was made a constant: what input_N.pb counts */
export type ExampleOptions = {
  readonly fed: readonly string[]
  readonly scale?: ImageScale
  readonly tell?: (done: number, count: number) => void
  /** Bytes of examples that stay in memory, 2^30 if not given; what is beyond is read again when it is asked for. */
  readonly room?: number
}

/**
 * The examples in a folder, in the order of their names.
 * @throws {OpineError} `CALIBRATION_EMPTY`, `CALIBRATION_VALUE` for NaN or infinity, `FILE_MISSING`, `FILE_UNUSABLE`, `INPUT_MISSING`, `INPUT_COUNT`,
 *   those of `readInput`
 */
export function readExamples(folder: string, ports: readonly Port[], options: ExampleOptions): Examples {
  const [examples, sources]: [Example[], string[]] = [[], []]
  let room = options.room ?? 2 ** 30
  const places = placesIn(folder, ports, options.fed)
  for (const [index, place] of places.entries()) {
    const found = read(place, ports, options.scale)
    const bytes = found.length * ports.reduce((sum, { type, shape }) => sum + product(shape) * byteSize(type), 0)
    // A stack stays: to read it again for each of its examples would take too long.
    const kept = bytes <= room || found.length > 1
    if (kept) room -= bytes
    for (const [at, example] of found.entries()) {
      examples.push(kept ? example : later(() => read(place, ports, options.scale)[0]!, ports.length))
      sources.push(found.length > 1 ? `${place.source}[${at}]` : place.source)
    }
    options.tell?.(index + 1, places.length)
  }
  return { examples, sources }
}

/** An example that is read whenever it is looked at. */
function later(again: () => Example, count: number): Example {
  const example: Uint8Array[] = []
  for (let at = 0; at < count; at++) Object.defineProperty(example, at, { get: () => again()[at], enumerable: true })
  return example
}

function read({ source, files }: Place, ports: readonly Port[], scale: ImageScale | undefined): Example[] {
  const inputs = ports.map((port, index) => {
    const found = readStack(port, files[index]!, scale)
    for (const [at, bytes] of found.entries()) requireFinite(port, bytes, found.length > 1 ? `${files[index]}[${at}]` : files[index]!)
    return found
  })
  const count = inputs[0]!.length
  const other = inputs.findIndex(({ length }) => length !== count)
  if (other < 0) return Array.from({ length: count }, (_, at) => inputs.map((stack) => stack[at]!))
  const message = `${source} has ${count} of input "${ports[0]!.name}" but ${inputs[other]!.length} of "${ports[other]!.name}"; give as many of each`
  throw new OpineError('INPUT_COUNT', message, { path: source })
}

/** Ranges are of finite numbers. */
function requireFinite({ name, type }: Port, bytes: Uint8Array, path: string): void {
  if (type !== 'f32' && type !== 'f16') return
  const own = bytes.slice().buffer
  const values = type === 'f32' ? new Float32Array(own) : new Float16Array(own)
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return
  const message = `${path}: element ${wrong} of input "${name}" is ${values[wrong]}; leave the example out or mend it`
  throw new OpineError('CALIBRATION_VALUE', message, { path, input: name, element: wrong })
}
