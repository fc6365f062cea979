import type { OpineError } from '@opine/dispute-game/errors.ts'
import { bumpedFees, capOf, feesFor, type Market, readMarket } from './fees.ts'
import { type Intent, isUnchanged, writeIntent } from './intents.ts'
import type { OfferAges } from './offer-ages.ts'
import { offer } from './offering.ts'
import type { PendingDeps, SendingTerms } from './pending.ts'
import { refusalOf, signVersion } from './transaction.ts'
import { isUrgent } from './turn-clock.ts'

/** @property settle  takes the receipt if there is one  @property lose  gives an intent up */
export type ReofferDeps = Omit<PendingDeps, 'onMined' | 'onFailed'> & {
  readonly ages: OfferAges
  readonly settle: (intent: Intent) => Promise<boolean>
  readonly lose: (intent: Intent, error: OpineError) => void
}

/** A node that forgot a transaction is told of it again after this part of `replaceAfter`. */
const FORGOTTEN = 0.2

/** Offers an account's transactions again where a node forgot them or a former process sent them, and for more where they are stuck. */
export class Reoffers {
  readonly #terms: SendingTerms
  readonly #deps: ReofferDeps
  readonly #capped = new Set<string>()

  constructor(terms: SendingTerms, deps: ReofferDeps) {
    this.#terms = terms
    this.#deps = deps
  }

  /** It is pending no more. */
  forget(key: string): void {
    this.#capped.delete(key)
  }

  /**
   * Looks after what is not mined, if anything is due.
   * @param waiting  by nonce
   * @param used     the account's next nonce on the chain
   */
  async lookAfter(waiting: readonly Intent[], used: number): Promise<void> {
    if (!waiting.some((intent) => this.#isDue(intent))) return
    const { provider, ages } = this.#deps
    const market = await readMarket(provider)
    // Whatever stands in line before an urgent move is as urgent.
    let tightest: Intent['clock']
    const clocks = waiting.toReversed().map(({ clock }) => {
      if (clock && (!tightest || clock.deadline < tightest.deadline)) tightest = clock
      return tightest
    })
    for (const [index, intent] of waiting.entries()) {
      const clock = clocks.at(-1 - index)
      const age = ages.of(intent.key)
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
    const { provider, account, log, ages, settle, lose } = this.#deps
    const known = await Promise.all(intent.versions.map(({ hash }) => provider.getTransaction(hash)))
    const first = ages.of(intent.key) === Infinity
    if (known.some((transaction) => transaction !== null) && !first) return
    const refusal = await refusalOf(provider, account.address, intent)
    if (refusal && known.every((transaction) => transaction === null)) {
      log.info('transactionDropped', { ...intent.facts, nonce: intent.nonce })
      return lose(intent, refusal)
    }
    log.info(first ? 'transactionResumed' : 'transactionReoffered', { ...intent.facts, nonce: intent.nonce })
    await this.#offerAgain(intent)
    if (first) await settle(intent)
  }

  /** Whatever the node says of bytes that may be in other nodes by now, they stay in force until their nonce is used. */
  async #offerAgain(intent: Intent): Promise<void> {
    const { outcome, message } = await offer(this.#deps.provider, intent.versions.at(-1)!.raw)
    this.#deps.ages.offered(intent.key, outcome !== 'UNANSWERED')
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

  #isDue = ({ key, clock }: Intent): boolean => clock !== undefined || this.#deps.ages.of(key) > this.#terms.replaceAfter * FORGOTTEN
}
