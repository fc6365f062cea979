import type { AbstractProvider } from 'ethers'
import { receiptOf } from './receipt.ts'
import type { Store } from './store.ts'
import type { Facts } from './transaction.ts'
import type { TurnClock } from './turn-clock.ts'

/** One signed version of a transaction; all versions of an intent have one nonce, so that at most one of them is ever mined. */
export type Version = { readonly hash: string; readonly raw: string; readonly maxFee: string; readonly tip: string }

/**
 * A transaction that was decided on, recorded before it is sent. Amounts are wei in decimal.
 * @property key       names the deed; an intent that is pending or mined is not sent again under another nonce
 * @property from      the account that signed it; the store's own account where it is left out
 * @property clock     of the game's turn in which it is a move
 * @property versions  the oldest first
 * @property state     `PENDING` until a receipt is there; `LOST` if its nonce went to another transaction or no node took it
 */
export type Intent = {
  readonly key: string
  readonly from?: string
  readonly facts: Facts
  readonly to: string
  readonly data: string
  readonly value: string
  readonly gasLimit: string
  readonly nonce: number
  readonly clock?: TurnClock
  readonly versions: readonly Version[]
  readonly state: 'PENDING' | 'MINED' | 'REVERTED' | 'LOST'
}

/** Whether a deed was done, as far as the store knows, and is still part of the chain. */
export async function isDone({ store, provider }: { store: Store; provider: AbstractProvider }, key: string): Promise<boolean> {
  const intent = readIntent(store, key)
  if (intent?.state !== 'MINED') return false
  const receipts = await Promise.all(intent.versions.map(({ hash }) => receiptOf(provider, hash)))
  return receipts.some((receipt) => receipt?.status === 1)
}

/** Pending ones lie apart: they are looked for at every block, among all that ever was sent. */
const [PENDING, OVER] = ['pendingIntent', 'intent']

export const readIntent = (store: Store, key: string): Intent | undefined => store.get<Intent>(PENDING, key) ?? store.get<Intent>(OVER, key)

/** Whether nothing became of an intent since it was read: it pends, under the same nonce, and has no further version. */
export function isUnchanged(store: Store, { key, nonce, versions }: Intent): boolean {
  const now = readIntent(store, key)
  return now?.state === 'PENDING' && now.nonce === nonce && now.versions.length === versions.length
}

/** Records intents, all or none. */
export function writeIntents(store: Store, intents: readonly Intent[]): void {
  store.atomically(() => {
    for (const intent of intents) {
      const [to, from] = intent.state === 'PENDING' ? [PENDING, OVER] : [OVER, PENDING]
      store.put(to, intent.key, intent)
      store.delete(from, intent.key)
    }
  })
}

export const writeIntent = (store: Store, intent: Intent): void => writeIntents(store, [intent])

/** Pending intents, by nonce. @param account  only those that it signed, the store's own account's among them if it is the `first` */
export const pendingIntents = (store: Store, account?: { readonly address: string; readonly first: boolean }): Intent[] =>
  store
    .list<Intent>(PENDING)
    .map(([, intent]) => intent)
    .filter(({ from }) => account === undefined || (from === undefined ? account.first : from === account.address))
    .sort((a, b) => a.nonce - b.nonce)

/** Most wei that an intent can take from its account. */
export const costOf = ({ value, gasLimit, versions }: Intent): bigint => BigInt(value) + BigInt(gasLimit) * BigInt(versions.at(-1)!.maxFee)
