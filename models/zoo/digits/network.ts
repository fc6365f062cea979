import { convolution } from './convolution.ts'
import { exponential, logarithm } from './exponential.ts'
import { dense, type Layer, maxPool, type Parameter, relu } from './layers.ts'
import type { Random } from './random.ts'

/** The digit network: 1x8x8 pixels in 0..1 -> 10 logits. `parameters` in layer order, weight before bias. */
export type Network = { readonly layers: readonly Layer[]; readonly parameters: readonly Parameter[] }

export function createNetwork(random: Random): Network {
  const layers = [
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
  ]
  return { layers, parameters: layers.flatMap((layer) => layer.parameters) }
}

/** Ten logits for one image of 64 pixels in 0..1. */
export const logitsOf = (network: Network, image: Float32Array): Float32Array =>
  network.layers.reduce((values, layer) => layer.forward(values), image)

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

/** Adds the gradient of the cross entropy of one example, times `scale`, to the parameters' gradients; returns the cross entropy in nats. */
export function learnExample(network: Network, image: Float32Array, label: number, scale: number): number {
  const probabilities = softmax(logitsOf(network, image))
  const gradient = Float32Array.from(probabilities, (p, index) => (p - (index === label ? 1 : 0)) * scale)
  network.layers.reduceRight<Float32Array>((g, layer) => layer.backward(g), gradient)
  return crossEntropy(probabilities, label)
}
