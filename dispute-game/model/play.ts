import type { Evaluation } from '../game/types.ts'
import { depthOf, descendant, indexOf, ROOT } from '../merkle/position.ts'
import { isExpired, passTurn } from './clock.ts'
import { depthAt, factsOf, type Ground, laneIsZero, leafIsZero, levelsAt, type Place, sameOath } from './ground.ts'
import { bookAt, nothingToPost, oathsAt, placeKey, withPosted } from './places.ts'
import type { ModelAssertion, ModelGame, ModelMove, ModelState, Refusal, World } from './state.ts'

type GameMove = Exclude<ModelMove, { readonly kind: 'wait' | 'assert' | 'open' | 'settle' | 'expire' }>

/** A game's move, with all that it looks at. */
type Table = {
  readonly world: World
  readonly state: ModelState
  readonly ground: Ground
  readonly slot: number
  readonly game: ModelGame
  readonly assertion: ModelAssertion
}

/** The rules inside a game, docs/SPEC.md section 7. The order of the checks is the contract's, so that refusals can be compared by name. */
export function play(world: World, state: ModelState, move: GameMove): ModelState | Refusal {
  const { game: slot } = move
  const game = state.games[slot]
  const at = world.games[slot]!.assertion
  const assertion = state.assertions[at]
  if (!game || !assertion || game.status !== 'IN_PROGRESS') return 'NotInProgress'
  const table = { world, state, slot, game, assertion, ground: world.assertions[at]!.ground }
  if (move.kind === 'refund') return refund(table)
  if (assertion.status === 'DEFEATED' && world.flaw !== 'GAMES_OUTLIVE_KILL') return 'NotInProgress'
  if (move.kind === 'timeout') return timeout(table)
  if (move.kind === 'reveal') return reveal(table)
  if (move.kind === 'swearInterior' || move.kind === 'swearTotals') return swear(table, move)
  if (isExpired(game, state.now)) return 'OutOfTime'
  if (move.kind === 'step') return step(table, move)
  if (move.kind === 'proveTwoOaths') return twoOaths(table, move)
  if (move.by !== 'CHALLENGER' && world.flaw !== 'ANYBODY_DESCENDS') return 'NotChallenger'
  const phase = { descendTrace: 'TRACE', pick: 'KERNEL', descendTensor: 'TENSOR' }[move.kind]
  if (game.phase !== phase) return 'WrongPhase'
  if (move.kind === 'pick') return pick(table, move.kernel)
  const refused = jump(table, move.levels, move.child)
  if (refused) return refused
  const position = descendant(game.position, move.levels, move.child)
  if (depthOf(position) < depthAt(table.ground, game)) return arrive(table, { ...game, position })
  return move.kind === 'descendTrace' ? atLeaf(table, indexOf(position)) : atWord(table, position, move.lane)
}

const change = ({ state, slot }: Table, game: ModelGame): ModelState => ({ ...state, games: state.games.with(slot, game) })

function refund(table: Table): ModelState | Refusal {
  return table.assertion.status === 'DEFEATED' ? change(table, { ...table.game, status: 'VOID' }) : 'AssertionStands'
}

function timeout(table: Table): ModelState | Refusal {
  const { game, state, world } = table
  if (!isExpired(game, state.now) || world.flaw === 'NO_TIMEOUT') return 'NotExpired'
  if (game.turn === 'CHALLENGER' || world.flaw === 'SILENCE_IS_FREE') return change(table, { ...game, status: 'DEFENDER_WINS' })
  return win(table)
}

/** The one effect of every proof and of the asserter's silence. */
function win(table: Table): ModelState | Refusal {
  const { game, state, world, slot, assertion } = table
  if (game.fresh) return 'OpenedInThisBlock'
  const won = change(table, { ...game, status: 'CHALLENGER_WINS' })
  const fallen: ModelAssertion = { ...assertion, status: 'DEFEATED' }
  const assertions = state.assertions.with(world.games[slot]!.assertion, fallen)
  const reopens = !state.reopened && state.request === 'OPEN' && state.deadline < state.now + world.reopen
  return { ...won, assertions, ...(reopens ? { reopened: true, deadline: state.now + world.reopen } : {}) }
}

function reveal(table: Table): ModelState | Refusal {
  const { game, ground, assertion } = table
  if (game.phase !== 'TRACE' && game.phase !== 'TENSOR') return 'WrongPhase'
  const key = placeKey(ground, game)
  return bookAt(assertion.posted, key) >= 0 ? table.state : post(table, key, 0)
}

function swear(table: Table, move: GameMove & { readonly book: number }): ModelState | Refusal {
  const { game, ground, assertion, world } = table
  if (game.phase !== (move.kind === 'swearInterior' ? 'KERNEL' : 'LANE')) return 'WrongPhase'
  if (nothingToPost(ground, game)) return 'WrongNodeCount'
  const key = placeKey(ground, game)
  const sworn = bookAt(assertion.posted, key)
  if (sworn >= 0) return sameOath(ground, game, sworn, move.book) ? table.state : 'AlreadySworn'
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

/** The least time of a turn. */
export const extensionOf = ({ extension, flaw }: World): number => (flaw === 'NO_EXTENSION' ? 0 : extension)

/** Without a reveal the challenger may go to the bottom of a tree only: the number of turns stays bounded. */
function jump({ ground, game }: Table, levels: number, child: number): Refusal | undefined {
  if (depthOf(game.position) + levels !== depthAt(ground, game)) {
    if (levels !== levelsAt(ground, game)) return 'WrongPath'
    if (game.turn !== 'CHALLENGER') return 'NotYourTurn'
  }
  return child >= 2 ** levels ? 'NoSuchChild' : undefined
}

function atLeaf(table: Table, kernel: number): ModelState | Refusal {
  const { ground, game } = table
  const committed = kernel < ground.truth.kernels && factsOf(ground, kernel).committed
  if (!committed) return leafIsZero(ground, kernel) ? 'PaddingIsZero' : win(table)
  const phase = factsOf(ground, kernel).length > 1 ? 'KERNEL' : 'TENSOR'
  return arrive(table, { ...game, phase, kernel, position: ROOT })
}

function atWord(table: Table, position: number, lane: number): ModelState | Refusal {
  const { ground, game, assertion } = table
  const { lanes, count } = factsOf(ground, game.kernel)
  if (lane >= lanes) return 'NoSuchChild'
  const element = indexOf(position) * lanes + lane
  if (element >= count) {
    return laneIsZero(ground, game.kernel, element, oathsAt(ground, assertion, game)) ? 'PaddingIsZero' : win(table)
  }
  return arrive(table, { ...game, phase: 'LANE', position, element })
}

function pick(table: Table, kernel: number): ModelState | Refusal {
  const { ground, game } = table
  if (game.turn !== 'CHALLENGER') return 'NotYourTurn'
  if (kernel !== game.kernel) {
    const { first } = factsOf(ground, game.kernel)
    if (kernel < first || kernel > game.kernel || factsOf(ground, kernel).committed) return 'NotInterior'
  }
  return arrive(table, { ...game, phase: 'TENSOR', kernel })
}

/** The asserter is in turn, unless all that it could post stands already. */
function arrive(table: Table, game: ModelGame): ModelState {
  const { world, ground, assertion, state } = table
  const posted = nothingToPost(ground, game) || bookAt(assertion.posted, placeKey(ground, game)) >= 0
  return change(table, passTurn(game, posted ? 'CHALLENGER' : 'ASSERTER', state.now, extensionOf(world)))
}

function step(table: Table, { evaluation, block }: { readonly evaluation: Evaluation; readonly block: number }): ModelState | Refusal {
  const { ground, game, assertion, world } = table
  if (game.phase !== 'LANE') return 'WrongPhase'
  if (game.turn !== 'CHALLENGER') return 'NotYourTurn'
  const { blocks } = factsOf(ground, game.kernel)
  const exists = blocks <= 1 ? evaluation === 'ELEMENT' : evaluation === 'RESULT' || (evaluation === 'BLOCK' && block < blocks)
  if (!exists) return 'WrongEvaluation'
  if (ground.isFalse({ ...placeOf(game), evaluation, block }, oathsAt(ground, assertion, game))) return win(table)
  if (world.flaw === 'TRUE_STEP_ENDS_GAME') return change(table, { ...game, status: 'DEFENDER_WINS' })
  return world.flaw === 'TRUE_STEP_WINS' ? win(table) : 'NoFraud'
}

const placeOf = ({ kernel, element }: Place) => ({ kernel, element })

/** Two contents under one signature for the place at which the game is. */
function twoOaths(table: Table, { one, other }: { readonly one: number; readonly other: number }): ModelState | Refusal {
  const { ground, game } = table
  if (game.phase !== 'KERNEL' && game.phase !== 'LANE') return 'WrongPhase'
  return sameOath(ground, game, one, other) ? 'OneOath' : win(table)
}
