import { join } from 'node:path'
import { Random } from '@opine/models/ir/random.ts'
import { drawApplicants } from '@opine/models/zoo/credit/applicants.ts'
import { shifted, toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { tokensOf as bracketsOf, drawExamples } from '@opine/models/zoo/reader/brackets.ts'
import { drawStories } from '@opine/models/zoo/story/draw.ts'
import { CONTEXT } from '@opine/models/zoo/story/network.ts'
import { tokensOf as wordsOf } from '@opine/models/zoo/story/vocabulary.ts'
import { bytesOf, HELD_OUT_SEED, type Subject } from './subject.ts'

const MOVES = [-2, -1, 0, 1, 2]

/** Our own drawings of digits, moved about: 250 of them. */
export const DRAWINGS: readonly (readonly Uint8Array[])[] = MOVES.flatMap((right) =>
  MOVES.flatMap((down) => SAMPLES.map(({ pixels }) => [bytesOf(toInput(shifted(pixels, right, down)))])),
)

/** Every fourth drawing for calibration; of those that are held out, some pixels have other ink. */
function drawing(seed: number): Uint8Array[] {
  if (seed < HELD_OUT_SEED) return [...DRAWINGS[(seed * 4) % DRAWINGS.length]!]
  const random = new Random(seed)
  const image = new Float32Array(DRAWINGS[random.below(DRAWINGS.length)]![0]!.slice().buffer)
  for (let times = random.below(6); times > 0; times--) image[random.below(image.length)] = random.below(17) / 16
  return [bytesOf(image)]
}

/** Streams of the zoo's own generators begin at whole seeds; 0 is none. */
const own = (seed: number): { readonly count: number; readonly seed: number } => ({ count: 1, seed: seed + 1 })

const zoo = (name: string): { readonly name: string; readonly file: string; readonly dims: object; readonly bits: number } => ({
  name,
  file: join(import.meta.dirname, `../../../models/zoo/${name}/${name}.onnx`),
  dims: {},
  bits: 8,
})

/** The zoo's trained models, on what their own generators draw. */
export const ZOO_SUBJECTS: readonly Subject[] = [
  { ...zoo('digits'), dims: {}, calibration: 63, draw: drawing },
  { ...zoo('credit'), dims: {}, calibration: 500, draw: (seed) => [bytesOf(drawApplicants(own(seed))[0]!.features)] },
  {
    ...zoo('reader'),
    dims: {},
    calibration: 64,
    draw: (seed) => [bytesOf(Int32Array.from(bracketsOf(drawExamples(own(seed))[0]!.text)))],
  },
  {
    ...zoo('story'),
    dims: {},
    calibration: 32,
    draw: (seed) => {
      const tokens = wordsOf(drawStories(own(seed))[0]!)
      return [bytesOf(Int32Array.from({ length: CONTEXT }, (_, at) => tokens[at] ?? 0))]
    },
  },
]
