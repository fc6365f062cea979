import type { Random } from './random.ts'

/**
 * The layers of a small network, one example at a time. Values are stored as binary32; a sum is taken in binary64 in the
 * order of the loops, so that the same weights come out of every engine. Tensors are `[channel][row][column]`, flat.
 */

/** A trained tensor and the gradient that a batch adds up in it. */
export type Parameter = { readonly shape: readonly number[]; readonly value: Float32Array; readonly gradient: Float32Array }

export type Layer = {
  readonly parameters: readonly Parameter[]
  /** Output for one input. The result is the layer's own buffer: valid until the next call. */
  forward(input: Float32Array): Float32Array
  /** Adds to the parameters' gradients; returns the gradient of the last input (own buffer). */
  backward(gradient: Float32Array): Float32Array
}

export function parameter(shape: readonly number[], draw: () => number = () => 0): Parameter {
  const value = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw)
  return { shape, value, gradient: new Float32Array(value.length) }
}

/** Uniform in +-sqrt(6 / inputs of one neuron): He et al., Delving Deep into Rectifiers (2015). */
export function heUniform(random: Random, fanIn: number): () => number {
  const limit = Math.sqrt(6 / fanIn)
  return () => (2 * random() - 1) * limit
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

/** Greatest value of each 2x2 square; the first one gets the gradient where several are greatest. */
export function maxPool(channels: number, size: number): Layer {
  const half = size / 2
  const output = new Float32Array(channels * half * half)
  const source = new Int32Array(output.length)
  const inputGradient = new Float32Array(channels * size * size)
  return {
    parameters: [],
    forward(input) {
      for (let i = 0; i < output.length; i++) {
        const corner = Math.floor(i / half) * 2 * size + (i % half) * 2
        let best = corner
        for (const other of [corner + 1, corner + size, corner + size + 1]) if (input[other]! > input[best]!) best = other
        source[i] = best
        output[i] = input[best]!
      }
      return output
    },
    backward(gradient) {
      inputGradient.fill(0)
      for (let i = 0; i < output.length; i++) inputGradient[source[i]!] = gradient[i]!
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
