import { executeOutputs } from '../../exec/wasm/execute.ts'
import type { Program } from '../../ir/types.ts'
import { drawApplicants, HELD_OUT } from '../credit/applicants.ts'
import { findDigits } from '../digits/dataset.ts'
import { SAMPLES } from '../digits/samples.ts'
import { heldOutRows } from '../digits/split.ts'
import { drawExamples, heldOutExamples, TRAINING as READ } from '../reader/brackets.ts'
import { drawStories, heldOutStories, TRAINING } from '../story/draw.ts'
import { perplexity } from '../story/measure.ts'
import { tokensOf, VOCABULARY } from '../story/vocabulary.ts'
import { crossEntropy, softmax } from '../training/loss.ts'
import { percent } from '../training/report.ts'
import { DRAWN, drawings, INPUTS, type Inputs } from './draw.ts'

/**
 * A model of ours in exact integers.
 * @property examples  inputs that it is calibrated on, none of them held out
 * @property measure   what is said of a program's answers to what was held out
 */
export type ExactSubject = {
  readonly name: 'digits' | 'credit' | 'reader' | 'story'
  readonly examples: () => Inputs[]
  readonly measure: (program: Program) => string
}

/** Stories on which the perplexity is measured. */
const HELD_OUT_STORIES = 100

const floats = (raw: Uint8Array): Float32Array => new Float32Array(raw.slice().buffer)
const answer = (program: Program, inputs: Inputs): Float32Array => floats(executeOutputs(program, inputs)[0]!)
const best = (values: Float32Array): number => values.reduce((at, value, index) => (value > values[at]! ? index : at), 0)
const share = (right: number, all: number): string => `${right} of ${all} right, ${percent(right / all)}`
const count = <T>(all: readonly T[], right: (each: T) => boolean): string => share(all.filter(right).length, all.length)

export const EXACT_SUBJECTS: readonly ExactSubject[] = [
  {
    name: 'digits',
    examples: () => drawings([-1, 0, 1]),
    measure: (program) => {
      const found = findDigits()
      const images = 'digits' in found ? heldOutRows(found.digits) : SAMPLES
      return `${'digits' in found ? 'held out' : 'our drawings'}: ${count(images, ({ pixels, label }) => best(answer(program, INPUTS.digits(pixels))) === label)}`
    },
  },
  {
    name: 'credit',
    examples: () => DRAWN.credit({ count: 500, seed: 5 }),
    measure: (program) =>
      `held out: ${count(drawApplicants(HELD_OUT), ({ features, label }) => answer(program, INPUTS.credit(features))[0]! >= 0.5 === (label === 1))}`,
  },
  {
    name: 'reader',
    examples: () => DRAWN.reader({ count: 200, seed: 17 }),
    measure: (program) =>
      `held out: ${count(
        heldOutExamples(drawExamples(READ)),
        ({ text, balanced }) => answer(program, INPUTS.reader(text))[0]! >= 0.5 === balanced,
      )}`,
  },
  {
    name: 'story',
    examples: () => DRAWN.story({ count: 32, seed: 991 }),
    measure: (program) => {
      let [loss, words] = [0, 0]
      for (const story of heldOutStories(drawStories(TRAINING)).slice(0, HELD_OUT_STORIES)) {
        const logits = answer(program, INPUTS.story(story))
        for (const [at, next] of tokensOf(story).slice(1).entries()) {
          loss += crossEntropy(softmax(logits.subarray(at * VOCABULARY, (at + 1) * VOCABULARY)), next)
          words++
        }
      }
      return `${HELD_OUT_STORIES} held-out stories: perplexity ${perplexity(loss, words).toFixed(5)}`
    },
  },
]
