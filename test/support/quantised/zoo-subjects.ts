import { join } from 'node:path'
import { Random } from '@opine/models/ir/random.ts'
import { DRAWN, drawings } from '@opine/models/zoo/exact/draw.ts'
import { bytesOf, type Subject } from './subject.ts'

/** Our own drawings of digits, moved about: 250 of them. */
export const DRAWINGS: readonly (readonly Uint8Array[])[] = drawings([-2, -1, 0, 1, 2])

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
  zoo('credit', (seed) => DRAWN.credit(own(seed))[0]!),
  zoo('reader', (seed) => DRAWN.reader(own(seed))[0]!),
  zoo('story', (seed) => DRAWN.story(own(seed))[0]!),
]
