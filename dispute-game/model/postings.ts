import { isExpired, passTurn } from './clock.ts'
import { type Place, sameOath } from './ground.ts'
import { bookAt, nothingToPost, placeKey, withPosted } from './places.ts'
import type { ModelMove, ModelState, Refusal } from './state.ts'
import { extensionOf, type Table, win } from './table.ts'

type Oath = Extract<ModelMove, { readonly kind: 'swearInterior' | 'swearTotals' }>

export function reveal(table: Table): ModelState | Refusal {
  const { game, ground, assertion } = table
  if (game.phase !== 'TRACE' && game.phase !== 'TENSOR') return 'WrongPhase'
  const key = placeKey(ground, game)
  return bookAt(assertion.posted, key) >= 0 ? table.state : post(table, key, 0)
}

export function swear(table: Table, move: Oath): ModelState | Refusal {
  const { game, ground, assertion, world } = table
  const belated = world.flaw === 'PICKS_BEFORE_OATH' && move.kind === 'swearInterior' && game.phase !== 'TRACE'
  const place: Place = belated ? { ...game, phase: 'KERNEL' } : game
  if (place.phase !== (move.kind === 'swearInterior' ? 'KERNEL' : 'LANE')) return 'WrongPhase'
  if (nothingToPost(ground, place)) return 'WrongNodeCount'
  const key = placeKey(ground, place)
  const sworn = bookAt(assertion.posted, key)
  if (sworn >= 0) return sameOath(ground, place, sworn, move.book) ? table.state : 'AlreadySworn'
  if (move.by !== 'ASSERTER' && world.flaw !== 'STRANGERS_SWEAR') return 'NotAsserter'
  return post(table, key, move.book)
}

/** What is posted ends the asserter's turn in all games at that place whose time is not over; it revives no other. */
function post({ state, world, slot, ground, assertion }: Table, key: string, book: number): ModelState {
  const at = world.games[slot]!.assertion
  const games = state.games.map((game, other) => {
    if (game?.status !== 'IN_PROGRESS' || game.turn !== 'ASSERTER' || world.games[other]!.assertion !== at) return game
    if (placeKey(ground, game) !== key) return game
    if (isExpired(game, state.now) && world.flaw !== 'LATE_REVEAL_REVIVES') return game
    return passTurn(game, 'CHALLENGER', state.now, extensionOf(world))
  })
  return { ...state, games, assertions: state.assertions.with(at, { ...assertion, posted: withPosted(assertion.posted, key, book) }) }
}

/** Two contents under one signature for the place at which the game is. */
export function twoOaths(table: Table, { one, other }: { readonly one: number; readonly other: number }): ModelState | Refusal {
  const { ground, game } = table
  if (game.phase !== 'KERNEL' && game.phase !== 'LANE') return 'WrongPhase'
  return sameOath(ground, game, one, other) ? 'OneOath' : win(table)
}
