import { OpineError } from '@opine/dispute-game/errors.ts'
import type { AbstractProvider } from 'ethers'
import type { Deed } from './deed.ts'
import { feesFor, readMarket } from './fees.ts'
import { fillGap } from './fill-gap.ts'
import { costOf, type Intent, isUnchanged, writeIntent, writeIntents } from './intents.ts'
import { LineAlarms } from './line-alarms.ts'
import type { Log } from './log.ts'
import { offer, type Reception } from './offering.ts'
import type { PendingTransactions, SendingTerms } from './pending.ts'
import type { SigningAccount } from './remote-signer.ts'
import { signIntent } from './sign-intent.ts'
import type { Store } from './store.ts'
import { feeCapReached, fundsLow } from './transaction.ts'
import { isUrgent } from './turn-clock.ts'

export type LineDeps = {
  readonly provider: AbstractProvider
  readonly wallet: SigningAccount
  readonly pending: PendingTransactions
  readonly store: Store
  readonly log: Log
}

type Entry = {
  readonly deed: Deed
  readonly gasLimit: bigint
  readonly waiting: PromiseWithResolvers<void>
  attempts: number
  low: boolean
}
type Offered = { readonly entry: Entry; readonly intent: Intent }

/** Deeds that are signed, recorded on disk in one go, and offered to the node side by side. */
const BATCH = 32
const ATTEMPTS = 4
/** Pending transactions of an account that somebody else sent; a node that counts more is not believed, since each nonce before one has to be used. */
const FOREIGN = 64

/** Where an account's deeds stand in line for a nonce. Many are signed at a time, the most urgent first; each is recorded before it is offered. */
export class AccountLine {
  readonly #terms: SendingTerms
  readonly #deps: LineDeps
  #entries: Entry[] = []
  #working: Promise<void> | undefined
  #stopped = false
  readonly #alarms: LineAlarms

  constructor(terms: SendingTerms, deps: LineDeps) {
    this.#terms = terms
    this.#deps = deps
    this.#alarms = new LineAlarms(terms.feeCap, deps.log)
  }

  get address(): string {
    return this.#deps.wallet.address
  }

  /**
   * Signs a deed under the next nonce, records it, and offers it to the node.
   * @throws {OpineError} `FUNDS_LOW`, `FEE_CAP_REACHED` (nothing is signed); `TRANSACTION_REFUSED` by the node; `NONCE_TAKEN`; `STOPPED`
   */
  enter(deed: Deed, gasLimit: bigint): Promise<void> {
    const waiting = Promise.withResolvers<void>()
    this.#entries.push({ deed, gasLimit, waiting, attempts: 0, low: false })
    this.#working ??= this.#work()
    return waiting.promise
  }

  /** Uses up a nonce that holds up the others. */
  fill(nonce: number): Promise<void> {
    return fillGap(nonce, this.#terms, this.#deps)
  }

  /** What has not been signed is not signed any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working?.catch(() => {})
  }

  async #work(): Promise<void> {
    // Not before it is noted that this runs.
    await Promise.resolve()
    while (this.#entries.length > 0) {
      const deadline = ({ deed }: Entry): number => deed.clock?.deadline ?? Infinity
      // Subtracting infinities would give no order.
      this.#entries.sort((a, b) => (deadline(a) < deadline(b) ? -1 : deadline(a) > deadline(b) ? 1 : 0))
      const entries = this.#entries.splice(0, BATCH)
      try {
        if (this.#stopped) throw new OpineError('STOPPED', 'the process is shutting down')
        await this.#submit(entries)
      } catch (error) {
        for (const { waiting } of entries) waiting.reject(error)
      }
    }
    // In the moment in which there was nothing left: what enters a moment later has to begin anew.
    this.#working = undefined
  }

  async #submit(entries: readonly Entry[]): Promise<void> {
    const { provider, store, pending } = this.#deps
    // Taken before the node is asked: what is mined meanwhile is in its count.
    const own = pending.list()
    const [market, balance, mined, seen] = await Promise.all([
      readMarket(provider),
      provider.getBalance(this.address),
      provider.getTransactionCount(this.address, 'latest'),
      provider.getTransactionCount(this.address, 'pending'),
    ])
    // Where time runs out, or the node takes none out of order, there is no waiting for who wants them.
    const patient = !entries.some(({ low, deed }) => low || isUrgent(deed.clock, market.time))
    const taken = new Set([...own.map((intent) => intent.nonce), ...(patient ? await pending.keptFrom(mined) : [])])
    let free = balance - own.reduce((sum, intent) => sum + costOf(intent), 0n)
    let nonce = entries.some(({ low }) => low) || seen > mined + own.length + FOREIGN ? mined : seen
    const offered: Offered[] = []
    for (const entry of entries) {
      const { value = 0n, clock, facts } = entry.deed
      const fees = feesFor(market, this.#terms, clock, (free - value) / entry.gasLimit)
      this.#alarms.capped(market.baseFee > this.#terms.feeCap, market.baseFee, facts)
      if (!fees) {
        entry.waiting.reject(feeCapReached(facts, market.baseFee, this.#terms.feeCap))
        continue
      }
      const cost = value + entry.gasLimit * fees.maxFee
      this.#alarms.funds(cost > balance, { account: this.address, balance, needed: cost })
      if (cost > free) {
        entry.waiting.reject(fundsLow(this.address, free, cost, facts))
        continue
      }
      while (taken.has(nonce)) nonce += 1
      taken.add(nonce)
      free -= cost
      offered.push({ entry, intent: await signIntent(this.#deps, entry, nonce, fees) })
    }
    writeIntents(
      store,
      offered.map(({ intent }) => intent),
    )
    for (const { intent } of offered) pending.offered(intent.key)
    const receptions = await Promise.all(offered.map(({ intent }) => offer(provider, intent.versions[0]!.raw)))
    for (const [index, { entry, intent }] of offered.entries()) await this.#received(entry, intent, receptions[index]!)
  }

  async #received(entry: Entry, intent: Intent, { outcome, message }: Reception): Promise<void> {
    const { pending, store } = this.#deps
    const { waiting } = entry
    if (outcome === 'UNANSWERED') pending.offered(intent.key, false)
    // No answer: it may have arrived. The same bytes are offered again at the next look.
    if (outcome === 'TAKEN' || outcome === 'UNANSWERED' || (await pending.settle(intent))) return waiting.resolve()
    // Looked after meanwhile: dearer bytes of the same nonce are with the node, or it is settled.
    if (!isUnchanged(store, intent)) return waiting.resolve()
    writeIntent(store, { ...intent, state: 'LOST' })
    pending.forget(intent.key)
    entry.attempts += 1
    entry.low = outcome === 'NONCE_HIGH'
    const { facts } = intent
    const nonceTaken = outcome === 'NONCE_USED' || outcome === 'NONCE_HIGH'
    // Gas may have become dearer than it was when it was looked at.
    if ((nonceTaken || outcome === 'UNDERPRICED') && entry.attempts < ATTEMPTS) return void this.#entries.push(entry)
    if (nonceTaken) {
      const cause = `other transactions of ${this.address} take its nonces; let this process alone use the account`
      return waiting.reject(new OpineError('NONCE_TAKEN', cause, facts))
    }
    if (outcome === 'POOR') return waiting.reject(fundsLow(this.address, 0n, costOf(intent), facts))
    waiting.reject(new OpineError('TRANSACTION_REFUSED', `the node refused ${facts.kind}: ${message}`, facts))
  }
}
