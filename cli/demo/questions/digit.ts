import { unpackValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Random } from '@opine/models/ir/random.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { findDigits } from '@opine/models/zoo/digits/dataset.ts'
import { drawDigit } from '@opine/models/zoo/digits/draw.ts'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { heldOutRows } from '@opine/models/zoo/digits/split.ts'
import { percent } from '../story.ts'
import { type Question, runOnce } from './question.ts'

/** The digit that output bytes name and how sure they are: outputs are logits[10] and probabilities[10]. */
export function readingOf(output: Uint8Array): { readonly digit: number; readonly probability: number } {
  const probabilities = unpackValues('f32', output.subarray(40))
  const digit = probabilities.reduce((best, value, index) => (value > probabilities[best]! ? index : best), 0)
  return { digit, probability: probabilities[digit]! }
}

/**
 * Draws an image: one that the model was not trained on, or, where the data set cannot be had, one of our own. Images that the model
 * misreads are passed over: the demonstration is about lies, not about accuracy.
 * @throws {OpineError} `NO_IMAGE` if the model reads none of them rightly
 */
export function digitQuestion(loaded: LoadedModel, random: Random): Question {
  const found = findDigits()
  const [images, source] =
    'digits' in found ? [heldOutRows(found.digits), 'held-out image of the UCI digits'] : [SAMPLES, 'hand-drawn sample']
  const start = random.below(images.length)
  for (let i = 0; i < images.length; i++) {
    const { pixels, label } = images[(start + i) % images.length]!
    const run = runOnce(loaded, [new Uint8Array(toInput(pixels).buffer)])
    if (readingOf(outputBytes(run.trace)).digit !== label) continue
    return {
      model: 'digits',
      loaded,
      ...run,
      picture: (colour) => drawDigit(pixels, { colour }).split('\n'),
      about: [`a ${source}: a ${label}`],
      say: (output) => {
        const { digit, probability } = readingOf(output)
        return `"${digit}", ${percent(probability)} sure`
      },
      agree: (one, other) => readingOf(one).digit === readingOf(other).digit,
    }
  }
  throw new OpineError('NO_IMAGE', 'the model reads none of the images rightly; train it anew with npm run train:digits')
}
