/** The units in which a region is calculated: of what it reads, of its rows, and how far its integers go. */
import { exponentAbove, exponentOf, nearest, powerOfTwo } from '../binary.ts'
import { filled, type Range, widest } from '../calibrate/steps.ts'
import { alongAxis } from '../grid.ts'
import { type Demand, isScore, SCORE_STEP } from '../network/classify.ts'
import { type Region, rowsOf, type Term } from '../values.ts'

/** What is read as a number too has powers of two as its steps, so that the number is exact. */
export const binaryAbove = (step: number): number => powerOfTwo(exponentAbove(step))

/** Steps of a term's input, as `integerRows` takes them. */
export function inputStepsOf(term: Term, region: Region): Float64Array {
  if (term.kind === 'pair') return Float64Array.of(term.left.steps.data[0]! * term.right.steps.data[0]!)
  const { steps, shape } = term.input
  if (term.kind === 'scale') return alongAxis(steps, region.axis, rowsOf(region))!
  const axis = term.form === 'matmul' ? shape.length - 1 : 1
  return alongAxis(steps, axis, shape[axis]!)!
}

/**
 * The steps of the rows. Those of an addend that is also read as a number are one power of two, so that the number is exact; those of
 * products of two computed tensors make their one coefficient a power of two, so that it is exact and no wide sum is multiplied.
 */
export function stepsOf(region: Region, chosen: Float64Array, demand: Demand): Float64Array {
  const [only] = region.terms
  const paired = region.terms.length === 1 && only?.kind === 'pair'
  const unit = paired ? Math.abs(only.coefficients[0]! * only.left.steps.data[0]! * only.right.steps.data[0]!) : 1
  if (isScore(demand)) {
    const free = paired && !demand.linear && !demand.floats
    return chosen.map(() => (free ? unit * powerOfTwo(exponentAbove(SCORE_STEP / unit)) : SCORE_STEP))
  }
  const steps = filled(chosen)
  const alike = demand.uniform || (!demand.narrow && !demand.index) ? steps.map(() => widest(steps)) : steps
  if (!demand.narrow && !demand.index) return alike.map((step) => powerOfTwo(exponentOf(step) + 1))
  if (demand.floats) return alike.map(binaryAbove)
  return paired ? alike.map((step) => unit * powerOfTwo(exponentOf(step / unit) + 1)) : alike
}

/**
 * Integers that the clip of the region leaves of these. Where steps differ, they were chosen such that the greatest integer stands for no more
 * than the clip leaves.
 */
export function cutOf(region: Region, steps: Float64Array, levels: Range): Range {
  if (steps.some((step) => step !== steps[0])) return { low: region.low >= 0 ? 0 : levels.low, high: levels.high }
  return { low: Math.max(levels.low, nearest(region.low / steps[0]!)), high: Math.min(levels.high, nearest(region.high / steps[0]!)) }
}
