/** Applicants for credit, all invented: the generator is this file, no data of real people went into it. */
import { logistic } from '../training/activation.ts'
import { exponential } from '../training/exponential.ts'
import { bell, type Random, xorshift } from '../training/random.ts'

/** The model's input `applicant`, f32 `[1, 8]`, in this order. */
export const FEATURES = [
  'income, thousands a year',
  'debt payments as a share of income',
  'age of the oldest account, months',
  'payments that were late in the last two years',
  'share of the credit lines in use',
  'years in the present job',
  'loan asked for, thousands',
  'enquiries in the last half year',
] as const

/** `chance` of default, which only the generator knows; `label` is 1 for those who defaulted. */
export type Applicant = { readonly features: Float32Array<ArrayBuffer>; readonly chance: number; readonly label: 0 | 1 }

export const TRAINING = { count: 60_000, seed: 1_812_062 } as const
export const HELD_OUT = { count: 5_000, seed: 27_644_437 } as const

export function drawApplicants({ count, seed }: { readonly count: number; readonly seed: number }): Applicant[] {
  const random = xorshift(seed)
  return Array.from({ length: count }, () => drawApplicant(random))
}

function drawApplicant(random: Random): Applicant {
  // Trouble in life shows in several features at once, so that none tells all.
  const trouble = bell(random)
  const income = rounded(within(8, 42 * exponential(0.5 * bell(random) - 0.15 * trouble), 250), 0.1)
  const debt = rounded(within(0, 0.3 + 0.12 * trouble + 0.15 * bell(random), 1.5), 0.01)
  const age = rounded(within(0, 90 + 70 * bell(random), 360), 1)
  const late = Math.floor(within(0, exponential(0.8 * trouble + 0.6 * bell(random)) - 0.4, 12))
  const used = rounded(within(0, 0.4 + 0.18 * trouble + 0.2 * bell(random), 1.2), 0.01)
  const job = rounded(within(0, exponential(1.5 + 0.8 * bell(random)) - 1, 40), 0.5)
  const loan = rounded(within(0.5, 0.3 * income * exponential(0.6 * bell(random)), 60), 0.5)
  const enquiries = Math.floor(within(0, 1.2 + 0.9 * trouble + 1.5 * bell(random), 10))
  const features = Float32Array.from([income, debt, age, late, used, job, loan, enquiries])
  const chance = chanceOfDefault(features)
  return { features, chance, label: random() < chance ? 1 : 0 }
}

/** The rule: thresholds, ratios and products, so that no weighted sum of the features follows it. */
export function chanceOfDefault(features: ArrayLike<number>): number {
  const [income, debt, age, late, used, job, loan, enquiries] = Array.from(features) as Eight
  const history = (1.1 * late) / (1 + age / 48)
  const burden = 5 * Math.max(0, debt - 0.35) + 3 * Math.max(0, loan / income - 0.4)
  const stretched = used > 0.7 ? 1 + 0.5 * enquiries : 0.15 * enquiries
  const newcomer = age < 18 && job < 2 ? 2 : 0
  const steady = 0.6 * Math.sqrt(job) + 0.012 * Math.min(income, 90)
  return logistic(2.4 * (history + burden + stretched + newcomer - steady - 0.6))
}

type Eight = [number, number, number, number, number, number, number, number]

const within = (least: number, x: number, greatest: number): number => Math.max(least, Math.min(greatest, x))
const rounded = (x: number, unit: number): number => Math.floor(x / unit + 0.5) * unit
