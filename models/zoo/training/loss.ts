import { exponential, logarithm } from './exponential.ts'

/** Index of the greatest value, the first one if several are. */
export const classOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((best, value, index, all) => (value > all[best]! ? index : best), 0)

/** Softmax in binary64. */
export function softmax(logits: ArrayLike<number>): number[] {
  const greatest = logits[classOf(logits)]!
  const powers = Array.from(logits, (logit) => exponential(Math.max(logit - greatest, -700)))
  const total = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / total)
}

/** In nats; a probability below 1e-30 counts as 1e-30. */
export const crossEntropy = (probabilities: readonly number[], label: number): number => -logarithm(Math.max(probabilities[label]!, 1e-30))

/** Cross entropy in nats of the probability `p` of a two-way label 0 or 1, with the same floor. */
export const binaryCrossEntropy = (p: number, label: number): number => crossEntropy([1 - p, p], label)
