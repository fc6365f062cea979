import { OpineError } from '@opine/dispute-game/errors.ts'
import { attack, type Posted } from '@opine/dispute-game/game/attack.ts'
import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import { Overdue, STALE, sendEnding } from '@opine/node-kit/game-turns.ts'
import type { GameRecord, Journal, PostedRecord } from '@opine/node-kit/journal.ts'
import type { Log } from '@opine/node-kit/log.ts'
import { type GameState, isExpired, readFallen, readGame, readPlace } from '@opine/node-kit/reads.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import type { Head } from '@opine/node-kit/sync.ts'
import { clockOf, turnClock } from '@opine/node-kit/turn-clock.ts'
import { waited } from '@opine/node-kit/waited.ts'
import { callOf } from './calls.ts'
import type { OneShot } from './one-shot.ts'
import type { Rewards } from './rewards.ts'
import type { Truth } from './truth.ts'
import type { TwoOaths } from './two-oaths.ts'

export type GameDeps = {
  readonly contracts: Contracts
  readonly journal: Journal
  readonly sender: Sending
  readonly truth: Truth
  readonly rewards: Rewards
  readonly log: Log
  /** Undefined where nobody is asked for a trace. */
  readonly oneShot: OneShot | undefined
  readonly twoOaths: TwoOaths | undefined
  /** Levels of a tree that one reveal spans. */
  readonly levels: number
}

/** Plays the challenger's own games, any number at once: each is taken one step further whenever it is this side's turn. */
export class Games {
  readonly #deps: GameDeps
  readonly #overdue: Overdue

  constructor(deps: GameDeps) {
    this.#deps = deps
    this.#overdue = new Overdue(deps.log)
  }

  /** Takes the next step of an own game, if there is one. */
  async advance(gameId: Hex, record: GameRecord, head: Head, held?: Trace): Promise<void> {
    const { contracts, journal, rewards, log } = this.#deps
    const { assertionId } = record
    const game = await readGame(contracts, gameId)
    switch (game.status) {
      case 'NONE':
        return
      case 'DEFENDER_WINS':
        if (journal.close('game', gameId, head.number)) log.error('gameLost', { gameId, assertionId })
        return
      case 'IN_PROGRESS':
        journal.reopen('game', gameId)
        return this.#play(gameId, record, game, head, held)
      default: {
        if (await rewards.advance(gameId, assertionId, game.status === 'CHALLENGER_WINS', head)) {
          if (journal.close('game', gameId, head.number)) log.info('gameEnded', { gameId, assertionId, status: game.status })
        } else journal.reopen('game', gameId)
      }
    }
  }

  async #play(gameId: Hex, record: GameRecord, game: GameState, head: Head, held: Trace | undefined): Promise<void> {
    const { assertionId } = record
    const { contracts, journal, truth } = this.#deps
    if (await readFallen(contracts, assertionId)) return sendEnding(this.#deps, gameId, assertionId, 'refund')
    const expired = isExpired(game.clock, head.timestamp)
    if (expired && game.clock.turn === 'ASSERTER') return sendEnding(this.#deps, gameId, assertionId, 'timeout')
    const clock = clockOf('CHALLENGER', game.clock, head.timestamp)
    if (!expired && (await this.#deps.twoOaths?.advance(gameId, assertionId, clock))) return
    if (!expired) {
      const { requestId } = journal.assertion(assertionId)!
      const { result, late } = await waited(held ?? truth.trace(requestId), STALE)
      if (late) return this.advance(gameId, record, head, result)
      if (await this.#deps.oneShot?.advance(gameId, assertionId, game, head)) return
      return game.clock.turn === 'ASSERTER' ? undefined : this.#move(gameId, assertionId, game, result)
    }
    this.#overdue.say(gameId, assertionId)
  }

  async #move(gameId: Hex, assertionId: Hex, { view, clock }: GameState, trace: Trace): Promise<void> {
    const { contracts, journal, sender, truth } = this.#deps
    const { requestId, asserter } = journal.assertion(assertionId)!
    const own = providerOf(trace, truth.salt(requestId, asserter), this.#deps.levels)
    const move = attack(view, own, this.#postedAt(await readPlace(contracts, gameId)))
    const { tree: programTree } = truth.model(requestId)
    const [method, ...args] = callOf(move, { gameId, assertionId, programTree, trace, own, posted: journal.posted })
    const { phase, kernel, element, position } = view
    const step = move.kind === 'step' ? { evaluation: move.evaluation, block: move.block } : {}
    const facts = { kind: move.kind, gameId, assertionId, phase, kernel, element, position, ...step }
    const key = `move:${gameId}:${phase}:${kernel}:${element}:${position}:${toHex(view.node)}`
    await sender.send({ key, facts, clock: turnClock(clock), ...contracts.game.encode(method, ...args) })
  }

  /** What was posted at the game's place. The contract may know of it before the events were read. */
  #postedAt(place: Hex): Posted {
    const record = (): PostedRecord => {
      const posted = this.#deps.journal.posted(place)
      if (posted) return posted
      throw new OpineError('NOT_YET', `what was posted at ${place} has not been seen yet`, { place })
    }
    const nodes = (): Uint8Array[] => record().nodes.map((node) => fromHex(node))
    return { nodes, interior: nodes, totals: () => record().totals }
  }
}
