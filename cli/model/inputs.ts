import { OpineError } from '@opine/dispute-game/errors.ts'
import type { ModelInterface, Port, Program } from '@opine/models/ir/types.ts'
import type { Command } from 'commander'
import { whole } from '../options.ts'
import { type ImageScale, imageScale } from './image.ts'
import { indexBounds } from './index-bounds.ts'
import { arrayNames, portText, readInput } from './input-file.ts'
import { randomInputs } from './random-inputs.ts'

/** A file, and the input that it is for if that is said. */
type InputFile = readonly [name: string | null, path: string]

export type InputOptions = { readonly input?: readonly InputFile[]; readonly random?: number; readonly imageScale?: ImageScale }

export const INPUT_HELP = `
An input is read by the end of its file's name: .json (numbers, nested as you like), .npy, .npz (all arrays that are inputs, or the one that NAME= asks for),
.pb (an ONNX TensorProto), .png or .jpg (for [1, channels, height, width] of the picture's own size), else raw little-endian elements. NAME= can be left out
where the model has one input. A picture's bytes become 0 .. 1 for floats and stay as they are for integers; --image-scale 1/128,-127/128 gives
byte / 128 - 127 / 128. int64 inputs take what fits 32 bits.`

export const withInputOptions = (command: Command): Command =>
  command
    .option('--input <[name=]path>', 'file with an input; repeatable', inputFile)
    .option('--image-scale <factor[,offset]>', 'what becomes of bytes of pictures: byte * factor + offset', imageScale)
    .option('--random <seed>', 'draw the inputs that are not given', whole(0, 0xffffffff))

function inputFile(text: string, before: readonly InputFile[] = []): InputFile[] {
  const at = text.indexOf('=')
  return [...before, at < 1 ? [null, text.slice(at + 1)] : [text.slice(0, at), text.slice(at + 1)]]
}

/**
 * The raw buffers of a model's inputs, from files named on the command line or, with a seed, drawn.
 * @throws {OpineError} `INPUT_MISSING`, `INPUT_UNKNOWN`, `INPUT_TWICE`, and those of `readInput`
 */
export function readInputs(program: Program, { inputs }: ModelInterface, options: InputOptions): Uint8Array[] {
  const given = (options.input ?? []).flatMap(([name, path]) => (name === null ? inputsIn(path, inputs) : [[name, path] as const]))
  for (const [index, [name]] of given.entries()) {
    if (!inputs.some((port) => port.name === name))
      throw new OpineError('INPUT_UNKNOWN', `the model has no input "${name}"; it takes ${namesOf(inputs)}`)
    if (given.findIndex(([other]) => other === name) !== index)
      throw new OpineError('INPUT_TWICE', `input "${name}" is given twice; give it once`)
  }
  const drawn = options.random === undefined ? undefined : randomInputs(inputs, options.random, indexBounds(program))
  return inputs.map((port, index) => {
    const file = given.find(([name]) => name === port.name)
    if (file) return readInput(port, file[1], options.imageScale)
    if (drawn) return drawn[index]!
    throw new OpineError(
      'INPUT_MISSING',
      `input "${port.name}" (${portText(port)}) is not given; add --input ${port.name}=FILE or --random SEED`,
    )
  })
}

const namesOf = (inputs: readonly Port[]): string => inputs.map(({ name }) => name).join(', ')

/** What a file is for that comes without a name. */
function inputsIn(path: string, inputs: readonly Port[]): (readonly [string, string])[] {
  const names = path.toLowerCase().endsWith('.npz') ? arrayNames(path) : []
  const found = inputs.filter(({ name }) => names.includes(name))
  if (found.length > 0) return found.map(({ name }) => [name, path])
  if (inputs.length === 1) return [[inputs[0]!.name, path]]
  throw new OpineError('INPUT_UNKNOWN', `say which input ${path} is: --input NAME=${path}, with NAME one of ${namesOf(inputs)}`, { path })
}
