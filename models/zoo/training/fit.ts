import { adam } from './optimiser.ts'
import type { Parameter } from './parameter.ts'
import { type Random, shuffled } from './random.ts'

export type FitOptions = {
  readonly epochs: number
  /** Examples per step; a last, shorter batch is left out of its epoch. */
  readonly batch: number
  /** Learning rate of the first step; it falls in a straight line to 0. */
  readonly rate: number
  readonly decay: number
  readonly seed: number
}

/** Adds the gradient of the sum of these examples' losses, times `scale`, to the parameters' gradients; returns that sum. */
export type Learn = (examples: readonly number[], scale: number) => number

/** Learns the examples of a batch one after the other. */
export const oneByOne =
  (learn: (example: number, scale: number) => number): Learn =>
  (examples, scale) =>
    examples.reduce((sum, example) => sum + learn(example, scale), 0)

/** Told after each epoch: its number from 0, and its mean loss. */
export type Progress = (epoch: number, loss: number) => void

/** Trains `parameters` on `count` examples, in an order drawn afresh for each epoch. `seed` is for the caller's own draws. */
export function descend(
  random: Random,
  parameters: readonly Parameter[],
  count: number,
  options: Omit<FitOptions, 'seed'>,
  learn: Learn,
  progress: Progress = () => {},
): void {
  const step = adam(parameters, options.decay)
  const batches = Math.floor(count / options.batch)
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = shuffled(random, count)
    let loss = 0
    for (let batch = 0; batch < batches; batch++) {
      loss += learn(order.slice(batch * options.batch, (batch + 1) * options.batch), 1 / options.batch)
      step(options.rate * (1 - (epoch * batches + batch) / (options.epochs * batches)))
    }
    progress(epoch, loss / (batches * options.batch))
  }
}

export const settingsText = ({ epochs, batch, rate, decay, seed }: FitOptions): string =>
  `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, batch ${batch}, rate ${rate} falling to 0, weight decay ${decay}, seed ${seed}`
