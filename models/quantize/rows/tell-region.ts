import { decibels, exponentOf } from '../binary.ts'
import type { Context } from '../context.ts'
import { SUM_LIMIT } from '../options.ts'
import type { Region } from '../values.ts'
import type { IntegerRows } from './integer-rows.ts'

/** A region's line of the report. */
export function tellRegion(context: Context, region: Region, rows: IntegerRows): void {
  const kinds = region.terms.map((term) =>
    term.kind === 'product' ? term.form : term.kind === 'pair' ? `pair ${term.form}` : term.sum.length > 0 ? 'mean' : 'sum',
  )
  const widths = region.terms.flatMap((term, index) => (term.kind === 'product' ? [medianBits(rows.weights[index]!, term.width)] : []))
  context.layers.push({
    name: region.name,
    kind: [...new Set(kinds)].join(' + '),
    weightBits: widths.length > 0 ? Math.min(...widths) : null,
    shift: [rows.shifts.reduce((a, b) => Math.min(a, b)), rows.shifts.reduce((a, b) => Math.max(a, b))],
    bound: rows.total.reduce((a, b) => Math.max(a, b)) / SUM_LIMIT,
    weightSqnr: decibels(rows.signal, rows.noise),
    parts: Math.max(1, region.terms.filter((term) => term.kind === 'scale' && term.input.name.includes('.part')).length),
  })
}

/** Bits of the widest weight of the median row, its sign included. */
function medianBits(weights: Float64Array, width: number): number {
  const bits = Array.from({ length: weights.length / width }, (_, row) => {
    const widestOne = weights.subarray(row * width, (row + 1) * width).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    return widestOne === 0 ? 1 : exponentOf(widestOne) + 2
  })
  return bits.sort((a, b) => a - b)[Math.floor(bits.length / 2)]!
}
