import { join } from 'node:path'
import { Random } from '@opine/models/ir/random.ts'
import { drawApplicants } from '@opine/models/zoo/credit/applicants.ts'
import { shifted, toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { tokensOf as bracketsOf, drawExamples } from '@opine/models/zoo/reader/brackets.ts'
import { drawStories } from '@opine/models/zoo/story/draw.ts'
import { CONTEXT } from '@opine/models/zoo/story/network.ts'
import { tokensOf as wordsOf } from '@opine/models/zoo/story/vocabulary.ts'
import { bytesOf, type Subject } from './subject.ts'

const MOVES = [-2, -1, 0, 1, 2]

/** Our own drawings of digits, moved about: 250 of them. */
export const DRAWINGS: readonly (readonly Uint8Array[])[] = MOVES.flatMap((right) =>
  MOVES.flatMap((down) => SAMPLES.map(({ pixels }) => [bytesOf(toInput(shifted(pixels, right, down)))])),
)

/** One of the drawings, some pixels of other ink. */
function drawing(seed: number): Uint8Array[] {
  const random = new Random(seed)
  const image = new Float32Array(DRAWINGS[random.below(DRAWINGS.length)]![0]!.slice().buffer)
  for (let times = random.below(6); times > 0; times--) image[random.below(image.length)] = random.below(17) / 16
  return [bytesOf(image)]
}

/** Streams of the zoo's own generators begin at whole seeds; 0 is none. */
const own = (seed: number): { readonly count: number; readonly seed: number } => ({ count: 1, seed: seed + 1 })

const ZOO = join(import.meta.dirname, '../../../models/zoo')

const zoo = (name: string, draw: Subject['draw']): Subject => ({
  name,
  file: join(ZOO, name, `${name}.onnx`),
  exact: join(ZOO, 'exact', `${name}.onnx`),
  dims: {},
  draw,
})

/** The zoo's trained models and their exact forms, on what their own generators draw. */
export const ZOO_SUBJECTS: readonly Subject[] = [
  zoo('digits', drawing),
  zoo('credit', (seed) => [bytesOf(drawApplicants(own(seed))[0]!.features)]),
  zoo('reader', (seed) => [bytesOf(Int32Array.from(bracketsOf(drawExamples(own(seed))[0]!.text)))]),
  zoo('story', (seed) => {
    const tokens = wordsOf(drawStories(own(seed))[0]!)
    return [bytesOf(Int32Array.from({ length: CONTEXT }, (_, at) => tokens[at] ?? 0))]
  }),
]
