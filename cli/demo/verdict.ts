import { OpineError } from '@opine/dispute-game/errors.ts'
import { fromBits } from '@opine/models/numerics/bits.ts'
import { ASSERTION_STATUSES, REQUEST_STATUSES } from '@opine/node-kit/reads.ts'
import { formatEther } from 'ethers'
import type { Account } from './ledger.ts'
import type { Stage } from './stage.ts'
import { PROTOCOL, REQUEST, STAKE } from './terms.ts'
import type { ChainWatch } from './watch.ts'

const DEFEATED = BigInt(ASSERTION_STATUSES.indexOf('DEFEATED'))
const SETTLED = BigInt(REQUEST_STATUSES.indexOf('SETTLED'))

/** How it ended, read from the chain's state after everything. */
export type Verdict = {
  readonly liarSlashed: boolean
  readonly challengerPaid: boolean
  readonly rightDigit: boolean
  readonly digit: number
  /** As the consumer contract knows it. */
  readonly probability: number
}

/** Asks the contracts, not the story: the liar's assertion and stake, the challenger's fortune, the reader's reading. */
export async function readVerdict(stage: Stage, watch: ChainWatch, accounts: readonly Account[], label: number): Promise<Verdict> {
  const { contracts, cast } = stage
  const lie = watch.find('AssertionMade', ({ asserter }) => asserter === cast.liar.address)
  const asked = watch.find('InferenceRequested')
  const reserved = watch.find('RewardReserved', ({ assertionId }) => assertionId === lie?.assertionId)
  if (!lie || !asked || !reserved) throw new OpineError('NO_STORY', 'the chain has no request, no lie or no reward')
  const [assertion, request, stake, reading] = await Promise.all([
    contracts.oracle.getFunction('assertion')(lie.assertionId),
    contracts.oracle.getFunction('request')(asked.requestId),
    contracts.operators.getFunction('stakeOf')(cast.liar.address),
    contracts.reader.getFunction('readingOf')(asked.requestId),
  ])
  const challenger = accounts.find(({ who }) => who === 'challenger')!
  return {
    liarSlashed: assertion.status === DEFEATED && stake.total === STAKE - REQUEST.bond,
    // The challenger's own bond left its wallet for the game: a positive sum means that it came back with the reward.
    challengerPaid: challenger.change === reserved.amount,
    rightDigit: request.status === SETTLED && request.delivered && reading.known && Number(reading.digit) === label,
    digit: Number(reading.digit),
    probability: fromBits(Number(reading.probability)),
  }
}

/** What was promised and did not happen; empty if all is well. */
export function complaints({ liarSlashed, challengerPaid, rightDigit, digit }: Verdict, label: number): string[] {
  return [
    ...(liarSlashed ? [] : [`the lying operator still has its bond of ${formatEther(REQUEST.bond)} ETH`]),
    ...(challengerPaid
      ? []
      : [`the challenger was not paid its reward, or not given its bond of ${formatEther(PROTOCOL.gameBond)} ETH back`]),
    ...(rightDigit ? [] : [`the consumer contract reads ${digit}, but the image shows ${label}`]),
  ]
}
