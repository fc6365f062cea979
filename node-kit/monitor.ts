import { DEVELOPMENT_CHAINS } from './chain.ts'
import type { Log } from './log.ts'
import { Metrics, type Role } from './metrics.ts'
import { defineGauges, type Money, type Watched } from './monitor-gauges.ts'
import { readPayout, readStake } from './reads.ts'
import type { Store } from './store.ts'
import type { Head } from './sync.ts'

/**
 * @property minBalance  wei of the account below which the daemon is not ready and says so
 * @property maxLag      blocks that a ready daemon may be behind its node
 * @property maxIdle     seconds since the chain was last read to the end
 * @property maxSkew     seconds that the latest block may be off this machine's clock
 */
export type MonitorTerms = {
  readonly minBalance: bigint
  readonly maxLag: number
  readonly maxIdle: number
  readonly maxSkew: number
}

/** Why a daemon is not ready: a stable code, and words. */
export type Reason = { readonly code: string; readonly message: string }

const DEFAULTS: MonitorTerms = { minBalance: 10n ** 16n, maxLag: 5, maxIdle: 60, maxSkew: 120 }
/** How often money and disk are looked at, milliseconds. */
const MONEY_EVERY = 2000
const seconds = (): number => performance.now() / 1000

/** What can be known of a daemon from outside: its metrics, and whether it can do its work. */
export class Monitor {
  readonly metrics: Metrics
  readonly #terms: MonitorTerms
  readonly #said = new Set<string>()
  #log: Log | undefined
  #watched: Watched | undefined
  #head: Head | undefined
  #tickedAt = 0
  #moneyAt = -Infinity
  #money: (Money & { readonly balance: bigint }) | undefined
  #balances: readonly bigint[] = []

  constructor(role: Role, terms: Partial<MonitorTerms> = {}) {
    this.metrics = new Metrics(role)
    this.#terms = { ...DEFAULTS, ...terms }
    defineGauges(this.metrics, () => ({
      watched: this.#watched,
      head: this.#head,
      idle: this.#idle(),
      money: this.#money,
      balances: this.#balances,
    }))
  }

  /** A log that is counted, and in which this monitor raises its own alarms. */
  watch(log: Log): Log {
    this.#log = this.metrics.watch(log)
    return this.#log
  }

  /** From now on this daemon is watched. */
  attach(watched: Watched): void {
    this.#watched = watched
  }

  /** The chain was read up to this block. Money is looked at from time to time; that it fails is not the daemon's failure. */
  ticked(head: Head): void {
    this.#head = head
    this.#tickedAt = seconds()
    this.#checkClock(head)
    if (seconds() - this.#moneyAt < MONEY_EVERY / 1000) return
    this.#moneyAt = seconds()
    this.#readMoney().catch(() => {})
  }

  /** Why the daemon cannot do its work now; none if it can. */
  async reasons(): Promise<Reason[]> {
    const { maxLag, maxIdle, minBalance } = this.#terms
    const [watched, head] = [this.#watched, this.#head]
    if (!watched || !head) return [{ code: 'STARTING', message: 'the chain has not been read to the end yet' }]
    const reasons: Reason[] = []
    const say = (code: string, message: string): void => void reasons.push({ code, message })
    const idle = Math.floor(this.#idle())
    if (!watched.chain.isConnected()) say('NODE_DISCONNECTED', 'the connection to the node is down')
    else {
      const latest = await watched.chain.provider.getBlockNumber().catch(() => undefined)
      if (latest === undefined) say('NODE_SILENT', 'the node gives no answer')
      else if (latest - head.number > maxLag) say('BEHIND', `${latest - head.number} blocks are not read yet; at most ${maxLag}`)
    }
    if (idle > maxIdle) say('IDLE', `the chain was last read to the end ${idle} s ago; at most ${maxIdle}`)
    if (this.#said.has('headStale')) say('HEAD_STALE', 'the node’s latest block is old: it is not synced, or this machine’s clock is wrong')
    if (!isWritable(watched.store)) say('STORE_UNWRITABLE', `${watched.store.path} cannot be written`)
    if (this.#money && this.#money.balance < minBalance)
      say('FUNDS_LOW', `the account has ${this.#money.balance} wei; at least ${minBalance}`)
    return reasons
  }

  /** Seconds since the chain was read to the end. */
  #idle(): number {
    return seconds() - this.#tickedAt
  }

  /** Deadlines are in block time, so that a wrong clock loses no game; but who reads the log must know. */
  #checkClock({ timestamp }: Head): void {
    const { chain } = this.#watched ?? {}
    // A development chain mines when there is something to mine, and its time is set by hand.
    if (!chain || DEVELOPMENT_CHAINS.includes(chain.deployment.chainId)) return
    const skew = Math.round(Date.now() / 1000 - timestamp)
    const next = 'check that the node is synced and that this machine’s clock is right'
    this.#alarm('headStale', skew > this.#terms.maxSkew, { secondsBehind: skew, next })
    this.#alarm('clockSkew', -skew > this.#terms.maxSkew, { secondsAhead: -skew, next })
  }

  async #readMoney(): Promise<void> {
    if (!this.#watched?.sender) return
    const { chain, sender } = this.#watched
    const accounts = sender.load().map(({ address }) => address)
    this.#balances = await Promise.all(accounts.map((account) => chain.provider.getBalance(account)))
    const { total, locked } = await readStake(chain.contracts, sender.address)
    const balance = this.#balances[0]!
    this.#money = { balance, free: total - locked, locked, payout: await readPayout(chain.contracts, sender.address) }
    const { minBalance } = this.#terms
    this.#alarm('balanceLow', balance < minBalance, { account: sender.address, balance, minBalance, next: 'send it more ether' })
  }

  /** Said when it begins, not again until it ended. */
  #alarm(event: string, on: boolean, fields: object): void {
    if (on && !this.#said.has(event)) this.#log?.error(event, { ...fields })
    if (!on && this.#said.has(event)) this.#log?.info(`${event}Over`, { ...fields })
    if (on) this.#said.add(event)
    else this.#said.delete(event)
  }
}

function isWritable(store: Store): boolean {
  try {
    store.put('monitor', 'probe', Date.now())
    return true
  } catch {
    return false
  }
}
