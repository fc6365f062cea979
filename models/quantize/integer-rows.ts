import { exponentOf, isPower, nearest, powerOfTwo } from './binary.ts'
import { type Limit, SUM_LIMIT } from './options.ts'
import type { Range } from './steps.ts'
import { magnitudeOf, type Region, rowsOf, type Term } from './values.ts'

const LEAST_SHIFT = -60

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

/** Coefficients of a row in output steps an integer of the input, and the greatest magnitude that each multiplies. */
function coefficientsOf(term: Term, row: number, step: number, inputSteps: Float64Array): Float64Array {
  if (term.kind !== 'product') {
    const own = term.kind === 'scale' ? inputSteps[inputSteps.length === 1 ? 0 : row]! : inputSteps[0]!
    return Float64Array.of((term.coefficients[row]! * own) / step)
  }
  const { weights, width, channel } = term
  return Float64Array.from({ length: width }, (_, index) => (weights[row * width + index]! * inputSteps[channel(row, index)]!) / step)
}

/** Least and greatest integer that a weight of the term multiplies; 0 is among them, for a sum may be without the term. */
function factorsIn(term: Term): Range {
  if (term.kind === 'pair') {
    const greatest = magnitudeOf(term.left) * magnitudeOf(term.right) * term.depth
    return { low: term.left.low >= 0 && term.right.low >= 0 ? 0 : -greatest, high: greatest }
  }
  const count = term.kind === 'scale' ? term.count : 1
  return { low: Math.min(0, term.input.low) * count, high: Math.max(0, term.input.high) * count }
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

/**
 * Rows of a region of several products, all in one unit: what one product hands to the next is then bounded as a whole, without a look at
 * which row is which, and it is so that certificates see it.
 */
export function alikeRows(
  region: Region,
  steps: Float64Array,
  inputSteps: readonly Float64Array[],
  limit: Limit,
  half: boolean,
): IntegerRows {
  for (let most = limit.shift; ; most -= 1) {
    const rows = integerRows(region, steps, inputSteps, { ...limit, shift: most }, half)
    const least = rows.shifts.reduce((a, b) => Math.min(a, b))
    if (rows.shifts.some((shift) => shift !== least)) {
      most = least + 1
      continue
    }
    const factors = region.terms.map(factorsIn)
    const reaches = rows.weights.map((weights, index) => {
      const width = weights.length / rows.shifts.length
      return rows.shifts.reduce(
        (top, _, row) => Math.max(top, reachOf([weights.subarray(row * width, (row + 1) * width)], [factors[index]!])),
        0,
      )
    })
    const addends =
      rows.bias.reduce((top, value) => Math.max(top, Math.abs(value)), 0) +
      (rows.field?.reduce((top, value) => Math.max(top, Math.abs(value)), 0) ?? 0)
    if (reaches.reduce((a, b) => a + b, 0) + addends <= SUM_LIMIT || most <= LEAST_SHIFT) return rows
  }
}

/** Greatest magnitude of a sum of any of the terms: all positive ones, or all negative ones. */
function reachOf(rows: readonly Float64Array[], factors: readonly Range[]): number {
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

/** Row of each element of the field. */
function fieldRow({ field, shape, axis }: Region): (element: number) => number {
  const own = axis - (shape.length - field!.shape.length)
  const extent = own < 0 ? 1 : field!.shape[own]!
  const inner = own < 0 ? 1 : field!.shape.slice(own + 1).reduce((a, b) => a * b, 1)
  return (element) => (extent === 1 ? -1 : Math.floor(element / inner) % extent)
}

function peaksOf(region: Region): Float64Array {
  const peaks = new Float64Array(rowsOf(region))
  if (!region.field) return peaks
  const row = fieldRow(region)
  for (const [element, value] of region.field.data.entries()) {
    const at = row(element)
    if (at < 0) for (let each = 0; each < peaks.length; each += 1) peaks[each] = Math.max(peaks[each]!, Math.abs(value))
    else peaks[at] = Math.max(peaks[at]!, Math.abs(value))
  }
  return peaks
}

function fieldIn(region: Region, steps: Float64Array, shifts: Int32Array): Float64Array | null {
  if (!region.field) return null
  const row = fieldRow(region)
  return region.field.data.map((value, element) => {
    const at = Math.max(0, row(element))
    return nearest((value / steps[at]!) * powerOfTwo(shifts[at]!))
  })
}
