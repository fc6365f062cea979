import { drawApplicants } from '../credit/applicants.ts'
import { shifted, toInput } from '../digits/image.ts'
import { SAMPLES } from '../digits/samples.ts'
import { tokensOf as bracketsOf, drawExamples } from '../reader/brackets.ts'
import { drawStories } from '../story/draw.ts'
import { CONTEXT } from '../story/network.ts'
import { tokensOf as wordsOf } from '../story/vocabulary.ts'

/** How many, and of which stream of a generator. */
type Draw = { readonly count: number; readonly seed: number }

/** Inputs of a program: one raw little-endian buffer each. */
export type Inputs = Uint8Array[]

const raw = (values: Float32Array | Int32Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** What each model of the zoo takes, of what its own module knows. */
export const INPUTS = {
  digits: (pixels: Uint8Array): Inputs => [raw(toInput(pixels))],
  credit: (features: Float32Array): Inputs => [raw(features)],
  reader: (text: string): Inputs => [raw(Int32Array.from(bracketsOf(text)))],
  story: (words: readonly string[]): Inputs => {
    const tokens = wordsOf(words)
    return [raw(Int32Array.from({ length: CONTEXT }, (_, at) => tokens[at] ?? 0))]
  },
} as const

/** Our own drawings of digits, each moved by each of these to the right, and down: the data set is not everywhere. */
export const drawings = (moves: readonly number[]): Inputs[] =>
  moves.flatMap((right) => moves.flatMap((down) => SAMPLES.map(({ pixels }) => INPUTS.digits(shifted(pixels, right, down)))))

/** What the models' own generators draw. */
export const DRAWN = {
  credit: (draw: Draw): Inputs[] => drawApplicants(draw).map(({ features }) => INPUTS.credit(features)),
  reader: (draw: Draw): Inputs[] => drawExamples(draw).map(({ text }) => INPUTS.reader(text)),
  story: (draw: Draw): Inputs[] => drawStories(draw).map(INPUTS.story),
} as const
