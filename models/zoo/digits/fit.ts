import { type Digit, shifted, toInput } from './image.ts'
import { classOf, createNetwork, crossEntropy, learnExample, logitsOf, type Network, softmax } from './network.ts'
import { adam } from './optimiser.ts'
import { below, type Random, shuffled, xorshift } from './random.ts'

export type FitOptions = {
  readonly epochs: number
  /** Examples per step; a last, shorter batch is left out of its epoch. */
  readonly batch: number
  /** Learning rate of the first step; it falls in a straight line to 0. */
  readonly rate: number
  readonly decay: number
  readonly seed: number
}

/** What the committed model is trained with. */
export const FIT: FitOptions = { epochs: 40, batch: 16, rate: 0.002, decay: 0.01, seed: 20_240_229 }

/** Trains a fresh network. Deterministic: the same examples and options give the same bits on every machine. */
export function fit(examples: readonly Digit[], options: FitOptions, report: (epoch: number, loss: number) => void = () => {}): Network {
  const random = xorshift(options.seed)
  const network = createNetwork(random)
  const step = adam(network.parameters, options.decay)
  const batches = Math.floor(examples.length / options.batch)
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = shuffled(random, examples.length)
    let loss = 0
    for (let batch = 0; batch < batches; batch++) {
      for (const index of order.slice(batch * options.batch, (batch + 1) * options.batch)) {
        const { pixels, label } = examples[index]!
        loss += learnExample(network, toInput(jittered(random, pixels)), label, 1 / options.batch)
      }
      step(options.rate * (1 - (epoch * batches + batch) / (options.epochs * batches)))
    }
    report(epoch, loss / (batches * options.batch))
  }
  return network
}

/** Moves half of the images by up to one pixel each way. */
function jittered(random: Random, pixels: Uint8Array): Uint8Array {
  if (random() < 0.5) return pixels
  return shifted(pixels, below(random, 3) - 1, below(random, 3) - 1)
}

/** How many of the examples the network names rightly. */
export const countRight = (network: Network, examples: readonly Digit[]): number =>
  examples.filter(({ pixels, label }) => classOf(logitsOf(network, toInput(pixels))) === label).length

/** Mean cross entropy in nats. */
export const meanLoss = (network: Network, examples: readonly Digit[]): number =>
  examples.reduce((sum, { pixels, label }) => sum + crossEntropy(softmax(logitsOf(network, toInput(pixels))), label), 0) / examples.length
