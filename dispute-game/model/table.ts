import { passTurn } from './clock.ts'
import type { Ground } from './ground.ts'
import { bookAt, nothingToPost, placeKey } from './places.ts'
import type { ModelAssertion, ModelGame, ModelState, Refusal, World } from './state.ts'

/** A game's move, with all that it looks at. */
export type Table = {
  readonly world: World
  readonly state: ModelState
  readonly ground: Ground
  readonly slot: number
  readonly game: ModelGame
  readonly assertion: ModelAssertion
}

/** The state with this game in its slot. */
export const change = ({ state, slot }: Table, game: ModelGame): ModelState => ({ ...state, games: state.games.with(slot, game) })

/** Whether the assertion is dead. Its other games can still be moved in, which leads nowhere: none of them can end but by a refund. */
export const hasFallen = ({ assertion, world }: Table): boolean => assertion.status === 'DEFEATED' && world.flaw !== 'GAMES_OUTLIVE_KILL'

/** The one effect of every proof and of the asserter's silence. */
export function win(table: Table): ModelState | Refusal {
  const { game, state, world, slot, assertion } = table
  if (game.fresh) return 'OpenedInThisBlock'
  if (hasFallen(table)) return 'NotInProgress'
  const won = change(table, { ...game, status: 'CHALLENGER_WINS' })
  const fallen: ModelAssertion = { ...assertion, status: 'DEFEATED' }
  const assertions = state.assertions.with(world.games[slot]!.assertion, fallen)
  const reopens = !state.reopened && state.request === 'OPEN' && state.deadline < state.now + world.reopen
  return { ...won, assertions, ...(reopens ? { reopened: true, deadline: state.now + world.reopen } : {}) }
}

/** The least time of a turn. */
export const extensionOf = ({ extension, flaw }: World): number => (flaw === 'NO_EXTENSION' ? 0 : extension)

/** The asserter is in turn, unless all that it could post stands already. */
export function arrive(table: Table, game: ModelGame): ModelState {
  const { world, ground, assertion, state } = table
  const posted = nothingToPost(ground, game) || bookAt(assertion.posted, placeKey(ground, game)) >= 0
  return change(table, passTurn(game, posted ? 'CHALLENGER' : 'ASSERTER', state.now, extensionOf(world)))
}
