import type { AbstractProvider } from 'ethers'
import { type Intent, readIntent } from './intents.ts'
import { receiptOf } from './receipt.ts'
import { revertOf } from './revert.ts'
import type { Store } from './store.ts'
import { refusalOf } from './transaction.ts'

export type MinedLatelyDeps = {
  readonly provider: AbstractProvider
  readonly account: { readonly address: string }
  readonly store: Store
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
   * Nonces that no other deed may take. What has a receipt is mined all the same: it is the node that counts too few. What a reorganisation took
   * back keeps its nonce while it can still be done: whoever wants it asks for it, and if nobody does, the gap is filled.
   * @param used  the account's next nonce on the chain
   */
  async noncesFrom(used: number): Promise<number[]> {
    const { store } = this.#deps
    const lately = [...this.#keys].filter(([nonce]) => nonce >= used)
    const intents = lately.flatMap(([nonce, key]) => {
      const intent = readIntent(store, key)
      return intent?.nonce === nonce && intent.state === 'MINED' ? [intent] : []
    })
    const kept = await Promise.all(intents.map((intent) => this.#keeps(intent)))
    return intents.flatMap(({ nonce }, index) => (kept[index] ? [nonce] : []))
  }

  async #keeps(intent: Intent): Promise<boolean> {
    const { provider, account } = this.#deps
    const receipts = await Promise.all(intent.versions.map(({ hash }) => receiptOf(provider, hash)))
    if (receipts.some((receipt) => receipt !== null)) return true
    // The contract's word alone: a node may refuse a call for reasons of its own.
    return !revertOf((await refusalOf(provider, account.address, intent))?.cause)?.data
  }
}
