import { powerOfTwo } from '../binary.ts'
import type { Context } from '../context.ts'
import type { IntegerRows } from '../rows/integer-rows.ts'
import type { Code, Region, Term } from '../values.ts'

/**
 * The region with biases that take back what quantising did to the mean of each row: by rounding its weights, and by all that lies before it.
 * The means are those over the calibration examples that are replayed, before the clip, by channels of what a row reads; padding counts as
 * what it pads. Source: Nagel et al. 2019, arXiv:1906.04721, section 4.2, with the means of what the new graph itself calculates.
 * @param rows   the region in integers
 * @param steps  of its rows
 */
export function withMeansKept(context: Context, region: Region, rows: IntegerRows, steps: Float64Array): Region {
  const bias = Float64Array.from(region.bias)
  for (const [index, term] of region.terms.entries()) {
    const read = term.kind === 'pair' ? null : readBy(term, region)
    const means = read && meansOf(context, read.input, read.axis)
    if (!means) continue
    const weights = rows.weights[index]!
    const width = weights.length / bias.length
    const share = shareOf(term)
    for (const [row, step] of steps.entries()) {
      const unit = step * powerOfTwo(-rows.shifts[row]!)
      for (let at = row * width; at < (row + 1) * width; at += 1) {
        const channel = read.channel(row, at - row * width)
        bias[row]! += share * (read.weights[at]! * means.float[channel]! - weights[at]! * unit * means.integer[channel]!)
      }
    }
  }
  return { ...region, bias }
}

/** What a term reads, and the real weights of its rows; null for sums over axes. */
function readBy(term: Exclude<Term, { kind: 'pair' }>, { axis }: Region) {
  const { input } = term
  if (term.kind === 'product') return { ...term, axis: term.form === 'matmul' ? input.shape.length - 1 : 1 }
  return term.sum.length > 0 ? null : { input, axis, weights: term.coefficients, channel: (row: number): number => row }
}

/** What part of its weights an output takes: of a transposed convolution with strides only some. */
function shareOf(term: Term): number {
  const strides = term.kind === 'product' && term.form === 'deconv' ? term.attributes.strides : undefined
  return strides && 'ints' in strides ? strides.ints.reduce((share, stride) => share / stride, 1) : 1
}

/** Mean integers of a code's channels, and mean numbers of the float tensor that it stands for; null where that is not known. */
function meansOf({ codes, values, statistics, replay }: Context, code: Code, axis: number) {
  const isIt = (other: { readonly kind: string; readonly name: string }): boolean => other.kind === 'code' && other.name === code.name
  const [own] = [...codes, ...values].find(([, value]) => isIt(value)) ?? []
  const known = statistics.get(own ?? '')
  if (!replay || known?.axis !== axis || known.means.length !== code.shape[axis]) return null
  return { float: known.means, integer: replay.means(code, axis) }
}
