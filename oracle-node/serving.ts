/**
 * How much a trace server takes on. A walk from a trace's root to one number asks fewer than thirty questions.
 * @property connections      in all
 * @property perAddress       of one IPv4 address or IPv6 network of 64 bits; a proxy in front counts as one
 * @property perSecond        questions and pings of one connection; twice as many at once
 * @property allPerSecond     questions of all connections
 * @property hellosPerSecond  signatures of all connections that are verified; each takes two milliseconds
 * @property deriving         share of the time that goes into looking traces up anew, which may mean to run the model again
 * @property waiting          unanswered questions of one connection
 * @property unread           bytes of answers that a connection has not read
 * @property idle             milliseconds without a question
 * @property life             milliseconds of a connection
 */
export type ServingLimits = {
  readonly connections: number
  readonly perAddress: number
  readonly perSecond: number
  readonly allPerSecond: number
  readonly hellosPerSecond: number
  readonly deriving: number
  readonly waiting: number
  readonly unread: number
  readonly idle: number
  readonly life: number
}

export const SERVING_LIMITS: ServingLimits = {
  connections: 64,
  perAddress: 8,
  perSecond: 40,
  allPerSecond: 400,
  hellosPerSecond: 20,
  deriving: 0.2,
  waiting: 16,
  unread: 65_536,
  idle: 30_000,
  life: 300_000,
}

/**
 * Where traces are served.
 * @property publicUrl  under which challengers reach it; announced on chain
 * @property patience   milliseconds for a challenger to use what it was served, before a turn is taken on chain
 */
export type Serving = {
  readonly host: string
  readonly port: number
  readonly publicUrl?: string
  readonly patience?: number
  readonly limits?: Partial<ServingLimits>
}

/** So much a second, and twice that at once. */
export class Allowance {
  readonly #perSecond: number
  readonly #now: () => number
  #left: number
  #at: number

  /** @param now  milliseconds that never go back */
  constructor(perSecond: number, now = () => performance.now()) {
    this.#perSecond = perSecond
    this.#now = now
    this.#left = 2 * perSecond
    this.#at = now()
  }

  /** Takes one. @returns whether there was one */
  take(): boolean {
    const now = this.#now()
    this.#left = Math.min(2 * this.#perSecond, this.#left + ((now - this.#at) / 1000) * this.#perSecond)
    this.#at = now
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}

/** Leaves most of the time to others: after each piece of work it rests for as long as its share demands. */
export class Duty {
  readonly #share: number
  readonly #now: () => number
  #restsUntil = -Infinity

  /** @param share  of the time, above 0, at most 1 */
  constructor(share: number, now = () => performance.now()) {
    this.#share = share
    this.#now = now
  }

  /** Does the work now; undefined if it is to rest, or at other work. */
  async run<T>(work: () => T | Promise<T>): Promise<{ readonly result: T } | undefined> {
    const begun = this.#now()
    if (begun < this.#restsUntil) return undefined
    this.#restsUntil = Infinity
    try {
      return { result: await work() }
    } finally {
      const end = this.#now()
      this.#restsUntil = end + (end - begun) * (1 / this.#share - 1)
    }
  }
}

/** Whose connection it is for the limits. */
export function networkOf(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('%')[0]!.split('::')
  const [left, right] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = tail === undefined ? 0 : 8 - left!.length - right!.length
  return [...left!, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right!].slice(0, 4).join(':')
}
