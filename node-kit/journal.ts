import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { ProtocolEvent } from './events.ts'
import type { Store } from './store.ts'

/** What events told of a request, an assertion, a game. `block` is where it was seen last. */
export type RequestRecord = { readonly programRoot: Hex; readonly nonce: number; readonly block: number }
export type AssertionRecord = { readonly requestId: Hex; readonly asserter: string; readonly traceRoot: Hex; readonly block: number }
export type GameRecord = { readonly assertionId: Hex; readonly challenger: string; readonly root: Hex; readonly block: number }
/** What was revealed or sworn at a place: nodes or tensor roots, or running totals. */
export type PostedRecord = { readonly nodes: readonly Hex[]; readonly totals: readonly number[] }
/** A claim that was proved. @property hash  of the block that told of it, which may be gone: see `isOnChain` */
export type ProvedRecord = {
  readonly gameId: Hex
  readonly assertionId: Hex
  readonly rank: number
  readonly block: number
  readonly hash: string
}
/** Where an operator said last that it serves its traces; empty for nowhere.  @property hash  see `isOnChain` */
export type EndpointRecord = { readonly endpoint: string; readonly block: number; readonly hash: string }

type Kind = 'request' | 'assertion' | 'game'
type Records = { request: RequestRecord; assertion: AssertionRecord; game: GameRecord }

/** Blocks for which something that is over is still looked at, in case a reorganisation revives it. */
const CLOSING_BLOCKS = 64

/**
 * What happened to the models that a daemon follows, as far as events told: what there is to look at. Everything that was seen is in the
 * store; the short records are in memory as well. What is over is closed and, some blocks later, left alone for ever.
 */
export class Journal {
  readonly #store: Store
  readonly #follows: (programRoot: Hex) => boolean
  readonly #records: { readonly [kind in Kind]: Map<Hex, Records[kind]> } = { request: new Map(), assertion: new Map(), game: new Map() }
  readonly #closed = new Map<string, number>()

  /** @param follows  whether a program is one of the daemon's */
  constructor(store: Store, follows: (programRoot: Hex) => boolean) {
    this.#store = store
    this.#follows = follows
    for (const kind of ['request', 'assertion', 'game'] as const) {
      for (const [id, record] of store.list<never>(kind)) this.#records[kind].set(id as Hex, record)
    }
    for (const [key, block] of store.list<number>('closed')) this.#closed.set(key, block)
  }

  /** Notes an event. To see one again changes nothing. @returns whether it was new */
  take(event: ProtocolEvent): boolean {
    const { block } = event
    switch (event.name) {
      case 'InferenceRequested': {
        if (!this.#follows(event.programRoot)) return false
        this.#store.put('input', event.requestId, event.input)
        return this.#note('request', event.requestId, { programRoot: event.programRoot, nonce: Number(event.nonce), block })
      }
      case 'AssertionMade': {
        const { assertionId, requestId, asserter, traceRoot, output } = event
        if (!this.#records.request.has(requestId)) return false
        this.#store.put('output', assertionId, output)
        return this.#note('assertion', assertionId, { requestId, asserter, traceRoot, block })
      }
      case 'GameOpened': {
        const { gameId, assertionId, challenger, root } = event
        return this.#records.assertion.has(assertionId) && this.#note('game', gameId, { assertionId, challenger, root, block })
      }
      case 'Posted': {
        if (!this.#records.assertion.has(event.assertionId)) return false
        const record: PostedRecord = { nodes: event.nodes, totals: event.totals }
        this.#store.put('posted', event.place, record)
        return true
      }
      case 'ClaimStarted':
        return this.#records.game.has(event.gameId)
      case 'ClaimProved': {
        if (!this.#records.game.has(event.gameId)) return false
        const { gameId, assertionId, rank, hash } = event
        const record: ProvedRecord = { gameId, assertionId, rank: Number(rank), block, hash }
        this.#store.put('proved', event.gameId, record)
        return true
      }
      case 'EndpointAnnounced':
        return this.#announced(event.operator, { endpoint: event.endpoint, block, hash: event.hash })
    }
  }

  /** What is read again, after a restart or a reorganisation, comes in order: the last word is the chain's. */
  #announced(operator: string, record: EndpointRecord): boolean {
    const known = this.endpoint(operator)
    this.#store.put('endpoint', operator, record)
    return known?.endpoint !== record.endpoint
  }

  /** The request that an event is about, as far as it is known. */
  requestOf(event: ProtocolEvent): Hex | undefined {
    if ('requestId' in event) return event.requestId
    return 'assertionId' in event ? this.assertion(event.assertionId)?.requestId : undefined
  }

  /** What is not closed, or only lately so. */
  open<K extends Kind>(kind: K, block: number): [Hex, Records[K]][] {
    return [...this.#records[kind]].filter(([id]) => (this.#closed.get(`${kind} ${id}`) ?? block) + CLOSING_BLOCKS > block)
  }

  /** Nothing is left to do, as things stand at this block. @returns whether that is new */
  close(kind: Kind, id: Hex, block: number): boolean {
    const key = `${kind} ${id}`
    if (this.#closed.has(key)) return false
    this.#closed.set(key, block)
    this.#store.relaxed(() => this.#store.put('closed', key, block))
    return true
  }

  /** There is something to do after all. */
  reopen(kind: Kind, id: Hex): void {
    if (this.#closed.delete(`${kind} ${id}`)) this.#store.relaxed(() => this.#store.delete('closed', `${kind} ${id}`))
  }

  isClosed = (kind: Kind, id: Hex): boolean => this.#closed.has(`${kind} ${id}`)
  request = (requestId: Hex): RequestRecord | undefined => this.#records.request.get(requestId)
  assertion = (assertionId: Hex): AssertionRecord | undefined => this.#records.assertion.get(assertionId)
  game = (gameId: Hex): GameRecord | undefined => this.#records.game.get(gameId)
  input = (requestId: Hex): Hex | undefined => this.#store.get('input', requestId)
  output = (assertionId: Hex): Hex | undefined => this.#store.get('output', assertionId)
  posted = (place: Hex): PostedRecord | undefined => this.#store.get('posted', place)
  endpoint = (operator: string): EndpointRecord | undefined => this.#store.get('endpoint', operator)

  /** Whether a game over the assertion is not over. */
  isDisputed(assertionId: Hex): boolean {
    for (const [id, game] of this.#records.game) if (game.assertionId === assertionId && !this.#closed.has(`game ${id}`)) return true
    return false
  }

  /** The claims that were proved for the reward of an assertion, on the chain as it is or as it was. */
  proved(assertionId: Hex): ProvedRecord[] {
    return this.#store.list<ProvedRecord>('proved').flatMap(([, proved]) => (proved.assertionId === assertionId ? [proved] : []))
  }

  #note<K extends Kind>(kind: K, id: Hex, record: Records[K]): boolean {
    const known = this.#records[kind].get(id)
    if (known?.block === record.block) return false
    ;(this.#records[kind] as Map<Hex, Records[K]>).set(id, record)
    this.#store.put(kind, id, record)
    return known === undefined
  }
}
