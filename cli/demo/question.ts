import { unpackValues } from '@opine/client/values.ts'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import type { Random } from '@opine/models/ir/random.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'
import { findDigits } from '@opine/models/zoo/digits/dataset.ts'
import { type Digit, toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { heldOutRows } from '@opine/models/zoo/digits/split.ts'

/** The image that is asked about, the honest run over it, and where the image is from. */
export type Question = { readonly digit: Digit; readonly input: Uint8Array; readonly trace: Trace; readonly source: string }

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
export function drawQuestion(program: Program, random: Random): Question {
  const found = findDigits()
  const [images, source] =
    'digits' in found ? [heldOutRows(found.digits), 'held-out image of the UCI digits'] : [SAMPLES, 'hand-drawn sample']
  const start = random.below(images.length)
  for (let i = 0; i < images.length; i++) {
    const digit = images[(start + i) % images.length]!
    const input = new Uint8Array(toInput(digit.pixels).buffer)
    const trace = buildTrace(program, [input], execute)
    if (readingOf(outputBytes(trace)).digit === digit.label) return { digit, input, trace, source }
  }
  throw new OpineError('NO_IMAGE', 'the model reads none of the images rightly; train it anew with npm run train:digits')
}
