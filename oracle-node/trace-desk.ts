import { OpineError } from '@opine/dispute-game/errors.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import { servedFrom } from '@opine/dispute-game/game/served.ts'
import { fromHex, type Hex } from '@opine/dispute-game/merkle/hex.ts'
import { depthOf } from '@opine/dispute-game/merkle/position.ts'
import type { Contracts } from '@opine/node-kit/contracts.ts'
import type { GameRecord, Journal } from '@opine/node-kit/journal.ts'
import { readGame } from '@opine/node-kit/reads.ts'
import type { Store } from '@opine/node-kit/store.ts'
import { type Asked, type Reply, replyFrom } from '@opine/node-kit/trace-replies.ts'
import type { Answers } from './answers.ts'
import type { OathBook } from './oath-book.ts'
import { OwnTraces } from './own-traces.ts'
import { beginPath, type ServedPath, type Step, stepOn } from './served-path.ts'
import type { Duty } from './serving.ts'

export type TraceDeskDeps = {
  readonly contracts: Contracts
  readonly journal: Journal
  readonly store: Store
  readonly answers: Answers
  readonly oaths: OathBook
  readonly account: string
  /** Levels of a tree that one reveal spans. */
  readonly levels: number
  /** How much time goes into looking up traces that are not at hand. */
  readonly deriving: Duty
}

/**
 * Decides what of its own traces an operator hands out: the salted leaves of one that is disputed to anybody; tensor trees and oaths to a
 * game's challenger, along one path. docs/decisions/0012 says why.
 */
export class TraceDesk {
  readonly #deps: TraceDeskDeps
  readonly #traces: OwnTraces

  constructor(deps: TraceDeskDeps) {
    this.#deps = deps
    this.#traces = new OwnTraces(deps)
  }

  /** What the journal does not know costs no signature, and no question to the node. @throws {OpineError} `GAME_UNKNOWN` */
  expect(gameId: Hex): GameRecord {
    const record = this.#deps.journal.game(gameId)
    if (!record || !this.#isOwn(record.assertionId)) throw unknownGame(gameId)
    return record
  }

  /**
   * Takes note that an account speaks for a game.
   * @throws {OpineError} `GAME_UNKNOWN` unless it is the account's own, running, and over an assertion of this operator
   */
  async admit(gameId: Hex, account: string): Promise<void> {
    const { contracts, store } = this.#deps
    const record = this.expect(gameId)
    if (record.challenger !== account) throw unknownGame(gameId)
    const game = await readGame(contracts, gameId)
    if (game.status !== 'IN_PROGRESS' || game.challenger !== account) throw unknownGame(gameId)
    const atHand = this.#traces.has(record.assertionId)
    const { trace } = await this.#traces.of(record.assertionId)
    // The model may have run meanwhile.
    if (!atHand) return this.admit(gameId, account)
    if (!store.get<ServedPath>('servedPath', gameId)) store.put('servedPath', gameId, beginPath(game.view, trace))
  }

  /**
   * @param gameId  the game for which the asker was admitted, if it was
   * @throws {OpineError} `TRACE_UNKNOWN`, `HELLO_NEEDED`, `OFF_THE_PATH`, `BUSY`, those of the oath book and of the executor
   */
  async answer(question: Asked, gameId: Hex | undefined): Promise<Reply> {
    if (question.kind === 'traceNodes') {
      const { trace } = await this.#traces.of(this.#disputed(question.assertion))
      const { depth } = trace.traceTree()
      if (question.position < 1 || depthOf(question.position) > depth) throw offThePath(question)
      return replyFrom(this.#served(trace), question)
    }
    if (gameId === undefined) {
      throw new OpineError(
        'HELLO_NEEDED',
        'below its leaves a trace is handed out to the challenger of a game alone; say hello for one first',
      )
    }
    const own = await this.#traces.of(this.#deps.journal.game(gameId)!.assertionId)
    this.#advance(gameId, question, own.trace)
    return replyFrom(this.#served(own.trace, own.assertionId), question)
  }

  /** The path is on disk before anything on it is handed out. */
  #advance(gameId: Hex, step: Step, trace: TraceProvider): void {
    const { store } = this.#deps
    const path = store.get<ServedPath>('servedPath', gameId)
    const next = path && stepOn(path, step, trace)
    if (!next) throw offThePath(step)
    if (next !== path) store.put('servedPath', gameId, next)
  }

  #served(trace: TraceProvider, assertionId?: Hex) {
    const { oaths } = this.#deps
    const sign = async (signature: (id: Hex) => Promise<Hex>) => (assertionId ? fromHex(await signature(assertionId)) : null)
    return servedFrom(trace, {
      interior: (first, roots) => sign((id) => oaths.interior(id, first, roots)),
      totals: (kernel, element, totals) => sign((id) => oaths.totals(id, kernel, element, totals)),
    })
  }

  #isOwn(assertionId: Hex): boolean {
    const { journal, account, answers } = this.#deps
    const record = journal.assertion(assertionId)
    return record?.asserter === account && answers.own(record.requestId)?.assertionId === assertionId
  }

  /** An own assertion over which a game is open: the work of looking it up is paid for by a bond. */
  #disputed(assertionId: Hex): Hex {
    if (this.#isOwn(assertionId) && this.#deps.journal.isDisputed(assertionId)) return assertionId
    throw new OpineError('TRACE_UNKNOWN', `${assertionId} is no assertion of this operator over which a game is open`, { assertionId })
  }
}

const unknownGame = (gameId: Hex): OpineError =>
  new OpineError('GAME_UNKNOWN', `${gameId} is no running game of this account over an assertion of this operator`, { gameId })

const offThePath = (question: object): OpineError =>
  new OpineError('OFF_THE_PATH', 'of each game one path is handed out, from its place to one number; this is not on it', { ...question })
