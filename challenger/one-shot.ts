import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Chain } from '@opine/node-kit/chain.ts'
import { readIntent } from '@opine/node-kit/intents.ts'
import type { Journal } from '@opine/node-kit/journal.ts'
import { errorFields, type Log } from '@opine/node-kit/log.ts'
import type { GameState } from '@opine/node-kit/reads.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import type { Store } from '@opine/node-kit/store.ts'
import type { Head } from '@opine/node-kit/sync.ts'
import type { Facts } from '@opine/node-kit/transaction.ts'
import { clockOf } from '@opine/node-kit/turn-clock.ts'
import type { Signer } from 'ethers'
import { Peer } from './peer.ts'
import type { PeerPlace, Peers } from './peers.ts'
import { type GameProof, proofOf } from './proof-calls.ts'
import type { Truth } from './truth.ts'
import type { HeldOath, TwoOaths } from './two-oaths.ts'

export type OneShotDeps = {
  readonly chain: Pick<Chain, 'contracts' | 'deployment' | 'levels'>
  readonly journal: Journal
  readonly store: Store
  readonly sender: Sending
  readonly truth: Truth
  readonly peers: Peers
  readonly twoOaths: TwoOaths
  readonly signer: Signer
  readonly log: Log
  readonly signal: AbortSignal
  /** Most milliseconds that a game waits for the asserter's server. */
  readonly budget?: number
}

const BUDGET = 20_000
/** What of the challenger's time that may take at most, of what is left of it. */
const SHARE = 1 / 8
/** Failures that say nothing about the proof: the same is tried again. */
const ELSEWHERE = /^(NODE_|STORE_|STOPPED$|FUNDS_LOW$|FEE_CAP_REACHED$|NOT_YET$|NONCE_TAKEN$)/

/**
 * Ends games in one transaction, with nodes and oaths that the asserter's server hands out. It is tried once for each game; whatever fails, the
 * game goes on turn by turn, and nothing is lost but a bounded time.
 */
export class OneShot {
  readonly #deps: OneShotDeps
  readonly #over = new Set<Hex>()
  readonly #ready = new Map<Hex, GameProof>()

  constructor(deps: OneShotDeps) {
    this.#deps = deps
  }

  /** Takes the next step towards a proof. @returns false where the game is to be played turn by turn */
  async advance(gameId: Hex, assertionId: Hex, game: GameState, head: Head): Promise<boolean> {
    if (this.#over.has(gameId)) return false
    const { journal, peers, log, store, sender, signal } = this.#deps
    const key = `prove:${gameId}`
    // While the proof waits to be mined, the asserter may give the turn back: it is as urgent as if that were so already.
    const clock = clockOf('CHALLENGER', game.clock, head.timestamp)
    try {
      const sent = readIntent(store, key)
      if (sent?.state === 'REVERTED') throw new OpineError('MOVE_REVERTED', 'the proof was sent before and reverted', { gameId })
      if (sent?.state === 'PENDING') {
        await sender.send({ ...sent, value: 0n })
        return true
      }
      const place = peers.placeOf(journal.assertion(assertionId)!.asserter)
      const proof =
        this.#ready.get(gameId) ?? (place && (await this.#gather(gameId, assertionId, game, place, clock.deadline - head.timestamp)))
      if (!proof) return false
      this.#ready.set(gameId, proof)
      // Nothing wins in the block of its opening.
      if (head.number <= game.openedIn) return true
      const { contracts } = this.#deps.chain
      const facts: Facts = { kind: 'prove', gameId, assertionId, ...proof.facts }
      await sender.send({ key, facts, clock, ...contracts.game.encode('multicall', proof.calls) })
      this.#ready.delete(gameId)
      return true
    } catch (error) {
      if (signal.aborted || (error instanceof OpineError && ELSEWHERE.test(error.code))) throw error
      this.#over.add(gameId)
      this.#ready.delete(gameId)
      log.warn('proofFailed', { gameId, assertionId, effect: 'the game is played turn by turn', ...errorFields(error) })
      return false
    }
  }

  /** @param left  seconds of the challenger's time */
  async #gather(gameId: Hex, assertionId: Hex, game: GameState, place: PeerPlace, left: number): Promise<GameProof> {
    const { chain, journal, truth, peers, twoOaths, signer, log, signal, budget = BUDGET } = this.#deps
    const limit = AbortSignal.timeout(Math.max(1, Math.min(budget, left * 1000 * SHARE)))
    const errand = {
      game: gameId,
      account: journal.assertion(assertionId)!.asserter,
      signer,
      deployment: chain.deployment,
    }
    const hold = (oath: HeldOath): void => twoOaths.hold(assertionId, oath)
    const begun = performance.now()
    try {
      const ends = AbortSignal.any([limit, signal])
      const proof = await peers.inTurn(place, ends, async () => {
        const peer = await Peer.connect({ ...place, signal: ends }, errand)
        try {
          return await proofOf({ gameId, assertionId, view: game.view, ...chain, journal, truth, hold }, peer.served(assertionId))
        } finally {
          peer.close()
        }
      })
      log.info('proofGathered', {
        gameId,
        assertionId,
        url: place.url,
        moves: proof.calls.length,
        ms: Math.round(performance.now() - begun),
      })
      return proof
    } catch (error) {
      if (error instanceof OpineError && /^(PEER_LATE|PEER_FAILED|PEER_FORBIDDEN)$/.test(error.code)) peers.rest(place)
      throw error
    }
  }
}
