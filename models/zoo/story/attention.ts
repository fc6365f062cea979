import { quickExponential } from '../training/activation.ts'
import { columnsOf, type Matrix, matrix, product, transposed } from '../training/matrix.ts'
import type { Random } from '../training/random.ts'
import { linear, type RowLayer } from './rows.ts'

/**
 * Each row looks at itself and the rows before it (Vaswani et al., Attention Is All You Need, 2017): `heads` heads of width / heads
 * columns each. Parameters: the projection to queries, keys and values `[width, 3 width]`, its bias, the output's `[width, width]`, its bias.
 */
export function attention(random: Random, most: number, width: number, heads: number, gain: number): RowLayer {
  const size = width / heads
  const scale = 1 / Math.sqrt(size)
  const [project, combine] = [linear(random, most, width, 3 * width), linear(random, most, width, width, gain)]
  const context = new Float32Array(most * width)
  const contextSize = most * most
  const shares = new Float32Array(heads * contextSize)
  const shareGradient = new Float32Array(contextSize)
  const projectedGradient = new Float32Array(most * 3 * width)
  let projected: Float32Array = projectedGradient
  let rows = 0

  /** Queries (0), keys (1) or values (2) of a head. */
  const part = (data: Float32Array, which: number, head: number): Matrix =>
    columnsOf(matrix(data, rows, 3 * width), which * width + head * size, size)
  const headOf = (data: Float32Array, head: number): Matrix => columnsOf(matrix(data, rows, width), head * size, size)
  const sharesOf = (head: number): Matrix => matrix(shares.subarray(head * contextSize, (head + 1) * contextSize), rows, rows)

  return {
    parameters: [...project.parameters, ...combine.parameters],

    forward(input, count) {
      rows = count
      projected = project.forward(input, rows)
      for (let head = 0; head < heads; head++) {
        const p = sharesOf(head)
        product(part(projected, 0, head), transposed(part(projected, 1, head)), p)
        shareOut(p.data, rows, scale)
        product(p, part(projected, 2, head), headOf(context, head))
      }
      return combine.forward(context, rows)
    },

    backward(gradient) {
      const contextGradient = combine.backward(gradient)
      const side = matrix(shareGradient, rows, rows)
      for (let head = 0; head < heads; head++) {
        const [p, g] = [sharesOf(head), headOf(contextGradient, head)]
        product(g, transposed(part(projected, 2, head)), side)
        product(transposed(p), g, part(projectedGradient, 2, head))
        scoresBack(p.data, shareGradient, rows, scale)
        product(side, part(projected, 1, head), part(projectedGradient, 0, head))
        product(transposed(side), part(projected, 0, head), part(projectedGradient, 1, head))
      }
      return project.backward(projectedGradient)
    },
  }
}

/** Scores to shares: the softmax of each row up to its diagonal, 0 after it. */
function shareOut(scores: Float32Array, rows: number, scale: number): void {
  for (let row = 0; row < rows; row++) {
    const base = row * rows
    let greatest = scores[base]!
    for (let i = 1; i <= row; i++) greatest = Math.max(greatest, scores[base + i]!)
    let total = 0
    for (let i = 0; i <= row; i++) {
      scores[base + i] = quickExponential((scores[base + i]! - greatest) * scale)
      total += scores[base + i]!
    }
    for (let i = 0; i <= row; i++) scores[base + i]! /= total
    for (let i = row + 1; i < rows; i++) scores[base + i] = 0
  }
}

/** From the gradient of the shares to that of the scores, in place. */
function scoresBack(shares: Float32Array, gradient: Float32Array, rows: number, scale: number): void {
  for (let row = 0; row < rows; row++) {
    const base = row * rows
    let along = 0
    for (let i = 0; i <= row; i++) along += shares[base + i]! * gradient[base + i]!
    for (let i = 0; i < rows; i++) gradient[base + i] = shares[base + i]! * (gradient[base + i]! - along) * scale
  }
}
