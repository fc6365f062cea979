import type { OpineError } from '@opine/dispute-game/errors.ts'
import type { AbstractProvider } from 'ethers'
import { AccountLine } from './account-line.ts'
import type { Deed } from './deed.ts'
import { type Intent, pendingIntents } from './intents.ts'
import type { Log } from './log.ts'
import { type Done, PendingTransactions, type SendingTerms } from './pending.ts'
import type { SigningAccount } from './remote-signer.ts'
import type { Store } from './store.ts'

export type AccountsDeps = {
  readonly provider: AbstractProvider
  readonly wallets: readonly SigningAccount[]
  readonly store: Store
  readonly log: Log
  readonly onMined: (key: string, done: Done) => void
  readonly onFailed: (key: string, error: OpineError) => void
}

/** @property line  null for an account whose key is not at hand any more */
export type Account = {
  readonly address: string
  readonly pending: PendingTransactions
  readonly line: AccountLine | null
  busy: number
  poorUntil: number
}

/** After this time an account that could not pay is tried again, milliseconds. */
const POOR_REST = 15_000
/** A gap among the nonces is filled after this part of `replaceAfter`; until then a deed may come to do it. */
const GAP = 0.5

/** The accounts of a sender: the first is the daemon's own, the others are helpers. */
export class Accounts {
  readonly all: readonly Account[]
  readonly #terms: SendingTerms
  readonly #deps: AccountsDeps
  readonly #gaps = new Map<string, number>()

  constructor(terms: SendingTerms, deps: AccountsDeps) {
    this.#terms = terms
    this.#deps = deps
    const { wallets, store, log } = deps
    const known = new Set(wallets.map(({ address }) => address))
    const absent = new Set(pendingIntents(store).flatMap(({ from }) => (from === undefined || known.has(from) ? [] : [from])))
    for (const account of absent)
      log.warn('accountAbsent', { account, effect: 'what it sent cannot be replaced if it is stuck', next: 'give its --key-file again' })
    this.all = [...wallets.map((wallet) => this.#open(wallet.address, wallet)), ...[...absent].map((address) => this.#open(address, null))]
  }

  /** The account that signed an intent; undefined if its key is not at hand and nothing of it was pending at the start. */
  signerOf({ from }: Intent): Account | undefined {
    return from === undefined ? this.all[0] : this.all.find(({ address }) => address === from)
  }

  /**
   * Who is to do a deed: of those that may and can pay, the one with the least to do, and a helper before the own account.
   * @param before  what became of the deed earlier: the same account does it again if it can
   */
  choose({ anybody = false, from = this.all[0]!.address }: Deed, before: Intent | undefined): Account & { readonly line: AccountLine } {
    const may = this.all.filter(hasLine).filter(({ address }) => anybody || address === from)
    const can = may.filter(({ poorUntil }) => performance.now() > poorUntil)
    const same = before && can.find((account) => account === this.signerOf(before))
    return same ?? can.toReversed().reduce((best, account) => (load(account) < load(best) ? account : best), can.at(-1) ?? may[0]!)
  }

  /** It is left alone for a while; what is pending may take up all that it has, so that the next look at it would find the same. */
  notePoor(account: Account): void {
    account.poorUntil = performance.now() + POOR_REST
  }

  /** Looks after everything that is pending, of all accounts. */
  async look(): Promise<void> {
    const looks = await Promise.allSettled(this.all.map((account) => this.#lookAt(account)))
    const failure = looks.find((look) => look.status === 'rejected')
    if (failure) throw failure.reason
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.all.map(({ line }) => line?.stop()))
  }

  async #lookAt({ address, pending, line }: Account): Promise<void> {
    const gaps = await pending.look()
    const keys = new Set(gaps.map((nonce) => `${address} ${nonce}`))
    for (const key of this.#gaps.keys()) if (key.startsWith(address) && !keys.has(key)) this.#gaps.delete(key)
    for (const nonce of gaps) {
      const key = `${address} ${nonce}`
      const since = this.#gaps.get(key) ?? performance.now()
      this.#gaps.set(key, since)
      if (performance.now() - since < GAP * this.#terms.replaceAfter) continue
      await line?.fill(nonce)
      this.#gaps.set(key, performance.now())
    }
  }

  #open(address: string, wallet: SigningAccount | null): Account {
    const { provider, store, log, onMined, onFailed, wallets } = this.#deps
    const account = { address, first: address === wallets[0]!.address }
    const pending = new PendingTransactions(this.#terms, { provider, account, wallet, store, log, onMined, onFailed })
    const line = wallet && new AccountLine(this.#terms, { provider, wallet, pending, store, log })
    return { address, pending, line, busy: 0, poorUntil: 0 }
  }
}

const load = ({ busy, pending }: Account): number => busy + pending.load

const hasLine = (account: Account): account is Account & { readonly line: AccountLine } => account.line !== null
