import type { AbstractProvider } from 'ethers'
import { latestBlock } from './latest-block.ts'
import { isUrgent, type TurnClock } from './turn-clock.ts'

/** EIP-1559 fees, wei for each gas. */
export type Fees = { readonly maxFee: bigint; readonly tip: bigint }

/**
 * Most wei for each gas that is offered.
 * @property feeCap        for whatever can wait until gas is cheaper
 * @property urgentFeeCap  for a move of a game of whose clock less than a third is left: a lost bond is dearer than gas
 */
export type FeeCaps = { readonly feeCap: bigint; readonly urgentFeeCap: bigint }

/** What gas costs. @property time  of the latest block, unix seconds  @property fees  what the node proposes; room for the base fee to double */
export type Market = { readonly time: number; readonly baseFee: bigint; readonly fees: Fees }

export async function readMarket(provider: AbstractProvider): Promise<Market> {
  const [block, { maxFeePerGas, maxPriorityFeePerGas, gasPrice }] = await Promise.all([latestBlock(provider), provider.getFeeData()])
  const fees = { maxFee: maxFeePerGas ?? gasPrice ?? 0n, tip: maxPriorityFeePerGas ?? 0n }
  return { time: block.timestamp, baseFee: block.baseFeePerGas ?? 0n, fees }
}

/** The cap that holds for a deed now. */
export const capOf = ({ feeCap, urgentFeeCap }: FeeCaps, urgent: boolean): bigint => (urgent ? greatest(feeCap, urgentFeeCap) : feeCap)

/**
 * Fees for a new transaction.
 * @param most  what the account can pay for each gas
 * @returns     null if no block would take it at this cap; what is urgent offers several times the market at once, of which only what is needed is paid
 */
export function feesFor({ time, baseFee, fees }: Market, caps: FeeCaps, clock: TurnClock | undefined, most: bigint): Fees | null {
  const urgent = isUrgent(clock, time)
  const cap = capOf(caps, urgent)
  if (cap < baseFee) return null
  const wanted = urgent ? { maxFee: 3n * fees.maxFee, tip: 4n * fees.tip } : fees
  // An account that cannot pay for so much room offers what it has, if a block takes that.
  const enough = baseFee + baseFee / 8n + fees.tip
  return capped(wanted, least(cap, most < wanted.maxFee && most >= enough ? most : wanted.maxFee))
}

/**
 * Fees for a version that takes the place of another. Nodes accept none that offers less than a tenth more of both.
 * @returns null if the cap does not allow as much
 */
export function bumpedFees(before: Fees, current: Fees, cap: bigint): Fees | null {
  const more = (fee: bigint): bigint => (fee * 9n) / 8n + 1n
  if (more(before.maxFee) > cap) return null
  return capped({ maxFee: greatest(current.maxFee, more(before.maxFee)), tip: greatest(current.tip, more(before.tip)) }, cap)
}

function capped({ maxFee, tip }: Fees, cap: bigint): Fees {
  const most = least(maxFee, cap)
  return { maxFee: most, tip: least(tip, most) }
}

function least(a: bigint, b: bigint): bigint {
  if (b < a) return b
  return a
}

function greatest(a: bigint, b: bigint): bigint {
  if (b > a) return b
  return a
}
