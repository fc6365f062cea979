import { OpineError } from '@opine/dispute-game/errors.ts'
import { defend } from '@opine/dispute-game/game/defend.ts'
import type { DefenderMove } from '@opine/dispute-game/game/types.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import { Overdue, STALE, sendEnding } from '@opine/node-kit/game-turns.ts'
import type { GameRecord, Journal } from '@opine/node-kit/journal.ts'
import type { Log } from '@opine/node-kit/log.ts'
import { type GameState, isExpired, readFallen, readGame, readPlace } from '@opine/node-kit/reads.ts'
import type { Sending } from '@opine/node-kit/sender.ts'
import type { Head } from '@opine/node-kit/sync.ts'
import { turnClock } from '@opine/node-kit/turn-clock.ts'
import { waited } from '@opine/node-kit/waited.ts'
import type { Answers, Ground } from './answers.ts'
import type { OathBook } from './oath-book.ts'
import type { Patience } from './patience.ts'

type Call = { readonly to: string; readonly data: string }

export type DefenceDeps = {
  readonly contracts: Contracts
  readonly journal: Journal
  readonly sender: Sending
  readonly answers: Answers
  readonly oaths: OathBook
  readonly log: Log
  /** With a challenger that this operator may be serving. */
  readonly patience: Patience | undefined
  /** Levels of a tree that one reveal spans. */
  readonly levels: number
}

/** Defends the operator's assertions in whatever games are opened over them: answers in time, and ends games whose challenger is silent. */
export class Defence {
  readonly #deps: DefenceDeps
  readonly #overdue: Overdue

  constructor(deps: DefenceDeps) {
    this.#deps = deps
    this.#overdue = new Overdue(deps.log)
  }

  /** Takes the next step in a game over an own assertion, if it is this side's. @returns Infinity when it is over, and may rest for ever */
  async advance(gameId: Hex, record: GameRecord, head: Head, held?: Ground): Promise<number | undefined> {
    const { assertionId } = record
    const { contracts, journal, answers, log, patience } = this.#deps
    const game = await readGame(contracts, gameId)
    if (game.status === 'NONE') return undefined
    const fallen = await readFallen(contracts, assertionId)
    if (game.status !== 'IN_PROGRESS' || fallen) {
      if (journal.close('game', gameId, head.number)) log.info('gameEnded', { gameId, assertionId, status: game.status, fallen })
      return Infinity
    }
    journal.reopen('game', gameId)
    const expired = isExpired(game.clock, head.timestamp)
    if (game.clock.turn === 'CHALLENGER') {
      if (!expired) return undefined
      await sendEnding(this.#deps, gameId, assertionId, 'timeout')
    } else if (!expired) {
      const left = turnClock(game.clock).deadline - head.timestamp
      if (patience?.lasts(gameId, left)) throw new OpineError('NOT_YET', 'what is served may do without a turn', { gameId })
      const { requestId } = journal.assertion(assertionId)!
      const { result, late } = await waited(held ?? answers.ground(requestId), STALE)
      if (late) return this.advance(gameId, record, head, result)
      await this.#answer(gameId, assertionId, game, result, head)
    } else this.#overdue.say(gameId, assertionId)
  }

  async #answer(gameId: Hex, assertionId: Hex, { view, clock }: GameState, { trace, salt }: Ground, head: Head): Promise<void> {
    const { contracts, sender } = this.#deps
    const move = defend(view, providerOf(trace, salt, this.#deps.levels))
    // One reveal or oath counts in all games that are at this place.
    const place = await readPlace(contracts, gameId)
    const { phase, kernel, element, position } = view
    const facts = { kind: move.kind, gameId, assertionId, phase, kernel, element, position }
    const call = await this.#encode(gameId, assertionId, move, { first: trace.program.places[kernel]!.first, kernel, element })
    await sender.send({ key: `post:${place}`, facts, anybody: true, dueAt: head.number, clock: turnClock(clock), ...call })
  }

  /** An oath goes with its signature, which binds it to its place: a reorganisation after which the game is elsewhere refuses it. */
  async #encode(
    gameId: Hex,
    assertionId: Hex,
    move: DefenderMove,
    place: { first: number; kernel: number; element: number },
  ): Promise<Call> {
    const { contracts, oaths } = this.#deps
    const { game } = contracts
    switch (move.kind) {
      case 'reveal':
        return game.encode('reveal', gameId, move.nodes)
      case 'swearInterior':
        return game.encode('swearInterior', gameId, move.roots, await oaths.interior(assertionId, place.first, move.roots))
      case 'swearTotals':
        return game.encode('swearTotals', gameId, move.totals, await oaths.totals(assertionId, place.kernel, place.element, move.totals))
    }
  }
}
