import type { Layer } from '../training/layers.ts'

/** Greatest value of each 2x2 square of `[channel][row][column]`; the first one gets the gradient where several are greatest. */
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
