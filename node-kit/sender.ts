import { OpineError } from '@opine/dispute-game/errors.ts'
import type { AbstractProvider } from 'ethers'
import { Accounts } from './accounts.ts'
import type { Deed } from './deed.ts'
import { type Intent, isDone, readIntent, writeIntent } from './intents.ts'
import { errorFields, type Log } from './log.ts'
import type { Done, SendingTerms } from './pending.ts'
import { receiptOf } from './receipt.ts'
import type { SigningAccount } from './remote-signer.ts'
import { Slots } from './slots.ts'
import type { Store } from './store.ts'
import { simulate } from './transaction.ts'
import type { TurnClock } from './turn-clock.ts'

/**
 * @property wallet   the account whose stake, bonds and games these are
 * @property helpers  further accounts, which send what anybody may send
 * @property onMined  told of every deed that was mined, after who asked for it
 */
export type SenderDeps = {
  readonly provider: AbstractProvider
  readonly wallet: SigningAccount
  readonly helpers?: readonly SigningAccount[]
  readonly store: Store
  readonly log: Log
  readonly onMined?: () => void
}

/** What strategies send by: a sender, or something that keeps the deed for a person to look at. */
export type Sending = Pick<Sender, 'address' | 'send' | 'isDone'>

/** Deeds that are tried out on the latest block at the same time. */
const SIMULATIONS = 64

/**
 * Sends the transactions of one account and its helpers. A signed transaction is recorded before it is sent: after a kill the same bytes are
 * sent again, and bytes with the same nonce cannot act twice. A deed stays with the account that signed it. Nothing is sent that would revert now.
 */
export class Sender {
  readonly #deps: SenderDeps
  readonly #accounts: Accounts
  readonly #waiting = new Map<string, PromiseWithResolvers<Done>>()
  readonly #clocks = new Map<string, TurnClock>()
  readonly #running = new Set<Promise<void>>()
  readonly #slots = new Slots(SIMULATIONS)
  #polling: Promise<void> | undefined
  #pollAgain = false
  #stopped = false

  constructor(terms: Partial<SendingTerms>, deps: SenderDeps) {
    const { wallet, helpers = [], provider, store, log } = deps
    const { feeCap = 1_000_000_000_000n } = terms
    this.#deps = deps
    this.#accounts = new Accounts(
      { feeCap, urgentFeeCap: 5n * feeCap, replaceAfter: 45_000, ...terms },
      {
        provider,
        store,
        log,
        wallets: [wallet, ...helpers],
        onMined: (key, done) => this.#mined(key, done),
        onFailed: (key, error) => this.#failed(key, error),
      },
    )
  }

  get address(): string {
    return this.#deps.wallet.address
  }

  /**
   * Does a deed once, however often and in however many lives of the process it is asked for, and waits until it is mined.
   * @throws {OpineError} `MOVE_REFUSED` if it would revert now (nothing is sent); `MOVE_REVERTED` if it did when it was mined; `FUNDS_LOW`;
   *   `FEE_CAP_REACHED`; `TRANSACTION_REFUSED` by the node; `NONCE_TAKEN` when the account is used elsewhere at the same time; `ACCOUNT_ABSENT`;
   *   `STOPPED`
   */
  send(deed: Deed): Promise<Done> {
    if (this.#stopped) return Promise.reject(stopped())
    this.#hurry(deed)
    const known = this.#waiting.get(deed.key)
    if (known) return known.promise
    const waiting = Promise.withResolvers<Done>()
    this.#waiting.set(deed.key, waiting)
    const running: Promise<void> = this.#begin(deed)
      .catch((error: unknown) => this.#failed(deed.key, error))
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
    return waiting.promise
  }

  /** All accounts that can send, the own one first. */
  accounts(): string[] {
    return this.#accounts.all.flatMap(({ address, line }) => (line ? [address] : []))
  }

  /** Transactions of each account that were sent and are not mined; the first is the own account. */
  load(): readonly { readonly address: string; readonly pending: number }[] {
    return this.#accounts.all.map(({ address, pending }) => ({ address, pending: pending.list().length }))
  }

  /** Deeds that are waited for. */
  get queued(): number {
    return this.#waiting.size
  }

  /** The earliest deadline among moves that were asked for and are not mined, unix seconds. @param time  of the latest block */
  tightest(time: number): number | undefined {
    for (const [key, { deadline }] of this.#clocks) if (deadline < time - 600) this.#clocks.delete(key)
    return this.#clocks.size === 0 ? undefined : Math.min(...[...this.#clocks.values()].map(({ deadline }) => deadline))
  }

  /** Whether the deed was done, and no reorganisation took it back. */
  isDone(key: string): Promise<boolean> {
    return isDone(this.#deps, key)
  }

  /** Looks after everything that is pending. To be called at every block. */
  poll(): Promise<void> {
    this.#pollAgain = true
    this.#polling ??= this.#pollAll()
    return this.#polling
  }

  /** Ends at once; what is pending is looked after by the next life. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const key of this.#waiting.keys()) this.#failed(key, stopped())
    await Promise.allSettled([this.#accounts.stop(), ...this.#running, this.#polling])
  }

  /** One post may be waited for in several games: it is as urgent as in the one whose clock runs out first. */
  #hurry({ key, clock }: Deed): void {
    const known = this.#clocks.get(key)
    if (!clock || (known && known.deadline <= clock.deadline)) return
    this.#clocks.set(key, clock)
    const intent = readIntent(this.#deps.store, key)
    const later = intent?.clock === undefined || intent.clock.deadline > clock.deadline
    if (intent?.state === 'PENDING' && later) writeIntent(this.#deps.store, { ...intent, clock })
  }

  #hurried(deed: Deed): Deed {
    const clock = this.#clocks.get(deed.key) ?? deed.clock
    return clock ? { ...deed, clock } : deed
  }

  async #pollAll(): Promise<void> {
    await Promise.resolve()
    try {
      while (this.#pollAgain && !this.#stopped) {
        this.#pollAgain = false
        await this.#accounts.look()
      }
    } finally {
      // In the moment in which the last look was over, so that none is asked for in vain.
      this.#polling = undefined
    }
  }

  async #begin(deed: Deed): Promise<void> {
    const { store, log } = this.#deps
    const before = readIntent(store, deed.key)
    if (before?.state === 'MINED' && (await this.#wasIdle(deed, before))) {
      log.warn('transactionWithoutEffect', { ...before.facts, nonce: before.nonce })
      await this.#slots.run(() => this.#submit(deed, before), deed.clock !== undefined)
    } else if (before?.state === 'MINED') {
      const signer = this.#accounts.signerOf(before)
      if (!signer) throw accountAbsent(before)
      if (!(await signer.pending.settle(before))) {
        writeIntent(store, { ...before, state: 'PENDING' })
        log.warn('transactionReorganised', { ...before.facts, nonce: before.nonce })
      }
    } else if (before?.state !== 'PENDING' && !(await this.#wasFound(before))) {
      await this.#slots.run(() => this.#submit(deed, before), deed.clock !== undefined)
    }
    this.poll().catch((error: unknown) => log.warn('pollFailed', errorFields(error)))
  }

  /** Whether it was mined in a block after which it was still due. */
  async #wasIdle({ dueAt }: Deed, { versions }: Intent): Promise<boolean> {
    if (dueAt === undefined) return false
    const receipts = await Promise.all(versions.map(({ hash }) => receiptOf(this.#deps.provider, hash)))
    return receipts.some((receipt) => receipt !== null && receipt.blockNumber < dueAt)
  }

  /** Whether what was given up has a receipt after all: of a node that was behind, or of a fork that came back. */
  async #wasFound(before: Intent | undefined): Promise<boolean> {
    return before?.state === 'LOST' && ((await this.#accounts.signerOf(before)?.pending.settle(before)) ?? false)
  }

  /** A helper that cannot pay leaves the deed to another account. */
  async #submit(deed: Deed, before: Intent | undefined): Promise<void> {
    const { to, data, value = 0n, facts } = deed
    while (!this.#stopped) {
      const account = this.#accounts.choose(deed, before)
      account.busy += 1
      try {
        const gasLimit = await simulate(this.#deps.provider, { from: account.address, to, data, value }, facts)
        return await account.line.enter(this.#hurried(deed), gasLimit)
      } catch (error) {
        const poor = error instanceof OpineError && error.code === 'FUNDS_LOW'
        if (poor) this.#accounts.notePoor(account)
        if (!poor || !deed.anybody || account.address === this.address) throw error
      } finally {
        account.busy -= 1
      }
    }
  }

  #mined(key: string, done: Done): void {
    this.#clocks.delete(key)
    this.#take(key)?.resolve(done)
    this.#deps.onMined?.()
  }

  #failed(key: string, error: unknown): void {
    // What is refused is not due any more; whatever else failed is.
    if (error instanceof OpineError && error.code === 'MOVE_REFUSED') this.#clocks.delete(key)
    this.#take(key)?.reject(error)
  }

  #take(key: string): PromiseWithResolvers<Done> | undefined {
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    return waiting
  }
}

const stopped = (): OpineError => new OpineError('STOPPED', 'the process is shutting down')

function accountAbsent({ from, facts }: Intent): OpineError {
  const message = `${from} did ${facts.kind}, and a reorganisation may have undone it; give its --key-file again`
  return new OpineError('ACCOUNT_ABSENT', message, { ...facts, account: from })
}
