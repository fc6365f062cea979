import type { AbstractProvider } from 'ethers'
import { type Intent, readIntent, writeIntent } from './intents.ts'
import type { Log } from './log.ts'
import { receiptOf } from './receipt.ts'
import { revertOf } from './revert.ts'
import type { Store } from './store.ts'
import { refusalOf } from './transaction.ts'

/** @property offer  tells the node of it again */
export type MinedLatelyDeps = {
  readonly provider: AbstractProvider
  readonly account: { readonly address: string }
  readonly store: Store
  readonly log: Log
  readonly offer: (intent: Intent) => Promise<void>
}

/** Transactions that are remembered: more than anybody mines in blocks that may be taken back. */
const KEPT = 256

const KIND = 'minedLately'

/**
 * What an account had mined of late, by nonce. Where a reorganisation takes it back and the node forgets it, its nonce seems to be free:
 * another deed that took it would have this one signed again under a further nonce, and both would be mined if the first fork came back.
 */
export class MinedLately {
  readonly #deps: MinedLatelyDeps
  /** The latest last. */
  readonly #keys: Map<number, string>

  constructor(deps: MinedLatelyDeps) {
    this.#deps = deps
    const { store, account } = deps
    const known = store.list<string>(KIND).flatMap(([name, key]) => {
      const [address, nonce] = name.split(' ')
      return address === account.address ? [[Number(nonce), key] as const] : []
    })
    this.#keys = new Map(known.sort(([a], [b]) => a - b))
  }

  /** To be called before it is recorded as mined. */
  remember({ nonce, key }: Intent): void {
    const { store, account } = this.#deps
    const nameOf = (nonce: number): string => `${account.address} ${nonce}`
    this.#keys.delete(nonce)
    this.#keys.set(nonce, key)
    const [oldest] = this.#keys.keys()
    store.relaxed(() => {
      store.put(KIND, nameOf(nonce), key)
      if (this.#keys.size > KEPT) store.delete(KIND, nameOf(oldest!))
    })
    if (this.#keys.size > KEPT) this.#keys.delete(oldest!)
  }

  /**
   * What no other deed may take the nonce of. Of what a reorganisation took back, that is what can still be done: it is offered again as it was.
   * What would revert by now leaves its nonce. What has a receipt is mined all the same: it is the node that counts too few.
   * @param used  the account's next nonce on the chain
   */
  async from(used: number): Promise<Intent[]> {
    const lately = [...this.#keys].filter(([nonce]) => nonce >= used).sort(([a], [b]) => a - b)
    const kept: Intent[] = []
    for (const [nonce, key] of lately) {
      const intent = readIntent(this.#deps.store, key)
      if (intent?.nonce === nonce && intent.state === 'MINED' && (await this.#keeps(intent))) kept.push(readIntent(this.#deps.store, key)!)
    }
    return kept
  }

  async #keeps(intent: Intent): Promise<boolean> {
    const { provider, account, store, log, offer } = this.#deps
    const receipts = await Promise.all(intent.versions.map(({ hash }) => receiptOf(provider, hash)))
    if (receipts.some((receipt) => receipt !== null)) return true
    // The contract's word alone: a node may refuse a call for reasons of its own.
    if (revertOf((await refusalOf(provider, account.address, intent))?.cause)?.data) return false
    // Somebody may have asked for it meanwhile.
    if (readIntent(store, intent.key)?.state !== 'MINED') return true
    writeIntent(store, { ...intent, state: 'PENDING' })
    log.warn('transactionReorganised', { ...intent.facts, nonce: intent.nonce })
    await offer(intent)
    return true
  }
}
