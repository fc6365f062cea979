import { OPERANDS } from '../../certify/classes.ts'
import { exponentAbove, isPower, powerOfTwo } from '../binary.ts'
import type { Range } from '../calibrate/steps.ts'
import type { Context } from '../context.ts'
import { alongAxis } from '../grid.ts'
import { magnitudeOf, type PairTerm, type Region, rowsOf, type ScaleTerm } from '../values.ts'
import type { EmitPart } from './split.ts'

/** Integers of a product that is rounded before it is added. */
const SEPARATE_LEVELS = 2048

/**
 * The region with products of two computed tensors rounded by themselves where they are added to something else and are no power of two of its steps: what
 * multiplies such a product would be a second factor of what is as wide as both together.
 */
export function separated(context: Context, region: Region, steps: Float64Array, emit: (range: Range) => EmitPart): Region {
  const levels = Math.min(SEPARATE_LEVELS, OPERANDS[context.options.providers].width)
  const terms = region.terms.map((term, index) => {
    if (term.kind === 'scale' && term.sum.length > 0) return summedApart(context, region, term, steps, { levels, index, emit })
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

type Apart = { readonly levels: number; readonly index: number; readonly emit: (range: Range) => EmitPart }

/** A sum over axes that is too wide to be multiplied is rounded to multiples of a power of two of what it sums. */
function summedApart(context: Context, region: Region, term: ScaleTerm, steps: Float64Array, { levels, index, emit }: Apart): ScaleTerm {
  const rows = rowsOf(region)
  const units = alongAxis(term.input.steps, region.axis, rows)
  const greatest = magnitudeOf(term.input) * term.count
  const { width } = OPERANDS[context.options.providers]
  if (!units || greatest <= width || term.coefficients.every((value, row) => value === 0 || isPower((value * units[row]!) / steps[row]!)))
    return term
  const factor = powerOfTwo(exponentAbove(greatest / levels))
  const alone: Region = {
    ...{ ...region, name: `${region.name}.sum${index}`, terms: [{ ...term, coefficients: new Float64Array(rows).fill(1) }] },
    ...{ bias: new Float64Array(rows), field: null, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
  }
  const range = { low: term.input.low >= 0 ? 0 : -levels, high: levels }
  const input = emit(range)(
    alone,
    units.map((unit) => unit * factor),
  )
  return { kind: 'scale', input, coefficients: term.coefficients, sum: [], count: 1, keep: true }
}

const unitOf = ({ left, right }: PairTerm): number => left.steps.data[0]! * right.steps.data[0]!
