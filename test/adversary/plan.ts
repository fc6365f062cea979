import { Random } from '@opine/models/ir/random.ts'

/** Accounts of the embedded chain, by part. */
export const [CONSUMER, HONEST, CHALLENGER, SECOND, JANITOR] = [1, 2, 3, 4, 5] as const
export const LIARS = [6, 7, 8] as const
export const SHAMS = [9, 10] as const
export const PEOPLE = [CONSUMER, HONEST, CHALLENGER, SECOND, JANITOR, ...LIARS, ...SHAMS]
/** Whoever keeps to the rules: they must not lose a wei. */
export const HONEST_PEOPLE = [HONEST, CHALLENGER, SECOND, JANITOR] as const

/** What this program can be lied about: values left alone and recomputed, totals, interiors, padding, a leaf that must be zero. */
const LIES = [
  '1:2:alone',
  '1:0:downstream:0x100',
  '4:1:alone',
  '4:0:alone',
  'interior:a',
  'interior:b',
  'total:1:3:1',
  'total:1:5:2',
  'padding:1:5',
  'leaf:6',
]

/**
 * @property answers  moves in games after which it is silent; Infinity if it fights to the end
 * @property haste    chance that it moves when it could
 */
export type LiarPlan = { readonly who: number; readonly lie: string; readonly answers: number; readonly haste: number }
export type ShamPlan = { readonly who: number; readonly moves: number; readonly haste: number; readonly copies: boolean }

/** One schedule, all of it drawn from its seed. @property reorganisations  chance of one at each tick */
export type Plan = {
  readonly seed: number
  readonly inputs: readonly number[]
  readonly liars: readonly LiarPlan[]
  readonly shams: readonly ShamPlan[]
  readonly second: boolean
  readonly reorganisations: number
}

export function drawPlan(seed: number): Plan {
  const random = new Random(seed)
  const haste = (): number => random.pick([0.05, 0.3, 0.9])
  const silence = (): number => random.pick([0, 1, 2, 3, 5, Infinity, Infinity])
  return {
    seed,
    inputs: Array.from({ length: random.between(1, 2) }, () => random.between(1, 5)),
    liars: LIARS.slice(0, random.below(LIARS.length + 1)).map((who) => ({
      who,
      lie: random.pick(LIES),
      answers: silence(),
      haste: haste(),
    })),
    shams: SHAMS.slice(0, random.below(SHAMS.length + 1)).map((who) => {
      return { who, moves: silence(), haste: haste(), copies: random.chance(0.3) }
    }),
    second: random.chance(0.4),
    reorganisations: random.pick([0, 0.03, 0.1]),
  }
}
