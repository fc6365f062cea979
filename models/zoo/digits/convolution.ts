import type { Layer } from '../training/layers.ts'
import { heUniform, parameter } from '../training/parameter.ts'
import type { Random } from '../training/random.ts'

/**
 * 3x3 convolution of `inputs` channels of `size` x `size` into `outputs` channels of the same size, zeros around the edge.
 * Weights are `[output][input][3][3]` and are not mirrored, as in ONNX `Conv`.
 */
export function convolution(random: Random, inputs: number, outputs: number, size: number): Layer {
  const weight = parameter([outputs, inputs, 3, 3], heUniform(random, inputs * 9))
  const bias = parameter([outputs])
  const wide = size + 2
  const area = size * size
  const padded = new Float32Array(inputs * wide * wide)
  const paddedGradient = new Float32Array(padded.length)
  const output = new Float32Array(outputs * area)
  const inputGradient = new Float32Array(inputs * area)
  const sums = new Float64Array(area)

  return {
    parameters: [weight, bias],

    forward(input) {
      for (let row = 0; row < inputs * size; row++) {
        const start = innerRow(row, size)
        for (let x = 0; x < size; x++) padded[start + x] = input[row * size + x]!
      }
      for (let o = 0; o < outputs; o++) {
        sums.fill(bias.value[o]!)
        for (let tap = 0; tap < inputs * 9; tap++) {
          const w = weight.value[o * inputs * 9 + tap]!
          const start = tapStart(tap, wide)
          for (let y = 0; y < size; y++) {
            for (let x = 0; x < size; x++) sums[y * size + x]! += w * padded[start + y * wide + x]!
          }
        }
        output.set(sums, o * area)
      }
      return output
    },

    backward(gradient) {
      paddedGradient.fill(0)
      for (let o = 0; o < outputs; o++) {
        let total = 0
        for (let i = 0; i < area; i++) total += gradient[o * area + i]!
        bias.gradient[o]! += total
        for (let tap = 0; tap < inputs * 9; tap++) {
          const w = weight.value[o * inputs * 9 + tap]!
          const start = tapStart(tap, wide)
          let sum = 0
          for (let y = 0; y < size; y++) {
            for (let x = 0; x < size; x++) {
              const g = gradient[o * area + y * size + x]!
              const at = start + y * wide + x
              sum += g * padded[at]!
              paddedGradient[at]! += g * w
            }
          }
          weight.gradient[o * inputs * 9 + tap]! += sum
        }
      }
      for (let row = 0; row < inputs * size; row++) {
        const start = innerRow(row, size)
        for (let x = 0; x < size; x++) inputGradient[row * size + x] = paddedGradient[start + x]!
      }
      return inputGradient
    },
  }
}

/** Where row `row` (counted through all channels) begins among the padded values. */
function innerRow(row: number, size: number): number {
  const channel = Math.floor(row / size)
  return (channel * (size + 2) + (row % size) + 1) * (size + 2) + 1
}

/** Where the first value that weight `tap` (of `[input][3][3]`) meets lies among the padded values. */
function tapStart(tap: number, wide: number): number {
  const channel = Math.floor(tap / 9)
  const cell = tap % 9
  return (channel * wide + Math.floor(cell / 3)) * wide + (cell % 3)
}
