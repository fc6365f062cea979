import { quickExponential } from '../training/activation.ts'
import { logarithm } from '../training/exponential.ts'
import { descend, type FitOptions, oneByOne, type Progress } from '../training/fit.ts'
import { xorshift } from '../training/random.ts'
import { createStoryModel, type StoryModel } from './network.ts'
import { END, tokensOf, VOCABULARY } from './vocabulary.ts'

/** What the committed model is trained with. */
export const FIT: FitOptions = { epochs: 1, batch: 8, rate: 0.004, decay: 0.01, seed: 57_885_161 }

/** Trains a fresh model. Deterministic: the same stories and options give the same bits on every machine. */
export function fit(stories: readonly (readonly string[])[], options: FitOptions, progress?: Progress): StoryModel {
  const random = xorshift(options.seed)
  const model = createStoryModel(random)
  const learn = (index: number, scale: number): number => learnStory(model, stories[index]!, scale)
  descend(random, model.parameters, stories.length, options, oneByOne(learn), progress)
  return model
}

/** Adds the gradient of the mean loss of a story's tokens, times `scale`, to the parameters' gradients; returns that mean in nats. */
export function learnStory(model: StoryModel, words: readonly string[], scale: number): number {
  const { loss, count, probabilities, targets } = judge(model, words)
  for (const [row, target] of targets.entries()) {
    for (let i = 0; i < VOCABULARY; i++) probabilities[row * VOCABULARY + i]! *= scale / count
    probabilities[row * VOCABULARY + target]! -= scale / count
  }
  model.backward(probabilities)
  return loss / count
}

/** The sum of a story's losses in nats, over as many tokens: its words and `END`. */
export function lossOf(model: StoryModel, words: readonly string[]): { readonly loss: number; readonly count: number } {
  const { loss, count } = judge(model, words)
  return { loss, count }
}

function judge(model: StoryModel, words: readonly string[]) {
  const tokens = tokensOf(words)
  const targets = [...tokens.slice(1), END]
  const count = targets.length
  const probabilities = model.forward(tokens).slice(0, count * VOCABULARY)
  let loss = 0
  for (const [row, target] of targets.entries()) loss += softmaxRow(probabilities, row * VOCABULARY, target)
  return { loss, count, probabilities, targets }
}

/** Logits to probabilities, in place; returns the cross entropy in nats. */
function softmaxRow(values: Float32Array, base: number, target: number): number {
  let greatest = values[base]!
  for (let i = 1; i < VOCABULARY; i++) greatest = Math.max(greatest, values[base + i]!)
  const logit = values[base + target]! - greatest
  let total = 0
  for (let i = 0; i < VOCABULARY; i++) {
    values[base + i] = quickExponential(values[base + i]! - greatest)
    total += values[base + i]!
  }
  for (let i = 0; i < VOCABULARY; i++) values[base + i]! /= total
  return logarithm(total) - logit
}
