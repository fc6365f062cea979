import { gelu } from '../training/activation.ts'
import { addBias, addColumnSums, matrix, product, transposed } from '../training/matrix.ts'
import { type Parameter, parameter, uniform } from '../training/parameter.ts'
import type { Random } from '../training/random.ts'

/** A layer on each row of a matrix, of at most as many rows as it was made for. Values are stored as binary32. */
export type RowLayer = {
  readonly parameters: readonly Parameter[]
  /** `[rows][outputs]` for `[rows][inputs]`; the layer's own buffer, valid until the next call, as its input must be until `backward`. */
  forward(input: Float32Array, rows: number): Float32Array
  /** Adds to the parameters' gradients; returns the gradient of the last input (own buffer). */
  backward(gradient: Float32Array): Float32Array
}

/** x W + b; W is `[inputs][outputs]`, drawn uniformly from +-`gain` / sqrt(inputs). */
export function linear(random: Random, most: number, inputs: number, outputs: number, gain = 1): RowLayer {
  const weight = parameter([inputs, outputs], uniform(random, gain / Math.sqrt(inputs)))
  const bias = parameter([outputs])
  const output = new Float32Array(most * outputs)
  const inputGradient = new Float32Array(most * inputs)
  let last = matrix(inputGradient, 0, inputs)
  return {
    parameters: [weight, bias],
    forward(input, rows) {
      last = matrix(input, rows, inputs)
      const result = matrix(output, rows, outputs)
      product(last, matrix(weight.value, inputs, outputs), result)
      addBias(result, bias.value)
      return output
    },
    backward(gradient) {
      const side = matrix(gradient, last.rows, outputs)
      product(transposed(last), side, matrix(weight.gradient, inputs, outputs), true)
      addColumnSums(side, bias.gradient)
      product(side, transposed(matrix(weight.value, inputs, outputs)), matrix(inputGradient, last.rows, inputs))
      return inputGradient
    },
  }
}

/** What is added to a variance before its root is taken. */
export const EPSILON = 1e-5

/** Each row less its mean, over its deviation; times a scale plus a bias for each column (Ba, Kiros and Hinton, 2016). */
export function layerNorm(most: number, width: number): RowLayer {
  const scale = parameter([width], () => 1)
  const bias = parameter([width])
  const normal = new Float32Array(most * width)
  const output = new Float32Array(most * width)
  const inputGradient = new Float32Array(most * width)
  const inverse = new Float32Array(most)
  let count = 0
  return {
    parameters: [scale, bias],
    forward(input, rows) {
      count = rows
      for (let row = 0; row < rows; row++) {
        const base = row * width
        let mean = 0
        for (let i = 0; i < width; i++) mean += input[base + i]!
        mean /= width
        let square = 0
        for (let i = 0; i < width; i++) square += (input[base + i]! - mean) * (input[base + i]! - mean)
        inverse[row] = 1 / Math.sqrt(square / width + EPSILON)
        for (let i = 0; i < width; i++) {
          normal[base + i] = (input[base + i]! - mean) * inverse[row]!
          output[base + i] = normal[base + i]! * scale.value[i]! + bias.value[i]!
        }
      }
      return output
    },
    backward(gradient) {
      for (let row = 0; row < count; row++) {
        const base = row * width
        let sum = 0
        let along = 0
        for (let i = 0; i < width; i++) {
          const g = gradient[base + i]!
          scale.gradient[i]! += g * normal[base + i]!
          bias.gradient[i]! += g
          sum += g * scale.value[i]!
          along += g * scale.value[i]! * normal[base + i]!
        }
        for (let i = 0; i < width; i++)
          inputGradient[base + i] =
            inverse[row]! * (gradient[base + i]! * scale.value[i]! - sum / width - (normal[base + i]! * along) / width)
      }
      return inputGradient
    },
  }
}

export function geluRows(most: number, width: number): RowLayer {
  const output = new Float32Array(most * width)
  const slopes = new Float32Array(most * width)
  const inputGradient = new Float32Array(most * width)
  let count = 0
  return {
    parameters: [],
    forward(input, rows) {
      count = rows * width
      gelu(input, output, slopes, count)
      return output
    },
    backward(gradient) {
      for (let i = 0; i < count; i++) inputGradient[i] = gradient[i]! * slopes[i]!
      return inputGradient
    },
  }
}
