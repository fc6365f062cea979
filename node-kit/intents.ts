import type { Store } from './store.ts'
import type { Facts } from './transaction.ts'

/** One signed version of a transaction; all versions of an intent have one nonce, so that at most one of them is ever mined. */
export type Version = { readonly hash: string; readonly raw: string; readonly maxFee: string; readonly tip: string }

/**
 * A transaction that was decided on, recorded before it is sent. Amounts are wei in decimal.
 * @property key       names the deed; an intent that is pending or mined is not sent again under another nonce
 * @property versions  the oldest first
 * @property state     `PENDING` until a receipt is there; `LOST` if its nonce went to another transaction or no node took it
 */
export type Intent = {
  readonly key: string
  readonly facts: Facts
  readonly to: string
  readonly data: string
  readonly value: string
  readonly gasLimit: string
  readonly nonce: number
  readonly versions: readonly Version[]
  readonly state: 'PENDING' | 'MINED' | 'REVERTED' | 'LOST'
}

/** Pending ones lie apart: they are looked for at every block, among all that ever was sent. */
const [PENDING, OVER] = ['pendingIntent', 'intent']

export const readIntent = (store: Store, key: string): Intent | undefined => store.get<Intent>(PENDING, key) ?? store.get<Intent>(OVER, key)

export function writeIntent(store: Store, intent: Intent): void {
  const [to, from] = intent.state === 'PENDING' ? [PENDING, OVER] : [OVER, PENDING]
  store.atomically(() => {
    store.put(to, intent.key, intent)
    store.delete(from, intent.key)
  })
}

/** Pending intents, by nonce. */
export const pendingIntents = (store: Store): Intent[] =>
  store
    .list<Intent>(PENDING)
    .map(([, intent]) => intent)
    .sort((a, b) => a.nonce - b.nonce)
