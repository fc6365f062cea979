import type { Chain } from './chain.ts'
import type { Metrics } from './metrics.ts'
import type { Sender } from './sender.ts'
import type { Store } from './store.ts'
import type { Head } from './sync.ts'

/** What is watched of a daemon. @property sender  null for one that only looks */
export type Watched = { readonly chain: Chain; readonly store: Store; readonly sender: Sender | null }

/** The own account's, wei: stake that no bond locks, stake that bonds lock, and what the vault owes it. */
export type Money = { readonly free: bigint; readonly locked: bigint; readonly payout: bigint }

/**
 * What a monitor knows now; undefined for what it does not know yet.
 * @property idle      seconds since the chain was read to the end
 * @property balances  wei of each account, the own one first
 */
export type Seen = {
  readonly watched: Watched | undefined
  readonly head: Head | undefined
  readonly idle: number
  readonly money: Money | undefined
  readonly balances: readonly bigint[]
}

/** The numbers that are read when somebody asks. */
export function defineGauges(metrics: Metrics, see: () => Seen): void {
  const chain = <T>(read: (chain: Chain) => T): T | undefined => {
    const { watched } = see()
    return watched && read(watched.chain)
  }
  const head = <T>(read: (head: Head, seen: Seen) => T): T | undefined => {
    const seen = see()
    return seen.head && read(seen.head, seen)
  }
  const money = (name: keyof Money): (() => number | undefined) => {
    return () => {
      const wei = see().money?.[name]
      return wei === undefined ? undefined : Number(wei)
    }
  }
  metrics.gauge('node_connected', 'Whether the connection to the node is up', () => chain((each) => Number(each.isConnected())))
  metrics.gauge('head_block', 'Latest block that was read', () => head(({ number }) => number))
  metrics.gauge('head_timestamp_seconds', 'Its time', () => head(({ timestamp }) => timestamp))
  metrics.gauge('sync_lag_blocks', 'Blocks that the node announced and that are not read yet', () => {
    return head(({ number }) => chain((each) => Math.max(0, each.announced() - number)))
  })
  metrics.gauge('sync_lag_seconds', 'Seconds since the chain was read to the end', () => head((_, { idle }) => idle))
  metrics.gauge('clock_skew_seconds', 'This machine’s clock less the time of the latest block', () => {
    return head(({ timestamp }) => Date.now() / 1000 - timestamp)
  })
  metrics.gauges('transactions_pending', 'Transactions that were sent and are not mined, by account', 'account', () => {
    return (see().watched?.sender?.load() ?? []).map(({ pending }, index) => [String(index), pending] as const)
  })
  metrics.gauge('deeds_queued', 'Deeds that are asked for and not done yet', () => see().watched?.sender?.queued)
  metrics.gauge('tightest_clock_seconds', 'Seconds left on the tightest clock among own moves that are not mined yet', () => {
    return head(({ timestamp }, { watched }) => {
      const deadline = watched?.sender?.tightest(timestamp)
      return deadline === undefined ? undefined : deadline - timestamp
    })
  })
  metrics.gauges('balance_wei', 'What accounts can pay gas and bonds with, the first is the daemon’s own', 'account', () => {
    return see().balances.map((balance, index) => [String(index), Number(balance)] as const)
  })
  metrics.gauge('stake_free_wei', 'Stake that no bond locks', money('free'))
  metrics.gauge('stake_locked_wei', 'Stake that bonds lock', money('locked'))
  metrics.gauge('payout_wei', 'What the vault owes the account', money('payout'))
}
