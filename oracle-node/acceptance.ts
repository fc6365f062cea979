import type { RequestState } from '@opine/node-kit/reads.ts'
import type { Head } from '@opine/node-kit/sync.ts'

/**
 * Which requests are answered.
 * @property minFee         wei
 * @property maxBond        wei
 * @property margin         seconds until the deadline
 * @property confirmations  blocks after the request's own
 */
export type Acceptance = { readonly minFee: bigint; readonly maxBond: bigint; readonly margin: number; readonly confirmations: number }

/** Why a request is left to others, or not answered yet. */
export type Refusal = 'deadline' | 'fee' | 'bond' | 'halted' | 'stake' | 'answered' | 'unconfirmed'

/** Which of a request's terms does not suit, with the figures; null if all do. */
export function unsuitable(
  { deadline, fee, bond }: RequestState,
  { minFee, maxBond, margin }: Acceptance,
  head: Head,
): readonly [Refusal, object] | null {
  if (head.timestamp + margin > deadline) return ['deadline', { deadline }]
  if (fee < minFee) return ['fee', { fee, minFee }]
  if (bond > maxBond) return ['bond', { bond, maxBond }]
  return null
}
