import { dense, learnFrom, type Network, networkOf, outputOf, relu } from '../training/layers.ts'
import { crossEntropy, softmax } from '../training/loss.ts'
import type { Random } from '../training/random.ts'
import { convolution } from './convolution.ts'
import { maxPool } from './max-pool.ts'

/** The digit network: 1x8x8 pixels in 0..1 -> 10 logits. */
export const createNetwork = (random: Random): Network =>
  networkOf([
    convolution(random, 1, 8, 8),
    relu(8 * 64),
    convolution(random, 8, 16, 8),
    relu(16 * 64),
    maxPool(16, 8),
    convolution(random, 16, 32, 4),
    relu(32 * 16),
    dense(random, 512, 32),
    relu(32),
    dense(random, 32, 10),
  ])

/** Adds the gradient of the cross entropy of one example, times `scale`, to the parameters' gradients; returns the cross entropy in nats. */
export function learnExample(network: Network, image: Float32Array, label: number, scale: number): number {
  const probabilities = softmax(outputOf(network, image))
  learnFrom(
    network,
    Float32Array.from(probabilities, (p, index) => (p - (index === label ? 1 : 0)) * scale),
  )
  return crossEntropy(probabilities, label)
}
