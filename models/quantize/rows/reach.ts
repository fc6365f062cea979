/** What the terms of a row can add up to. */
import type { Range } from '../calibrate/steps.ts'
import { magnitudeOf, type Term } from '../values.ts'

/** Coefficients of a row in output steps an integer of the input, and the greatest magnitude that each multiplies. */
export function coefficientsOf(term: Term, row: number, step: number, inputSteps: Float64Array): Float64Array {
  if (term.kind !== 'product') {
    const own = term.kind === 'scale' ? inputSteps[inputSteps.length === 1 ? 0 : row]! : inputSteps[0]!
    return Float64Array.of((term.coefficients[row]! * own) / step)
  }
  const { weights, width, channel } = term
  return Float64Array.from({ length: width }, (_, index) => (weights[row * width + index]! * inputSteps[channel(row, index)]!) / step)
}

/** Least and greatest integer that a weight of the term multiplies; 0 is among them, for a sum may be without the term. */
export function factorsIn(term: Term): Range {
  if (term.kind === 'pair') {
    const greatest = magnitudeOf(term.left) * magnitudeOf(term.right) * term.depth
    // Certificates count products of two positive and of two negative numbers as if both could be at once.
    const both = term.left.low < 0 && term.right.low < 0 ? 2 * greatest : greatest
    return { low: term.left.low >= 0 && term.right.low >= 0 ? 0 : -both, high: both }
  }
  const count = term.kind === 'scale' ? term.count : 1
  return { low: Math.min(0, term.input.low) * count, high: Math.max(0, term.input.high) * count }
}

/** Greatest magnitude of a sum of any of the terms: all positive ones, or all negative ones. */
export function reachOf(rows: readonly Float64Array[], factors: readonly Range[]): number {
  let [above, below] = [0, 0]
  for (const [index, values] of rows.entries()) {
    const { low, high } = factors[index]!
    for (const value of values) {
      above += value > 0 ? value * high : value * low
      below += value > 0 ? value * low : value * high
    }
  }
  return Math.max(above, -below)
}
