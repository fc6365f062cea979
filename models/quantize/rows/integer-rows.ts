import { exponentOf, isPower, nearest, powerOfTwo } from '../binary.ts'
import { type Limit, SUM_LIMIT } from '../options.ts'
import { type Region, rowsOf } from '../values.ts'
import { fieldIn, peaksOf } from './fields.ts'
import { coefficientsOf, factorsIn, reachOf } from './reach.ts'

/** Units are 2^60 output steps at most. */
export const LEAST_SHIFT = -60

/**
 * A region in integers. The sum of row `o` is in units of `2^-shifts[o]` output steps.
 * @property weights  of each term, row-major
 * @property bias     of each row, the half that rounds included
 * @property total    greatest magnitude that a partial sum of a row can have, in any order
 */
export type IntegerRows = {
  readonly shifts: Int32Array
  readonly weights: readonly Float64Array[]
  readonly bias: Float64Array
  readonly field: Float64Array | null
  readonly total: Float64Array
  /** Of the weights: energy, and that of what rounding them changed. */
  readonly signal: number
  readonly noise: number
}

/**
 * Weights as wide as the bound allows: of each row the greatest shift with which no partial sum is above 2^24 units, and no
 * weight above the limit.
 * @param steps       of the rows
 * @param inputSteps  of each term, by input channel (one for all of a pair or a scale)
 * @param limit       greatest weight and shift
 * @param half        whether half a step is added, which makes the floor that follows a rounding
 */
export function integerRows(
  region: Region,
  steps: Float64Array,
  inputSteps: readonly Float64Array[],
  limit: Limit,
  half: boolean,
): IntegerRows {
  const rows = rowsOf(region)
  const shifts = new Int32Array(rows)
  const bias = new Float64Array(rows)
  const total = new Float64Array(rows)
  const widths = region.terms.map((term) => (term.kind === 'product' ? term.width : 1))
  const weights = widths.map((width) => new Float64Array(rows * width))
  const factors = region.terms.map(factorsIn)
  const fieldPeak = peaksOf(region)
  let [signal, noise] = [0, 0]
  for (let row = 0; row < rows; row += 1) {
    const step = steps[row]!
    const real = region.terms.map((term, index) => coefficientsOf(term, row, step, inputSteps[index]!))
    const ownBias = region.bias[row]! / step
    const ownField = fieldPeak[row]! / step
    const reach = reachOf(real, factors)
    // A power of two is one unit wide, whatever it is.
    const operands = real.map((values) => values.map((value) => (values.length === 1 && isPower(value) ? 0 : value)))
    const peak = operands.reduce((most, values) => values.reduce((part, value) => Math.max(part, Math.abs(value)), most), 0)
    const most = reach + Math.abs(ownBias) + ownField + (half ? 0.5 : 0)
    let shift = most === 0 ? (half ? 1 : 0) : exponentOf(SUM_LIMIT / most)
    if (peak > 0) shift = Math.min(shift, exponentOf(limit.weight / peak) + 1)
    shift = Math.max(LEAST_SHIFT, Math.min(limit.shift, shift))
    for (; ; shift -= 1) {
      const scale = powerOfTwo(shift)
      const wholes = real.map((values) => values.map((value) => nearest(value * scale)))
      const greatest = operands.reduce(
        (top, values) => values.reduce((part, value) => Math.max(part, Math.abs(nearest(value * scale))), top),
        0,
      )
      // Without a shift there is nothing to round.
      const addend = nearest((ownBias + (half && shift > 0 ? 0.5 : 0)) * scale)
      const magnitude = reachOf(wholes, factors) + Math.abs(addend) + Math.floor(ownField * scale + 1)
      if ((magnitude <= SUM_LIMIT && greatest <= limit.weight) || shift <= LEAST_SHIFT) {
        shifts[row] = shift
        bias[row] = addend
        total[row] = magnitude
        for (const [index, values] of real.entries()) {
          weights[index]!.set(wholes[index]!, row * values.length)
          if (region.terms[index]!.kind !== 'product') continue
          for (let at = 0; at < values.length; at += 1) {
            const rounded = wholes[index]![at]! / scale
            signal += values[at]! * values[at]!
            noise += (values[at]! - rounded) * (values[at]! - rounded)
          }
        }
        break
      }
    }
  }
  return { shifts, weights, bias, field: fieldIn(region, steps, shifts), total, signal, noise }
}
