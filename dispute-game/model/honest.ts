import { attack } from '../game/attack.ts'
import type { ChallengerMove } from '../game/types.ts'
import { depthOf } from '../merkle/position.ts'
import { isExpired, leftOf } from './clock.ts'
import { depthAt, type Ground, levelsAt, type Oaths, type Place, postedOf, viewOf } from './ground.ts'
import { oathsAt } from './places.ts'
import { isFinal, livenessEnd, survivor } from './rules.ts'
import type { ModelMove, ModelState, World } from './state.ts'

/**
 * What the honest challenger's strategy says in one of its games: the descent that game/attack.ts chooses when it is in turn, and, where the
 * asserter serves its nodes, the same to the bottom of the tree without waiting.
 */
export function honestAttack(world: World, state: ModelState, slot: number): ModelMove[] {
  const { assertion } = world.games[slot]!
  const { ground } = world.assertions[assertion]!
  const game = state.games[slot]!
  const oaths = oathsAt(ground, state.assertions[assertion]!, game)
  const moves: ModelMove[] = game.turn === 'CHALLENGER' ? [chosen(ground, game, oaths, slot, ground.truth.levels)] : []
  if (world.flaw === 'PICKS_BEFORE_OATH' && game.phase === 'KERNEL' && game.turn === 'ASSERTER') {
    moves.push(chosen(ground, game, oaths, slot, ground.truth.levels))
  }
  const deep = depthAt(ground, game) - depthOf(game.position)
  if ((game.phase === 'TRACE' || game.phase === 'TENSOR') && (game.turn === 'ASSERTER' || deep > levelsAt(ground, game))) {
    moves.push(chosen(ground, game, oaths, slot, Math.max(1, deep)))
  }
  return moves
}

const memories = new WeakMap<Ground, Map<string, ChallengerMove>>()

/** The strategy is a pure function of the place and of what stands there, so that it is asked once for each. */
function chosen(ground: Ground, place: Place, oaths: Oaths, game: number, levels: number): ModelMove {
  const { phase, kernel, element, position } = place
  const memory = memories.get(ground) ?? new Map<string, ChallengerMove>()
  memories.set(ground, memory)
  const key = `${phase} ${kernel} ${element} ${position} ${oaths.interior} ${oaths.totals} ${levels}`
  const spanning: Ground = { ...ground, truth: { ...ground.truth, levels } }
  const move = memory.get(key) ?? attack(viewOf(ground, place, oaths), spanning.truth, postedOf(spanning, place, oaths))
  memory.set(key, move)
  const mine = { game, by: 'CHALLENGER' } as const
  switch (move.kind) {
    case 'descendTrace':
      return { kind: move.kind, ...mine, levels: move.siblings.length, child: move.child }
    case 'descendTensor':
      return { kind: move.kind, ...mine, levels: move.siblings.length, child: move.child, lane: move.lane }
    case 'pick':
      return { kind: move.kind, ...mine, kernel: move.kernel }
    case 'step':
      return { kind: move.kind, ...mine, evaluation: move.evaluation, block: move.block }
  }
}

/** The honest challenger's move at an element, where `honestAttack` leaves the steps to anybody. */
export function honestStep(world: World, state: ModelState, slot: number): ModelMove {
  const { assertion } = world.games[slot]!
  const { ground } = world.assertions[assertion]!
  const game = state.games[slot]!
  return chosen(ground, game, oathsAt(ground, state.assertions[assertion]!, game), slot, ground.truth.levels)
}

/** Whether something can still change by itself. */
const isPending = (world: World, state: ModelState): boolean =>
  state.request === 'OPEN' ||
  state.games.some((game, slot) => game?.status === 'IN_PROGRESS' && state.assertions[world.games[slot]!.assertion]!.status === 'STANDING')

/** Whether somebody could end a game or the request now; a keeper does so before more time passes. */
function isClaimable(world: World, state: ModelState): boolean {
  const standing = (slot: number): boolean => state.assertions[world.games[slot]!.assertion]!.status === 'STANDING'
  if (state.games.some((game, slot) => game?.status === 'IN_PROGRESS' && standing(slot) && isExpired(game, state.now))) return true
  if (state.request !== 'OPEN') return false
  const first = survivor(state)
  return first >= 0 ? isFinal(world, state, first) : state.now > state.deadline
}

/**
 * Whether one more second can pass: honest parties assert, open and move in time. In a turn of theirs they need one second at most, and have
 * as long as their clock says.
 */
export function mayWait(world: World, state: ModelState): boolean {
  const next = state.now + 1
  if (!isPending(world, state) || isClaimable(world, state)) return false
  const late = world.assertions.some(
    ({ honest }, slot) => honest && !state.assertions[slot] && state.request === 'OPEN' && next > state.deadline,
  )
  if (late) return false
  return world.games.every(({ assertion, honest }, slot) => {
    const made = state.assertions[assertion]
    const game = state.games[slot]
    if (made?.status !== 'STANDING') return true
    if (!game) return !(honest && !world.assertions[assertion]!.honest && next > livenessEnd(world, made))
    const careful = game.turn === 'CHALLENGER' ? honest : world.assertions[assertion]!.honest
    return game.status !== 'IN_PROGRESS' || !careful || next - game.since <= Math.max(1, leftOf(game))
  })
}
