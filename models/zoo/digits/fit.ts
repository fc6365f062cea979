import { descend, type FitOptions, oneByOne, type Progress } from '../training/fit.ts'
import { type Network, outputOf } from '../training/layers.ts'
import { classOf, crossEntropy, softmax } from '../training/loss.ts'
import { below, type Random, xorshift } from '../training/random.ts'
import { type Digit, shifted, toInput } from './image.ts'
import { createNetwork, learnExample } from './network.ts'

/** What the committed model is trained with. */
export const FIT: FitOptions = { epochs: 40, batch: 16, rate: 0.002, decay: 0.01, seed: 20_240_229 }

/** Trains a fresh network. Deterministic: the same examples and options give the same bits on every machine. */
export function fit(examples: readonly Digit[], options: FitOptions, progress?: Progress): Network {
  const random = xorshift(options.seed)
  const network = createNetwork(random)
  const learn = (index: number, scale: number): number => {
    const { pixels, label } = examples[index]!
    return learnExample(network, toInput(jittered(random, pixels)), label, scale)
  }
  descend(random, network.parameters, examples.length, options, oneByOne(learn), progress)
  return network
}

/** Moves half of the images by up to one pixel each way. */
function jittered(random: Random, pixels: Uint8Array): Uint8Array {
  if (random() < 0.5) return pixels
  return shifted(pixels, below(random, 3) - 1, below(random, 3) - 1)
}

/** How many of the examples the network names rightly. */
export const countRight = (network: Network, examples: readonly Digit[]): number =>
  examples.filter(({ pixels, label }) => classOf(outputOf(network, toInput(pixels))) === label).length

/** Mean cross entropy in nats. */
export const meanLoss = (network: Network, examples: readonly Digit[]): number =>
  examples.reduce((sum, { pixels, label }) => sum + crossEntropy(softmax(outputOf(network, toInput(pixels))), label), 0) / examples.length
