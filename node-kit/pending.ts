import { OpineError } from '@opine/dispute-game/errors.ts'
import type { AbstractProvider } from 'ethers'
import { bumpedFees, capOf, type FeeCaps, feesFor, type Market, readMarket } from './fees.ts'
import { type Intent, isUnchanged, pendingIntents, readIntent, writeIntent } from './intents.ts'
import type { Log } from './log.ts'
import { offer } from './offering.ts'
import { receiptOf } from './receipt.ts'
import type { SigningAccount } from './remote-signer.ts'
import type { Store } from './store.ts'
import { signVersion, simulate } from './transaction.ts'
import { isUrgent } from './turn-clock.ts'

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

/** A node that forgot a transaction is told of it again after this part of `replaceAfter`. */
const FORGOTTEN = 0.2
/** An account is stuck whose first transaction was not mined in this part of it. */
const STUCK = 0.5

/**
 * What an account signed and recorded, until it is mined: offered, offered again after a kill or where the node forgot it, replaced where it is
 * stuck, given up where its nonce is gone.
 */
export class PendingTransactions {
  readonly #terms: SendingTerms
  readonly #deps: PendingDeps
  /** When a node last took an intent, by key; what a former process offered is not in it. */
  readonly #offered = new Map<string, number>()
  /** Since when an intent is known to be pending, by key, the oldest first. */
  readonly #known = new Map<string, number>()
  readonly #unseen = new Set<string>()
  readonly #capped = new Set<string>()

  constructor(terms: SendingTerms, deps: PendingDeps) {
    this.#terms = terms
    this.#deps = deps
  }

  /** Own intents that are pending, by nonce. */
  list(): Intent[] {
    return pendingIntents(this.#deps.store, this.#deps.account)
  }

  /** How much stands in line here: what is pending, and far more than anybody has where something is stuck. */
  get load(): number {
    const [since = Infinity] = this.#known.values()
    const stuck = performance.now() - since > STUCK * this.#terms.replaceAfter
    return this.#known.size + (stuck ? 1000 : 0)
  }

  /** The node is told of it. @param answered  false if it said nothing, so that it is told again at the next look */
  offered(key: string, answered = true): void {
    this.#know(key)
    if (answered) this.#offered.set(key, performance.now())
    else this.#offered.delete(key)
  }

  /** Looks after every pending intent, once. @returns nonces before the last of them that no intent of this account has */
  async look(): Promise<number[]> {
    const { provider, account } = this.#deps
    const pending = this.list()
    for (const { key } of pending) this.#know(key)
    if (pending.length === 0) return []
    const used = await provider.getTransactionCount(account.address, 'latest')
    const settled = await Promise.all(pending.map((intent) => this.settle(intent)))
    const left = pending.filter((_, index) => !settled[index])
    for (const intent of left) if (intent.nonce < used) this.#missing(intent)
    const waiting = left.filter(({ nonce }) => nonce >= used)
    if (waiting.some((intent) => this.#isDue(intent))) await this.#lookAfter(waiting, used)
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
      writeIntent(store, { ...intent, state: receipt.status === 1 ? 'MINED' : 'REVERTED' })
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

  /** The nonce is used, but there is no receipt. It may come a moment later than the count; a second time, the nonce went to somebody else. */
  #missing(intent: Intent): void {
    if (!this.#unseen.delete(intent.key)) return void this.#unseen.add(intent.key)
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
    this.#known.delete(key)
    this.#offered.delete(key)
    this.#unseen.delete(key)
    this.#capped.delete(key)
  }

  #know(key: string): void {
    if (!this.#known.has(key)) this.#known.set(key, performance.now())
  }

  #age = ({ key }: Intent): number => performance.now() - (this.#offered.get(key) ?? -Infinity)

  #isDue = (intent: Intent): boolean => intent.clock !== undefined || this.#age(intent) > this.#terms.replaceAfter * FORGOTTEN

  /** @param waiting  by nonce, none of them mined */
  async #lookAfter(waiting: readonly Intent[], used: number): Promise<void> {
    const market = await readMarket(this.#deps.provider)
    // Whatever stands in line before an urgent move is as urgent.
    let tightest: Intent['clock']
    const clocks = waiting.toReversed().map(({ clock }) => {
      if (clock && (!tightest || clock.deadline < tightest.deadline)) tightest = clock
      return tightest
    })
    for (const [index, intent] of waiting.entries()) {
      const clock = clocks.at(-1 - index)
      const age = this.#age(intent)
      const withClock = clock ? { ...intent, clock } : intent
      // What no block would take is dropped by many nodes, and refused when it is offered again.
      const tooLow = BigInt(intent.versions.at(-1)!.maxFee) < market.baseFee
      const left = clock && isUrgent(clock, market.time) ? Math.max(500, (clock.deadline - market.time) * 100) : Infinity
      const late = age > Math.min(this.#terms.replaceAfter, left) && age !== Infinity
      // Only the first of a row is stuck by its price; the others wait for it.
      if (tooLow || (late && intent.nonce === used)) await this.#replace(withClock, market)
      else if (age > this.#terms.replaceAfter * FORGOTTEN) await this.#remind(intent)
    }
  }

  /** A node that does not have it is offered the same bytes. If it would revert by now, its nonce is free. */
  async #remind(intent: Intent): Promise<void> {
    const { provider, account, log } = this.#deps
    const known = await Promise.all(intent.versions.map(({ hash }) => provider.getTransaction(hash)))
    const first = this.#age(intent) === Infinity
    if (known.some((transaction) => transaction !== null) && !first) return
    const call = { from: account.address, to: intent.to, data: intent.data, value: BigInt(intent.value) }
    const refusal = await simulate(provider, call, intent.facts).then(
      () => undefined,
      (error: unknown) => (error instanceof OpineError && error.code === 'MOVE_REFUSED' ? error : undefined),
    )
    if (refusal && known.every((transaction) => transaction === null)) {
      log.info('transactionDropped', { ...intent.facts, nonce: intent.nonce })
      return this.#lose(intent, refusal)
    }
    log.info(first ? 'transactionResumed' : 'transactionReoffered', { ...intent.facts, nonce: intent.nonce })
    await this.#offerAgain(intent)
    if (first) await this.settle(intent)
  }

  /** Whatever the node says of bytes that may be in other nodes by now, they stay in force until their nonce is used. */
  async #offerAgain(intent: Intent): Promise<void> {
    const { outcome, message } = await offer(this.#deps.provider, intent.versions.at(-1)!.raw)
    this.offered(intent.key, outcome !== 'UNANSWERED')
    if (outcome !== 'TAKEN' && outcome !== 'NONCE_USED')
      this.#deps.log.debug('offerRefused', { ...intent.facts, nonce: intent.nonce, outcome, message })
  }

  async #replace(intent: Intent, market: Market): Promise<void> {
    const { provider, account, wallet, store, log } = this.#deps
    const { maxFee, tip } = intent.versions.at(-1)!
    const cap = capOf(this.#terms, isUrgent(intent.clock, market.time))
    const balance = await provider.getBalance(account.address)
    const most = (balance - BigInt(intent.value)) / BigInt(intent.gasLimit)
    const current = feesFor(market, this.#terms, intent.clock, most)
    const fees = current && bumpedFees({ maxFee: BigInt(maxFee), tip: BigInt(tip) }, current, cap)
    if (!fees || !wallet) {
      if (wallet && !this.#capped.has(intent.key)) log.warn('feeCapReached', { ...intent.facts, nonce: intent.nonce, maxFee, feeCap: cap })
      this.#capped.add(intent.key)
      return cap < market.baseFee ? undefined : this.#offerAgain(intent)
    }
    const replaced: Intent = { ...intent, versions: [...intent.versions, await signVersion(provider, wallet, intent, fees)] }
    // It may have been refused, and signed under another nonce, in the meantime.
    if (!isUnchanged(store, intent)) return
    writeIntent(store, replaced)
    log.warn('transactionReplaced', { ...intent.facts, nonce: intent.nonce, ...fees })
    await this.#offerAgain(replaced)
  }
}
