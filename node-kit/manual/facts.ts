import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { type GameState, readAssertion, readFallen, readGame, readPlace, readRequest } from '../reads.ts'
import { readAssertions } from '../settle.ts'
import { known } from './find.ts'
import type { View } from './view.ts'

export type RequestFacts = Awaited<ReturnType<typeof requestFacts>>
export type AssertionFacts = Awaited<ReturnType<typeof assertionFacts>>
export type GameFacts = Awaited<ReturnType<typeof gameFacts>>

/** What is known of a request; times are unix seconds, `left` seconds of the chain's time, amounts wei. */
export async function requestFacts({ chain, journal, head }: View, requestId: Hex) {
  const request = await readRequest(chain.contracts, requestId)
  const assertions = await readAssertions(chain.contracts, requestId)
  const left = request.status === 'OPEN' ? Math.max(0, request.deadline - head.timestamp) : null
  return { requestId, ...request, left, inputBytes: bytesIn(journal.input(requestId)), assertions: assertions.map(({ id }) => id) }
}

/** What is known of an assertion. @property left  of its liveness, 0 once nothing can be opened over it; null if it does not stand */
export async function assertionFacts({ chain, journal, head }: View, assertionId: Hex) {
  const { requestId } = journal.assertion(assertionId)!
  const { status, asserter, assertedAt, openGames, traceRoot } = await readAssertion(chain.contracts, assertionId)
  const { liveness } = await readRequest(chain.contracts, requestId)
  const left = status === 'STANDING' ? Math.max(0, assertedAt + liveness - head.timestamp) : null
  const games = known(journal, 'game').flatMap(([id, game]) => (game.assertionId === assertionId ? [id] : []))
  return {
    assertionId,
    requestId,
    asserter,
    status,
    assertedAt,
    openGames,
    left,
    traceRoot,
    output: journal.output(assertionId) ?? null,
    games,
  }
}

/** What is known of a game. @property left  seconds that the side in turn has; @property posted what answers the place that it is at */
export async function gameFacts({ chain, journal, head }: View, gameId: Hex) {
  const { contracts } = chain
  const game = await readGame(contracts, gameId)
  const { assertionId, root } = journal.game(gameId)!
  const { requestId, asserter } = journal.assertion(assertionId)!
  const { challenger, status, openedIn, order, clock, view } = game
  const fallen = await readFallen(contracts, assertionId)
  const place = await readPlace(contracts, gameId)
  const posted = journal.posted(place)
  return {
    gameId,
    assertionId,
    requestId,
    asserter,
    challenger,
    root,
    status,
    fallen,
    openedIn,
    order,
    turn: status === 'IN_PROGRESS' && !fallen ? clock.turn : null,
    left: status === 'IN_PROGRESS' && !fallen ? leftOf(game, head.timestamp) : null,
    clock,
    view: { ...view, node: toHex(view.node) },
    place,
    posted: posted ? { nodes: posted.nodes.length, totals: posted.totals.length } : null,
  }
}

/** Seconds until the side in turn loses; negative once anybody can end the game. */
const leftOf = ({ clock }: GameState, now: number): number =>
  (clock.turn === 'ASSERTER' ? clock.asserter : clock.challenger) - (now - clock.since)

const bytesIn = (hex: Hex | undefined): number => (hex === undefined ? 0 : (hex.length - 2) / 2)

/** 3725 -> 1 h 2 min */
export function spanText(seconds: number | null): string {
  if (seconds === null) return '-'
  if (seconds <= 0) return 'over'
  const [d, h, min, s] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
  if (d > 0) return `${d} d ${h} h`
  if (h > 0) return `${h} h ${min} min`
  return min > 0 ? `${min} min ${s} s` : `${s} s`
}
