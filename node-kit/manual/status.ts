import { existsSync } from 'node:fs'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { pendingIntents } from '../intents.ts'
import { limited } from '../limited.ts'
import { etherText } from '../money.ts'
import { table } from '../print.ts'
import { readPayout, readReady, readStake } from '../reads.ts'
import { Store } from '../store.ts'
import { gameFacts } from './facts.ts'
import { known } from './find.ts'
import type { View } from './view.ts'

/**
 * How an account stands. Amounts are wei.
 * @property pending      transactions that the node has not mined, by its count
 * @property openGames    over the account's assertions, or its own
 * @property daemon       `running`: something has the store open; `absent`: there is no store
 * @property intents      what the stopped daemon sent, or meant to, and has seen no receipt of
 * @property blocksBehind of the stopped daemon's records
 */
export type Status = {
  readonly account: string
  readonly chainId: number
  readonly block: number
  readonly balance: bigint
  readonly stake: bigint
  readonly locked: bigint
  readonly payout: bigint
  readonly ready: bigint
  readonly pending: number
  readonly openGames: number
  readonly daemon: 'running' | 'stopped' | 'absent'
  readonly intents: readonly { readonly key: string; readonly nonce: number }[]
  readonly blocksBehind: number | null
}

/** @param path  of the daemon's store; it is not made where there is none */
export async function status(view: View, account: string, path: string): Promise<Status> {
  const { chain, journal, head } = view
  const { contracts, provider, deployment } = chain
  const count = (tag: string): Promise<number> => provider.getTransactionCount(account, tag)
  const games = await limited(known(journal, 'game'), 8, ([id]) => gameFacts(view, id))
  const { total, locked } = await readStake(contracts, account)
  return {
    account,
    chainId: deployment.chainId,
    block: head.number,
    balance: await provider.getBalance(account),
    stake: total,
    locked,
    payout: await readPayout(contracts, account),
    ready: await readReady(contracts, account),
    pending: (await count('pending')) - (await count('latest')),
    openGames: games.filter((game) => game.status === 'IN_PROGRESS' && [game.asserter, game.challenger].includes(account)).length,
    ...records(path, head.number),
  }
}

function records(path: string, block: number): Pick<Status, 'daemon' | 'intents' | 'blocksBehind'> {
  if (!existsSync(path)) return { daemon: 'absent', intents: [], blocksBehind: null }
  let store: Store
  try {
    store = Store.open(path)
  } catch (error) {
    if (!(error instanceof OpineError) || error.code !== 'STORE_LOCKED') throw error
    return { daemon: 'running', intents: [], blocksBehind: null }
  }
  try {
    const intents = pendingIntents(store).map(({ key, nonce }) => ({ key, nonce }))
    return { daemon: 'stopped', intents, blocksBehind: block - (store.get<number>('sync', 'cursor') ?? 0) }
  } finally {
    store.close()
  }
}

/** The same as lines. */
export function statusText(is: Status): string[] {
  const daemon = {
    running: 'running; its /metrics say how far it is (--metrics)',
    stopped: `stopped, ${is.blocksBehind} blocks behind`,
    absent: 'never ran here: there is no store in this --data folder',
  }[is.daemon]
  const rows: (readonly [string, string])[] = [
    ['account', is.account],
    ['chain', `${is.chainId}, block ${is.block}`],
    ['balance', etherText(is.balance)],
    ['stake', `${etherText(is.stake)}, of that locked ${etherText(is.locked)}`],
    ['payouts', `${etherText(is.payout)}, of that ready ${etherText(is.ready)}`],
    ['pending', `${is.pending} transactions`],
    ['open games', String(is.openGames)],
    ['daemon', daemon],
    ...is.intents.map(({ key, nonce }) => ['to be mined', `${key}, nonce ${nonce}`] as const),
  ]
  return table(rows.map(([name, value]) => [name, `${value} `]))
}
