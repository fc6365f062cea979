import { OPERANDS } from '../../certify/classes.ts'
import { exponentAbove, powerOfTwo } from '../binary.ts'
import type { Statistics } from '../calibrate/calibrate.ts'
import { MARGIN } from '../calibrate/steps.ts'
import type { QuantizeOptions } from '../options.ts'

/**
 * What a tensor of an unrolled cell is; its steps are powers of two, so that products of two of them add up exactly.
 * - `gate`: 0 .. 1
 * - `sum`: what curves are functions of; beyond 8 they have arrived. Where it is `alone` in reading what is added to its product, a compiler may make the product the
 *   kernel that hands its result on, and rows of one unit keep it within the bound.
 * - `signed`: any other; its range is the greatest of those of the parts
 */
export type Role =
  | { readonly kind: 'gate' }
  | { readonly kind: 'sum'; readonly members: readonly string[]; readonly alone: boolean }
  | { readonly kind: 'signed'; readonly parts: readonly Part[] }

/**
 * A share of the least power of two that is above all that calibration saw of some tensors, and above `least`.
 * @property bounded  whether none of them ever leaves -1 .. 1, unless it started beyond
 */
export type Part = { readonly members: readonly string[]; readonly share: number; readonly least: number; readonly bounded: boolean }

/** Integers of a tensor, and the one step that they are multiples of. */
export type Scale = { readonly step: number; readonly low: number; readonly high: number }

/** Sums beyond 8 are cut: a sigmoid is off its end by less than a step of a gate there. Steps are 2^-8 then, which moves a gate by a quarter of one. */
const MOST_SUM = 8
/** Room above what calibration saw of sums, which are cut where gates are steep still if they are small. */
const SUM_MARGIN = 2

/** Gates have ten bits, so that cells may be four times as wide as what they take in before a sum of both leaves 2^24. */
const GATE_LEVELS = 1024
const SIGNED_LEVELS = 2048
/** Ranges are not less: what is below is nothing to a gate. */
export const LEAST_RANGE = 0.0009765625

/** The integers of a tensor with a role. */
export function scaleOf(role: Role, statistics: Statistics, { providers }: QuantizeOptions): Scale {
  const { width } = OPERANDS[providers]
  if (role.kind === 'gate') {
    const levels = Math.min(GATE_LEVELS, width)
    return { step: 1 / levels, low: 0, high: levels }
  }
  if (role.kind === 'sum') {
    const range = Math.min(MOST_SUM, rangeOf(statistics, role.members, SUM_MARGIN, LEAST_RANGE))
    // An index of a table, and no operand of a product.
    return { step: range / SIGNED_LEVELS, low: -SIGNED_LEVELS, high: SIGNED_LEVELS - 1 }
  }
  const range = role.parts.reduce((most, { members, share, least, bounded }) => {
    const free = rangeOf(statistics, members, MARGIN, least)
    const own = bounded && greatestOf(statistics, members) <= 1 ? Math.min(1, free) : free
    return Math.max(most, share * own)
  }, 0)
  const levels = Math.min(SIGNED_LEVELS, width)
  return { step: range / levels, low: -levels, high: levels }
}

/** The least power of two that is above all that calibration saw, times a margin. */
function rangeOf(statistics: Statistics, members: readonly string[], margin: number, least: number): number {
  return powerOfTwo(exponentAbove(Math.max(least, margin * greatestOf(statistics, members))))
}

const KNOWN = new WeakMap<Statistics, Map<readonly string[], number>>()

/** Greatest magnitude of some tensors, looked up once for each list. */
function greatestOf(statistics: Statistics, members: readonly string[]): number {
  const known = KNOWN.get(statistics) ?? new Map<readonly string[], number>()
  KNOWN.set(statistics, known)
  const found =
    known.get(members) ??
    members.reduce((most, name) => {
      const histogram = statistics.get(name)?.histogram
      if (!histogram) return most
      const above = histogram.high.reduce((a, b) => Math.max(a, b), 0)
      return Math.max(most, above, -histogram.low.reduce((a, b) => Math.min(a, b), 0))
    }, 0)
  known.set(members, found)
  return found
}
