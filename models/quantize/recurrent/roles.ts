import { OPERANDS } from '../../certify/classes.ts'
import { exponentAbove, powerOfTwo } from '../binary.ts'
import type { Statistics } from '../calibrate.ts'
import type { QuantizeOptions } from '../options.ts'
import { MARGIN } from '../steps.ts'

/**
 * What a tensor of an unrolled cell is; its steps are powers of two, so that products of two of them add up exactly.
 * - `sum`: what the curve of a gate is a function of
 * - `gate`: 0 .. 1
 * - `signed`: magnitudes up to `least`, or up to that share of the power of two above all that calibration saw of the members
 */
export type Role =
  | { readonly kind: 'sum' }
  | { readonly kind: 'gate' }
  | { readonly kind: 'signed'; readonly least: number; readonly share: number; readonly members: readonly string[] }

/** Integers of a tensor, and the one step that they are multiples of. */
export type Scale = { readonly step: number; readonly low: number; readonly high: number }

/** Beyond 8 a sigmoid is off its end by less than a step of a gate; 2^-8 moves it by a quarter of one. */
const SUM: Scale = { step: 0.00390625, low: -2048, high: 2047 }

/** Gates have ten bits, so that cells may be four times as wide as what they take in before a sum of both leaves 2^24. */
const GATE_LEVELS = 1024
const SIGNED_LEVELS = 2048

/** The integers of a tensor with a role. */
export function scaleOf(role: Role, statistics: Statistics, { providers }: QuantizeOptions): Scale {
  if (role.kind === 'sum') return SUM
  const { width } = OPERANDS[providers]
  if (role.kind === 'gate') {
    const levels = Math.min(GATE_LEVELS, width)
    return { step: 1 / levels, low: 0, high: levels }
  }
  const greatest = role.members.reduce((most, name) => Math.max(most, greatestOf(statistics, name)), 0)
  const range = Math.max(role.least, greatest === 0 ? 0 : role.share * powerOfTwo(exponentAbove(greatest)))
  const levels = Math.min(SIGNED_LEVELS, width)
  return { step: range / levels, low: -levels, high: levels }
}

/** Greatest magnitude of a tensor, with room above it unless it is within 1, as states of gated cells always are. */
function greatestOf(statistics: Statistics, name: string): number {
  const histogram = statistics.get(name)?.histogram
  if (!histogram) return 0
  const size = Math.max(0, ...histogram.high, ...histogram.low.map((low) => -low))
  return size > 1 ? size * MARGIN : size
}
