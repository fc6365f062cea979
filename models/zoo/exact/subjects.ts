import { executeOutputs } from '../../exec/wasm/execute.ts'
import type { Program } from '../../ir/types.ts'
import { drawApplicants, HELD_OUT } from '../credit/applicants.ts'
import { findDigits } from '../digits/dataset.ts'
import { shifted, toInput } from '../digits/image.ts'
import { SAMPLES } from '../digits/samples.ts'
import { heldOutRows } from '../digits/split.ts'
import { tokensOf as bracketsOf, drawExamples, heldOutExamples, TRAINING as READ } from '../reader/brackets.ts'
import { drawStories, heldOutStories, TRAINING } from '../story/draw.ts'
import { perplexity } from '../story/measure.ts'
import { CONTEXT } from '../story/network.ts'
import { tokensOf, VOCABULARY } from '../story/vocabulary.ts'
import { crossEntropy, softmax } from '../training/loss.ts'
import { percent } from '../training/report.ts'

/**
 * A model of ours in exact integers.
 * @property examples  inputs that it is calibrated on, none of them held out
 * @property measure   what is said of a program's answers to what was held out
 */
export type ExactSubject = {
  readonly name: 'digits' | 'credit' | 'reader' | 'story'
  readonly examples: () => Uint8Array[][]
  readonly measure: (program: Program) => string
}

/** Stories on which the perplexity is measured. */
const HELD_OUT_STORIES = 100

const floats = (raw: Uint8Array): Float32Array => new Float32Array(raw.slice().buffer)
const bytes = (values: Float32Array | Int32Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
const answer = (program: Program, input: Uint8Array): Float32Array => floats(executeOutputs(program, [input])[0]!)
const best = (values: Float32Array): number => values.reduce((at, value, index) => (value > values[at]! ? index : at), 0)
const share = (right: number, all: number): string => `${right} of ${all} right, ${percent(right / all)}`
const count = <T>(all: readonly T[], right: (each: T) => boolean): string => share(all.filter(right).length, all.length)

const told = (words: readonly string[]): Uint8Array => {
  const tokens = tokensOf(words)
  return bytes(Int32Array.from({ length: CONTEXT }, (_, at) => tokens[at] ?? 0))
}

export const EXACT_SUBJECTS: readonly ExactSubject[] = [
  {
    name: 'digits',
    // Our own drawings, moved about: the data set is not everywhere.
    examples: () =>
      [-1, 0, 1].flatMap((right) =>
        [-1, 0, 1].flatMap((down) => SAMPLES.map(({ pixels }) => [bytes(toInput(shifted(pixels, right, down)))])),
      ),
    measure: (program) => {
      const found = findDigits()
      const images = 'digits' in found ? heldOutRows(found.digits) : SAMPLES
      return `${'digits' in found ? 'held out' : 'our drawings'}: ${count(images, ({ pixels, label }) => best(answer(program, bytes(toInput(pixels)))) === label)}`
    },
  },
  {
    name: 'credit',
    examples: () => drawApplicants({ count: 500, seed: 5 }).map(({ features }) => [bytes(features)]),
    measure: (program) =>
      `held out: ${count(drawApplicants(HELD_OUT), ({ features, label }) => answer(program, bytes(features))[0]! >= 0.5 === (label === 1))}`,
  },
  {
    name: 'reader',
    examples: () => drawExamples({ count: 200, seed: 17 }).map(({ text }) => [bytes(Int32Array.from(bracketsOf(text)))]),
    measure: (program) =>
      `held out: ${count(
        heldOutExamples(drawExamples(READ)),
        ({ text, balanced }) => answer(program, bytes(Int32Array.from(bracketsOf(text))))[0]! >= 0.5 === balanced,
      )}`,
  },
  {
    name: 'story',
    examples: () => drawStories({ count: 32, seed: 991 }).map((words) => [told(words)]),
    measure: (program) => {
      let [loss, words] = [0, 0]
      for (const story of heldOutStories(drawStories(TRAINING)).slice(0, HELD_OUT_STORIES)) {
        const logits = answer(program, told(story))
        for (const [at, next] of tokensOf(story).slice(1).entries()) {
          loss += crossEntropy(softmax(logits.subarray(at * VOCABULARY, (at + 1) * VOCABULARY)), next)
          words++
        }
      }
      return `${HELD_OUT_STORIES} held-out stories: perplexity ${perplexity(loss, words).toFixed(5)}`
    },
  },
]
