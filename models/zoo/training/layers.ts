import { heUniform, type Parameter, parameter } from './parameter.ts'
import type { Random } from './random.ts'

/**
 * The layers of a small network, one example at a time. Values are stored as binary32; a sum is taken in binary64 in the
 * order of the loops, so that the same weights come out of every engine.
 */
export type Layer = {
  readonly parameters: readonly Parameter[]
  /** Output for one input. The result is the layer's own buffer: valid until the next call. */
  forward(input: Float32Array): Float32Array
  /** Adds to the parameters' gradients; returns the gradient of the last input (own buffer). */
  backward(gradient: Float32Array): Float32Array
}

/** Layers, each on the output of the one before. `parameters` in layer order, weight before bias. */
export type Network = { readonly layers: readonly Layer[]; readonly parameters: readonly Parameter[] }

export const networkOf = (layers: readonly Layer[]): Network => ({ layers, parameters: layers.flatMap((layer) => layer.parameters) })

/** Output of the last layer (its own buffer). */
export const outputOf = (network: Network, input: Float32Array): Float32Array =>
  network.layers.reduce((values, layer) => layer.forward(values), input)

/** Takes the gradient of the last output back through all layers. */
export function learnFrom(network: Network, gradient: Float32Array): void {
  network.layers.reduceRight<Float32Array>((g, layer) => layer.backward(g), gradient)
}

/** max(x, 0) on each of `count` values. */
export function relu(count: number): Layer {
  const output = new Float32Array(count)
  const inputGradient = new Float32Array(count)
  return {
    parameters: [],
    forward(input) {
      for (let i = 0; i < count; i++) output[i] = Math.max(input[i]!, 0)
      return output
    },
    backward(gradient) {
      for (let i = 0; i < count; i++) inputGradient[i] = output[i]! > 0 ? gradient[i]! : 0
      return inputGradient
    },
  }
}

/** `outputs` weighted sums of all inputs plus bias; weights `[output][input]`. */
export function dense(random: Random, inputs: number, outputs: number): Layer {
  const weight = parameter([outputs, inputs], heUniform(random, inputs))
  const bias = parameter([outputs])
  const output = new Float32Array(outputs)
  const inputGradient = new Float32Array(inputs)
  let last: Float32Array = new Float32Array(inputs)
  return {
    parameters: [weight, bias],
    forward(input) {
      last = input
      for (let o = 0; o < outputs; o++) {
        let sum = bias.value[o]!
        for (let i = 0; i < inputs; i++) sum += weight.value[o * inputs + i]! * input[i]!
        output[o] = sum
      }
      return output
    },
    backward(gradient) {
      inputGradient.fill(0)
      for (let o = 0; o < outputs; o++) {
        const g = gradient[o]!
        bias.gradient[o]! += g
        for (let i = 0; i < inputs; i++) {
          weight.gradient[o * inputs + i]! += g * last[i]!
          inputGradient[i]! += g * weight.value[o * inputs + i]!
        }
      }
      return inputGradient
    },
  }
}
