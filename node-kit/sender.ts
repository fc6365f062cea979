import { OpineError } from '@opine/dispute-game/errors.ts'
import type { AbstractProvider, Wallet } from 'ethers'
import { currentFees } from './fees.ts'
import { pendingIntents, readIntent, writeIntent } from './intents.ts'
import { errorFields, type Log } from './log.ts'
import { type Done, PendingTransactions, type SendingTerms } from './pending.ts'
import type { Store } from './store.ts'
import { checkFunds, type Facts, signVersion, simulate } from './transaction.ts'

/** @property key  names the deed, for ever: `assert:<request id>` */
export type Deed = { readonly key: string; readonly facts: Facts; readonly to: string; readonly data: string; readonly value?: bigint }

/** @property onMined  told of every deed that was mined, after who asked for it */
export type SenderDeps = {
  readonly provider: AbstractProvider
  readonly wallet: Wallet
  readonly store: Store
  readonly log: Log
  readonly onMined?: () => void
}

/** What strategies send by: a sender, or something that keeps the deed for a person to look at. */
export type Sending = Pick<Sender, 'address' | 'send' | 'isDone'>

const NONCE_ATTEMPTS = 3

/**
 * Sends an account's transactions, one nonce after the other. The signed transaction is recorded before it is sent: after a kill the same
 * bytes are sent again, and bytes with the same nonce cannot act twice. Nothing is sent that would revert now.
 */
export class Sender {
  readonly #terms: SendingTerms
  readonly #deps: SenderDeps
  readonly #pending: PendingTransactions
  readonly #waiting = new Map<string, PromiseWithResolvers<Done>>()
  #queue: Promise<void> = Promise.resolve()
  #polling: Promise<void> | undefined
  #pollAgain = false
  #stopped = false

  constructor(terms: Partial<SendingTerms>, deps: SenderDeps) {
    this.#terms = { feeCap: 1_000_000_000_000n, replaceAfter: 45_000, ...terms }
    this.#deps = deps
    const onMined = (key: string, done: Done): void => {
      this.#take(key)?.resolve(done)
      deps.onMined?.()
    }
    this.#pending = new PendingTransactions(this.#terms, { ...deps, onMined, onFailed: (key, error) => this.#take(key)?.reject(error) })
  }

  get address(): string {
    return this.#deps.wallet.address
  }

  /**
   * Does a deed once, however often and in however many lives of the process it is asked for, and waits until it is mined.
   * @throws {OpineError} `MOVE_REFUSED` if it would revert now (nothing is sent); `MOVE_REVERTED` if it did when it was mined; `FUNDS_LOW`;
   *   `TRANSACTION_REFUSED` by the node; `NONCE_TAKEN` when the account is used elsewhere at the same time; `STOPPED`
   */
  send(deed: Deed): Promise<Done> {
    const known = this.#waiting.get(deed.key)
    if (known) return known.promise
    const waiting = Promise.withResolvers<Done>()
    if (this.#stopped) waiting.reject(stopped())
    else this.#waiting.set(deed.key, waiting)
    this.#queue = this.#queue.then(() => this.#begin(deed)).catch((error: unknown) => this.#take(deed.key)?.reject(error))
    return waiting.promise
  }

  /** Transactions of each account that were sent and are not mined. */
  load(): readonly { readonly address: string; readonly pending: number }[] {
    return [{ address: this.address, pending: pendingIntents(this.#deps.store).length }]
  }

  /** Deeds that are waited for. */
  get queued(): number {
    return this.#waiting.size
  }

  /** Whether the deed was done, as far as this account's records know. */
  isDone(key: string): boolean {
    return readIntent(this.#deps.store, key)?.state === 'MINED'
  }

  /** Looks after everything that is pending. To be called at every block. */
  poll(): Promise<void> {
    this.#pollAgain = true
    this.#polling ??= this.#pollAll().finally(() => {
      this.#polling = undefined
    })
    return this.#polling
  }

  /** Ends at once; what is pending is looked after by the next life. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const key of this.#waiting.keys()) this.#take(key)?.reject(stopped())
    await Promise.allSettled([this.#queue, this.#polling])
  }

  async #pollAll(): Promise<void> {
    while (this.#pollAgain && !this.#stopped) {
      this.#pollAgain = false
      await this.#pending.look()
    }
  }

  async #begin(deed: Deed): Promise<void> {
    if (this.#stopped) return
    const { store, log } = this.#deps
    const before = readIntent(store, deed.key)
    if (before?.state === 'MINED' && !(await this.#pending.settle(before))) {
      writeIntent(store, { ...before, state: 'PENDING' })
      log.warn('transactionReorganised', { ...before.facts, nonce: before.nonce })
    } else if (before === undefined || before.state === 'REVERTED' || before.state === 'LOST') {
      await this.#submit(deed)
    }
    this.poll().catch((error: unknown) => log.warn('pollFailed', errorFields(error)))
  }

  async #submit({ key, facts, to, data, value = 0n }: Deed): Promise<void> {
    const { provider, wallet, store } = this.#deps
    const from = wallet.address
    await checkFunds(provider, from, value, facts)
    const gasLimit = await simulate(provider, { from, to, data, value }, facts)
    const fees = await currentFees(provider, this.#terms.feeCap)
    await checkFunds(provider, from, value + gasLimit * fees.maxFee, facts)
    for (let attempt = 0; attempt < NONCE_ATTEMPTS && !this.#stopped; attempt++) {
      const count = await provider.getTransactionCount(from, 'pending')
      const nonce = Math.max(count, ...pendingIntents(store).map((intent) => intent.nonce + 1))
      const intent = { key, facts, to, data, value: String(value), gasLimit: String(gasLimit), nonce }
      const versions = [await signVersion(provider, wallet, intent, fees)]
      if (await this.#pending.enter({ ...intent, versions, state: 'PENDING' })) return
    }
    throw new OpineError('NONCE_TAKEN', `other transactions of ${from} take its nonces; let this process alone use the account`, facts)
  }

  #take(key: string): PromiseWithResolvers<Done> | undefined {
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    return waiting
  }
}

const stopped = (): OpineError => new OpineError('STOPPED', 'the process is shutting down')
