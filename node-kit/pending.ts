import { OpineError } from '@opine/dispute-game/errors.ts'
import type { AbstractProvider, Wallet } from 'ethers'
import { bumpedFees, currentFees } from './fees.ts'
import { type Intent, pendingIntents, readIntent, writeIntent } from './intents.ts'
import type { Log } from './log.ts'
import type { Store } from './store.ts'
import { nodeMessage, signVersion, simulate } from './transaction.ts'

/**
 * @property feeCap        most wei for each gas that is offered
 * @property replaceAfter  milliseconds after which a transaction that is not mined is offered anew, for more
 */
export type SendingTerms = { readonly feeCap: bigint; readonly replaceAfter: number }

/** @property spent  wei paid for the gas */
export type Done = { readonly hash: string; readonly block: number; readonly gasUsed: bigint; readonly spent: bigint }

export type PendingDeps = {
  readonly provider: AbstractProvider
  readonly wallet: Wallet
  readonly store: Store
  readonly log: Log
  readonly onMined: (key: string, done: Done) => void
  readonly onFailed: (key: string, error: OpineError) => void
}

/** What was signed and recorded, until it is mined: offered, offered again after a kill, replaced where it is stuck, given up where its nonce is gone. */
export class PendingTransactions {
  readonly #terms: SendingTerms
  readonly #deps: PendingDeps
  /** When a node last took an intent, by key; what a former process offered is not in it. */
  readonly #offered = new Map<string, number>()
  readonly #unseen = new Set<string>()

  constructor(terms: SendingTerms, deps: PendingDeps) {
    this.#terms = terms
    this.#deps = deps
  }

  /** Records an intent and sends its newest version. @returns whether its nonce was free, as far as the node says */
  async enter(intent: Intent): Promise<boolean> {
    this.#offered.set(intent.key, performance.now())
    writeIntent(this.#deps.store, intent)
    return this.#offer(intent)
  }

  /** Looks after every pending intent, once. */
  async look(): Promise<void> {
    const { provider, wallet, store } = this.#deps
    const pending = pendingIntents(store)
    if (pending.length === 0) return
    const used = await provider.getTransactionCount(wallet.address, 'latest')
    for (const intent of pending) {
      if (await this.settle(intent)) continue
      const offered = this.#offered.get(intent.key)
      if (used > intent.nonce) this.#missing(intent)
      else if (offered === undefined) await this.#resume(intent)
      else if (performance.now() - offered > this.#terms.replaceAfter) await this.#replace(intent, used)
    }
  }

  /** Takes the receipt of any version. @returns whether there is one */
  async settle(intent: Intent): Promise<boolean> {
    const { provider, store, log, onMined, onFailed } = this.#deps
    for (const { hash } of intent.versions.toReversed()) {
      const receipt = await provider.getTransactionReceipt(hash)
      if (!receipt) continue
      const done = { hash, block: receipt.blockNumber, gasUsed: receipt.gasUsed, spent: receipt.fee }
      const before = readIntent(store, intent.key)?.state
      writeIntent(store, { ...intent, state: receipt.status === 1 ? 'MINED' : 'REVERTED' })
      this.#offered.delete(intent.key)
      this.#unseen.delete(intent.key)
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

  /** @returns false if another transaction has the nonce; true also where the node gave no answer and it may have arrived */
  async #offer(intent: Intent): Promise<boolean> {
    this.#offered.set(intent.key, performance.now())
    try {
      await this.#deps.provider.broadcastTransaction(intent.versions.at(-1)!.raw)
      return true
    } catch (error) {
      const { code = '', message } = error as { code?: string; message: string }
      if (/already known|known transaction|already imported/i.test(message)) return true
      // No answer: it may have arrived. The same bytes are offered again at the next look.
      if (code.startsWith('NODE_')) return this.#unanswered(intent.key)
      if (await this.settle(intent)) return true
      // An underpriced replacement of an own version leaves that one in force.
      if (code === 'REPLACEMENT_UNDERPRICED' && intent.versions.length > 1) return true
      writeIntent(this.#deps.store, { ...intent, state: 'LOST' })
      if (code === 'NONCE_EXPIRED' || code === 'REPLACEMENT_UNDERPRICED') return false
      throw new OpineError('TRANSACTION_REFUSED', `the node refused ${intent.facts.kind}: ${nodeMessage(error)}`, intent.facts, {
        cause: error,
      })
    }
  }

  #unanswered(key: string): true {
    this.#offered.delete(key)
    return true
  }

  /** The nonce is used, but there is no receipt. It may come a moment later than the count; a second time, the nonce went to somebody else. */
  #missing(intent: Intent): void {
    if (!this.#unseen.delete(intent.key)) return void this.#unseen.add(intent.key)
    const { store, log, wallet, onFailed } = this.#deps
    writeIntent(store, { ...intent, state: 'LOST' })
    log.warn('transactionLost', { ...intent.facts, nonce: intent.nonce })
    onFailed(intent.key, new OpineError('NONCE_TAKEN', `another transaction of ${wallet.address} took nonce ${intent.nonce}`, intent.facts))
  }

  /** What a former process signed is sent again, the same bytes. If it would revert by now and no node has it, its nonce is free. */
  async #resume(intent: Intent): Promise<void> {
    const { provider, wallet, store, log, onFailed } = this.#deps
    const call = { from: wallet.address, to: intent.to, data: intent.data, value: BigInt(intent.value) }
    const refusal = await simulate(provider, call, intent.facts).then(
      () => undefined,
      (error: unknown) => (error instanceof OpineError && error.code === 'MOVE_REFUSED' ? error : undefined),
    )
    const known = await Promise.all(intent.versions.map(({ hash }) => provider.getTransaction(hash)))
    if (refusal && known.every((transaction) => transaction === null)) {
      writeIntent(store, { ...intent, state: 'LOST' })
      log.info('transactionDropped', { ...intent.facts, nonce: intent.nonce })
      return onFailed(intent.key, refusal)
    }
    log.info('transactionResumed', { ...intent.facts, nonce: intent.nonce })
    await this.#offer(intent)
    await this.settle(intent)
  }

  async #replace(intent: Intent, used: number): Promise<void> {
    const { provider, wallet, store, log } = this.#deps
    const { feeCap } = this.#terms
    const { maxFee, tip } = intent.versions.at(-1)!
    // Only the first of a row is stuck by its price; the others wait for it.
    const first = used === intent.nonce
    const fees = first ? bumpedFees({ maxFee: BigInt(maxFee), tip: BigInt(tip) }, await currentFees(provider, feeCap), feeCap) : null
    if (!fees) {
      if (first) log.warn('feeCapReached', { ...intent.facts, nonce: intent.nonce, maxFee, feeCap })
      await this.#offer(intent)
      return
    }
    const replaced: Intent = { ...intent, versions: [...intent.versions, await signVersion(provider, wallet, intent, fees)] }
    writeIntent(store, replaced)
    log.warn('transactionReplaced', { ...intent.facts, nonce: intent.nonce, ...fees })
    await this.#offer(replaced)
  }
}
