import type { Journal } from '@opine/node-kit/journal.ts'
import type { Reach } from './peer-address.ts'
import { peerFailure } from './peer-line.ts'

/** Milliseconds for which a server that failed is left alone. */
const REST = 60_000

/**
 * @property given      where asserters serve, as the user says: stronger than what they announced
 * @property announced  whether announcements on chain are followed
 * @property reach      where an announcement may lead
 */
export type PeerTerms = { readonly given: ReadonlyMap<string, string>; readonly announced: boolean; readonly reach: Reach }

export type PeerPlace = { readonly url: string; readonly reach: Reach }

/** Where asserters serve their traces, and who asks which of them: each server is asked for one game at a time, and left alone after a failure. */
export class Peers {
  readonly #terms: PeerTerms
  readonly #journal: Pick<Journal, 'endpoint'>
  readonly #queues = new Map<string, Promise<unknown>>()
  readonly #failed = new Map<string, number>()

  constructor(terms: PeerTerms, journal: Pick<Journal, 'endpoint'>) {
    this.#terms = terms
    this.#journal = journal
  }

  /** Undefined where an account is not known to serve, or failed a moment ago. */
  placeOf(account: string): PeerPlace | undefined {
    const { given, announced, reach } = this.#terms
    const own = given.get(account)
    const url = own ?? (announced ? this.#journal.endpoint(account)?.endpoint : undefined)
    if (!url || performance.now() - (this.#failed.get(url) ?? -Infinity) < REST) return undefined
    return { url, reach: own === undefined ? reach : 'anywhere' }
  }

  /**
   * Works with a server once those are done who came before, and does not if the signal comes first: they may have more time.
   * @throws {OpineError} `PEER_BUSY`
   */
  async inTurn<T>({ url }: PeerPlace, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const giveUp = (): void => late.reject(peerFailure('PEER_BUSY', url, 'others asked it all the time'))
    const before = this.#queues.get(url) ?? Promise.resolve()
    const begun = before.then(() => {
      signal.removeEventListener('abort', giveUp)
      return signal.aborted ? late.promise : work()
    })
    this.#queues.set(
      url,
      begun.catch(() => {}),
    )
    signal.addEventListener('abort', giveUp)
    return Promise.race([begun, late.promise])
  }

  /** The server was of no use, for whatever game. */
  rest({ url }: PeerPlace): void {
    this.#failed.set(url, performance.now())
  }
}
