import { OpineError } from '@opine/dispute-game/errors.ts'
import type { OpineClient } from './client.ts'
import { latestBlock } from './latest-block.ts'
import type { RequestTerms } from './request-terms.ts'

/** Named securities, twins of those in contracts/consumer/Tiers.sol. */
export const TIERS = {
  /** For what is shown or can be undone at no cost. */
  quick: { liveness: 600, redundancy: 1 },
  /** For everyday decisions about little money. */
  standard: { liveness: 14_400, redundancy: 1 },
  /** For money that does not come back. */
  high: { liveness: 86_400, redundancy: 2 },
  /** For what a whole system hangs on. */
  critical: { liveness: 604_800, redundancy: 3 },
} as const

/**
 * What is wanted of an answer.
 * @property tier          `standard` if left out; `liveness` and `redundancy` are its, unless given
 * @property fee           wei for the operators
 * @property answerWithin  seconds in which answers are taken; an hour if left out
 * @property atStake       wei that a lie could win: each bond is at least as much
 * @property bond          wei, in place of half as much again as the oracle's least, for which the base fee may rise until the request is mined
 */
export type Wishes = Partial<Omit<RequestTerms, 'deadline'>> & {
  readonly tier?: keyof typeof TIERS
  readonly fee: bigint
  readonly answerWithin?: number
  readonly atStake?: bigint
}

const MARGIN = { over: 3n, under: 2n }

/**
 * Terms of a request that is made now.
 * @throws {OpineError} `TERMS_WRONG`, `NODE_BLOCKLESS`
 * @example
 * const terms = await chooseTerms(client, { tier: 'high', fee: parseEther('0.01'), atStake: parseEther('5') })
 */
export async function chooseTerms({ oracle, provider }: OpineClient, wishes: Wishes): Promise<RequestTerms> {
  const { tier = 'standard', fee, answerWithin = 3_600, atStake = 0n, delayPrice = 0n, callbackGas = 0 } = wishes
  if (!Object.hasOwn(TIERS, tier)) {
    throw new OpineError('TERMS_WRONG', `there is no tier "${tier}"; choose one of ${Object.keys(TIERS).join(', ')}`, { tier })
  }
  if (!Number.isSafeInteger(answerWithin) || answerWithin < 1) {
    throw new OpineError('TERMS_WRONG', `answerWithin is a whole number of seconds from 1, got ${answerWithin}`, { answerWithin })
  }
  const [least, block] = await Promise.all([oracle.getFunction('minimumBond')(fee) as Promise<bigint>, latestBlock(provider)])
  const usual = (least * MARGIN.over) / MARGIN.under
  const { liveness, redundancy } = { ...TIERS[tier], ...wishes }
  return {
    deadline: block.timestamp + answerWithin,
    liveness,
    bond: wishes.bond ?? (usual > atStake ? usual : atStake),
    fee,
    delayPrice,
    callbackGas,
    redundancy,
    optimistic: wishes.optimistic ?? false,
    allowInactive: wishes.allowInactive ?? false,
  }
}
