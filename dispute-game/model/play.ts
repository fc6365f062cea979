import type { Evaluation } from '../game/types.ts'
import { depthOf, descendant, indexOf, ROOT } from '../merkle/position.ts'
import { isExpired } from './clock.ts'
import { depthAt, factsOf, laneIsZero, leafIsZero, levelsAt, type Place } from './ground.ts'
import { oathsAt } from './places.ts'
import { reveal, swear, twoOaths } from './postings.ts'
import type { ModelMove, ModelState, Refusal, World } from './state.ts'
import { arrive, change, hasFallen, type Table, win } from './table.ts'

type GameMove = Exclude<ModelMove, { readonly kind: 'wait' | 'assert' | 'open' | 'settle' | 'expire' }>

/** The rules inside a game, docs/SPEC.md section 7. The order of the checks is the contract's, so that refusals can be compared by name. */
export function play(world: World, state: ModelState, move: GameMove): ModelState | Refusal {
  const { game: slot } = move
  const game = state.games[slot]
  const at = world.games[slot]!.assertion
  const assertion = state.assertions[at]
  if (!game || !assertion) return 'NotInProgress'
  const table = { world, state, slot, game, assertion, ground: world.assertions[at]!.ground }
  // What is posted is true of the assertion, whatever became of the game.
  if (move.kind === 'reveal') return reveal(table)
  if (move.kind === 'swearInterior' || move.kind === 'swearTotals') return swear(table, move)
  if (game.status !== 'IN_PROGRESS') return 'NotInProgress'
  if (move.kind === 'refund') return refund(table)
  if (move.kind === 'timeout') return timeout(table)
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

function refund(table: Table): ModelState | Refusal {
  return table.assertion.status === 'DEFEATED' ? change(table, { ...table.game, status: 'VOID' }) : 'AssertionStands'
}

function timeout(table: Table): ModelState | Refusal {
  const { game, state, world } = table
  if (hasFallen(table)) return 'NotInProgress'
  if (!isExpired(game, state.now) || world.flaw === 'NO_TIMEOUT') return 'NotExpired'
  if (game.turn === 'CHALLENGER' || world.flaw === 'SILENCE_IS_FREE') return change(table, { ...game, status: 'DEFENDER_WINS' })
  return win(table)
}

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
  const { ground, game, world } = table
  // A buffer that is picked before the interior is sworn is one that the liar can still make true.
  if (game.turn !== 'CHALLENGER' && world.flaw !== 'PICKS_BEFORE_OATH') return 'NotYourTurn'
  if (kernel !== game.kernel) {
    const { first } = factsOf(ground, game.kernel)
    if (kernel < first || kernel > game.kernel || factsOf(ground, kernel).committed) return 'NotInterior'
  }
  return arrive(table, { ...game, phase: 'TENSOR', kernel })
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
