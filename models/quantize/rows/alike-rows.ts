import { type Limit, SUM_LIMIT } from '../options.ts'
import type { Region } from '../values.ts'
import { type IntegerRows, integerRows, LEAST_SHIFT } from './integer-rows.ts'
import { factorsIn, reachOf } from './reach.ts'

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
