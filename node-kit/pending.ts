import { OpineError } from '@opine/dispute-game/errors.ts'
import type { AbstractProvider } from 'ethers'
import type { FeeCaps } from './fees.ts'
import { type Intent, isUnchanged, pendingIntents, readIntent, writeIntent } from './intents.ts'
import type { Log } from './log.ts'
import { MinedLately } from './mined-lately.ts'
import { OfferAges } from './offer-ages.ts'
import { receiptOf } from './receipt.ts'
import type { SigningAccount } from './remote-signer.ts'
import { Reoffers } from './reoffers.ts'
import type { Store } from './store.ts'

/** @property replaceAfter  milliseconds after which a transaction that is not mined is offered anew, for more; sooner where a clock runs out */
export type SendingTerms = FeeCaps & { readonly replaceAfter: number }

/** @property spent  wei paid for the gas */
export type Done = { readonly hash: string; readonly block: number; readonly gasUsed: bigint; readonly spent: bigint }

/** @property wallet  null for an account whose key is not at hand any more: its transactions are watched and offered, never replaced */
export type PendingDeps = {
  readonly provider: AbstractProvider
  readonly account: { readonly address: string; readonly first: boolean }
  readonly wallet: SigningAccount | null
  readonly store: Store
  readonly log: Log
  readonly onMined: (key: string, done: Done) => void
  readonly onFailed: (key: string, error: OpineError) => void
}

/** An account is stuck whose oldest transaction was not mined in this part of `replaceAfter`. */
const STUCK = 0.5
/** A nonce that is used went to somebody else if there is no receipt for this part of `replaceAfter`: the node that is asked for it may be behind. */
const ABSENT = 0.2

/**
 * What an account signed and recorded, until it is mined: offered, offered again after a kill or where the node forgot it, replaced where it is
 * stuck, given up where its nonce is gone.
 */
export class PendingTransactions {
  readonly #terms: SendingTerms
  readonly #deps: PendingDeps
  readonly #ages = new OfferAges()
  readonly #reoffers: Reoffers
  /** Since when the nonce is used and there is no receipt. */
  readonly #absent = new Map<string, number>()
  readonly #mined: MinedLately

  constructor(terms: SendingTerms, deps: PendingDeps) {
    this.#terms = terms
    this.#deps = deps
    const settle = (intent: Intent): Promise<boolean> => this.settle(intent)
    const lose = (intent: Intent, error: OpineError): void => this.#lose(intent, error)
    this.#reoffers = new Reoffers(terms, { ...deps, ages: this.#ages, settle, lose })
    this.#mined = new MinedLately(deps)
  }

  /** Own intents that are pending, by nonce. */
  list(): Intent[] {
    return pendingIntents(this.#deps.store, this.#deps.account)
  }

  /** How much stands in line here: what is pending, and far more than anybody has where something is stuck. */
  get load(): number {
    return this.#ages.size + (this.#ages.oldest > STUCK * this.#terms.replaceAfter ? 1000 : 0)
  }

  /** The node is told of it. @param answered  false if it said nothing, so that it is told again at the next look */
  offered(key: string, answered = true): void {
    this.#ages.offered(key, answered)
  }

  /** Looks after every pending intent, once. @returns nonces before the last of them that no intent of this account has */
  async look(): Promise<number[]> {
    const { provider, account } = this.#deps
    const pending = this.list()
    for (const { key } of pending) this.#ages.know(key)
    if (pending.length === 0) return []
    const used = await provider.getTransactionCount(account.address, 'latest')
    const mined = pending.filter(({ nonce }) => nonce < used)
    const settled = await Promise.all(mined.map((intent) => this.settle(intent)))
    for (const [index, intent] of mined.entries()) if (!settled[index]) this.#missing(intent)
    const waiting = pending.filter(({ nonce }) => nonce >= used)
    for (const { key } of waiting) this.#absent.delete(key)
    await this.#reoffers.lookAfter(waiting, used)
    const last = waiting.at(-1)?.nonce ?? used
    const own = new Set(waiting.map(({ nonce }) => nonce))
    return Array.from({ length: last - used }, (_, index) => used + index).filter((nonce) => !own.has(nonce))
  }

  /** Takes the receipt of any version. @returns whether there is one */
  async settle(intent: Intent): Promise<boolean> {
    const { provider, store, log, onMined, onFailed } = this.#deps
    for (const { hash } of intent.versions.toReversed()) {
      const receipt = await receiptOf(provider, hash)
      if (!receipt) continue
      const done = { hash, block: receipt.blockNumber, gasUsed: receipt.gasUsed, spent: receipt.fee }
      const before = readIntent(store, intent.key)?.state
      if (receipt.status === 1) this.#mined.remember(intent)
      store.relaxed(() => writeIntent(store, { ...intent, state: receipt.status === 1 ? 'MINED' : 'REVERTED' }))
      this.forget(intent.key)
      if (receipt.status === 1) {
        if (before !== 'MINED') log.info('move', { ...intent.facts, ...done })
        onMined(intent.key, done)
      } else {
        const message = `${intent.facts.kind} reverted in block ${done.block}, though it would not have when it was sent`
        onFailed(intent.key, new OpineError('MOVE_REVERTED', message, { ...intent.facts, ...done }))
      }
      return true
    }
    return false
  }

  /** Nonces from one on that what was mined of late keeps: see `MinedLately`. */
  keptFrom(used: number): Promise<number[]> {
    return this.#mined.noncesFrom(used)
  }

  /** The nonce is used, but there is no receipt. Another transaction has it if that lasts. */
  #missing(intent: Intent): void {
    const since = this.#absent.get(intent.key)
    if (since === undefined) return void this.#absent.set(intent.key, performance.now())
    if (performance.now() - since < ABSENT * this.#terms.replaceAfter) return
    const { log, account } = this.#deps
    log.warn('transactionLost', { ...intent.facts, nonce: intent.nonce })
    const message = `another transaction of ${account.address} took nonce ${intent.nonce}`
    this.#lose(intent, new OpineError('NONCE_TAKEN', message, intent.facts))
  }

  #lose(intent: Intent, error: OpineError): void {
    if (!isUnchanged(this.#deps.store, intent)) return
    writeIntent(this.#deps.store, { ...intent, state: 'LOST' })
    this.forget(intent.key)
    this.#deps.onFailed(intent.key, error)
  }

  /** It is pending no more. */
  forget(key: string): void {
    this.#ages.forget(key)
    this.#reoffers.forget(key)
    this.#absent.delete(key)
  }
}
