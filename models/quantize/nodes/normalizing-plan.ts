import { OPERANDS } from '../../certify/classes.ts'
import { exponentAbove, nearest, powerOfTwo } from '../binary.ts'
import { entriesOf, type Steps } from '../emit/table.ts'
import { type QuantizeOptions, SUM_LIMIT } from '../options.ts'
import { Reason } from '../reason.ts'
import { type Code, magnitudeOf } from '../values.ts'

/** Bits of operands, also where the class of providers has more: products of two are then far below 2^24. */
const MOST_BITS = 11

/**
 * The numbers of a normalisation in integers. With x the integers that are given, times `2^-narrowing` where they are wide:
 *
 * - `mean = floor(sum(x) * 2^-meanShift + 1/2)`, in units of `2^meanShift / terms`;
 * - `c = floor(x - mean * meanFactor * 2^-meanBits + 1/2)`, what is left of each, within `most`;
 * - `d = c * 2^e`, with the greatest `e` for which the row stays within `most`: `rises[max |c|] = 2^e`;
 * - `v = sum(floor(d * d * 2^-bits + 1/2)) + epsilons[max |c|]`;
 * - `n = floor(d * gains[v] * 2^-shift + 1/2)`, normalised, in units of `unit`.
 *
 * A row is scaled up before it is squared, so that small ones are normalised as precisely as great ones. Rows that differ by a few units of x are as
 * coarse as those. Without a mean, `c` is `x`.
 * @property bits   of operands; `most` is the greatest
 * @property cut    the greatest magnitude of `mean`
 * @property steps  entries of `gains`
 * @property bound  the greatest magnitude of a partial sum over 2^24
 */
export type NormalizingPlan = Gains & {
  readonly mean: Mean | null
  readonly bits: number
  readonly most: number
  readonly narrowing: number
  readonly shift: number
  readonly unit: number
  readonly bound: number
}

type Mean = { readonly meanShift: number; readonly cut: number; readonly meanFactor: number; readonly meanBits: number }
type Gains = { readonly rises: Float64Array; readonly epsilons: Float64Array; readonly steps: Steps; readonly gains: Float64Array }

/** @property reach  the greatest magnitude that a normalised number shall have @property centres  whether the mean is taken off */
export type Normalizing = { readonly terms: number; readonly epsilon: number; readonly reach: number; readonly centres: boolean }

export function normalizingPlan(
  { providers }: QuantizeOptions,
  code: Code,
  { terms, epsilon, reach, centres }: Normalizing,
): NormalizingPlan | Reason {
  const bits = Math.min(MOST_BITS, exponentAbove(OPERANDS[providers].width))
  const top = powerOfTwo(bits)
  const most = top - 1
  const total = (terms + 1) * top
  if (terms < 2 || total > SUM_LIMIT) return new Reason(`it normalises ${terms} numbers; 2 to ${SUM_LIMIT / top - 1} can be summed exactly`)
  const narrowing = Math.max(0, exponentAbove(magnitudeOf(code)) - bits)
  const magnitude = Math.min(top, magnitudeOf(code))
  const step = code.steps.data[0]! * powerOfTwo(narrowing)
  const gains = gainsOf(terms, bits, epsilon / (step * step))
  if (gains === null) return new Reason('its epsilon is far beyond the squares of what it normalises')
  // A gain of `g` stands for `g / perGain`.
  const perGain = (most * powerOfTwo(bits - 1)) / Math.sqrt(terms)
  const shift = Math.max(0, exponentAbove((reach * perGain) / most))
  const unit = powerOfTwo(shift) / perGain
  return {
    mean: centres ? meanOf(terms, magnitude, bits) : null,
    ...gains,
    bits,
    most,
    narrowing,
    shift,
    unit,
    bound: Math.max(total, most * most) / SUM_LIMIT,
  }
}

/** The mean's factor has the most bits with which the sum is exact and the factor is an operand. */
function meanOf(terms: number, magnitude: number, bits: number): Mean {
  const meanShift = Math.max(0, exponentAbove(terms * magnitude) - bits)
  const cut = Math.min(powerOfTwo(bits), Math.floor((terms * magnitude) / powerOfTwo(meanShift) + 0.5))
  for (let meanBits = MOST_BITS; ; meanBits -= 1) {
    const meanFactor = nearest(powerOfTwo(meanShift + meanBits) / terms)
    const bound = (magnitude + 1) * powerOfTwo(meanBits) + cut * meanFactor
    if (bound <= SUM_LIMIT && meanFactor <= powerOfTwo(bits)) return { meanShift, cut, meanFactor, meanBits }
  }
}

/**
 * Inverse roots by the sum of squares. Entries are within a half of a 128th of what they stand for, for a row with anything in it has squares of
 * a quarter of `top`, or epsilon beside them.
 * @param epsilon  in squares of the unit of `c`
 * @returns null where no sum of squares counts beside epsilon
 */
function gainsOf(terms: number, bits: number, epsilon: number): Gains | null {
  const top = powerOfTwo(bits)
  const mostAdded = 2048 * top
  const epsilonAt = (rise: number): number => nearest(epsilon * terms * powerOfTwo(2 * rise - bits))
  if (epsilonAt(0) > mostAdded) return null
  const rises = Array.from({ length: top }, (_, greatest) => {
    let rise = greatest === 0 ? 0 : bits - exponentAbove(greatest + 1)
    while (epsilonAt(rise) > mostAdded) rise -= 1
    return rise
  })
  const epsilons = Float64Array.from(rises, epsilonAt)
  const levels = [
    { from: 0, unit: Math.max(1, top / 512) },
    { from: 2 * top, unit: top / 64 },
    { from: 64 * top, unit: top / 2 },
  ]
  const steps = { first: 0, most: terms * top + epsilons.reduce((a, b) => Math.max(a, b)), levels }
  const gains = entriesOf(steps).map((square) => nearest((top - 1) * Math.min(1, Math.sqrt(top / 4 / Math.max(1, square)))))
  return { rises: Float64Array.from(rises, powerOfTwo), epsilons, steps, gains: Float64Array.from(gains) }
}
