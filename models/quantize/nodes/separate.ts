import { OPERANDS } from '../../certify/classes.ts'
import { exponentAbove, isPower, powerOfTwo } from '../binary.ts'
import type { Range } from '../calibrate/steps.ts'
import type { Context } from '../context.ts'
import { magnitudeOf, type PairTerm, type Region, rowsOf, type ScaleTerm } from '../values.ts'
import type { EmitPart } from './split.ts'

/** Integers of a product that is rounded before it is added. */
const SEPARATE_LEVELS = 2048

/**
 * The region with products of two computed tensors rounded by themselves where they are added to something else and are no power of two of its steps: what
 * multiplies such a product would be a second factor of what is as wide as both together.
 */
export function separated(context: Context, region: Region, steps: Float64Array, emit: (range: Range) => EmitPart): Region {
  if (region.terms.length < 2) return region
  const levels = Math.min(SEPARATE_LEVELS, OPERANDS[context.options.providers].width)
  const terms = region.terms.map((term, index) => {
    if (term.kind !== 'pair') return term
    const unit = unitOf(term)
    if (term.coefficients.every((value, row) => value === 0 || isPower((value * unit) / steps[row]!))) return term
    const greatest = magnitudeOf(term.left) * magnitudeOf(term.right) * term.depth
    const step = unit * powerOfTwo(Math.max(0, exponentAbove(greatest / levels)))
    const rows = rowsOf(region)
    const unsigned = term.left.low >= 0 && term.right.low >= 0
    const alone: Region = {
      ...region,
      ...{
        name: `${region.name}.pair${index}`,
        terms: [{ ...term, coefficients: new Float64Array(rows).fill(1) }],
        bias: new Float64Array(rows),
      },
      ...{ field: null, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
    }
    const input = emit({ low: unsigned ? 0 : -levels, high: levels })(alone, new Float64Array(rows).fill(step))
    return { kind: 'scale', input, coefficients: term.coefficients, sum: [], count: 1, keep: true } satisfies ScaleTerm
  })
  return { ...region, terms }
}

const unitOf = ({ left, right }: PairTerm): number => left.steps.data[0]! * right.steps.data[0]!
