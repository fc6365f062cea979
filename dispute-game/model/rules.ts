import { ROOT } from '../merkle/position.ts'
import { bookAt, placeKey } from './places.ts'
import { play } from './play.ts'
import type { ModelAssertion, ModelGame, ModelMove, ModelState, Refusal, World } from './state.ts'

/** The rules of docs/SPEC.md sections 7 and 8 over assertions and requests: what a move does, or why it is refused. */
export function apply(world: World, state: ModelState, move: ModelMove): ModelState | Refusal {
  switch (move.kind) {
    case 'wait':
      return { ...state, now: state.now + move.seconds, games: state.games.map((game) => (game?.fresh ? { ...game, fresh: false } : game)) }
    case 'assert':
      return assert(state, move.assertion)
    case 'open':
      return open(world, state, move.game)
    case 'settle':
      return settle(world, state)
    case 'expire':
      return expire(state)
    default:
      return play(world, state, move)
  }
}

/** Last second at which a game over an assertion can be opened. */
export const livenessEnd = ({ liveness }: World, { at }: ModelAssertion): number => at + liveness

function assert(state: ModelState, slot: number): ModelState | Refusal {
  if (state.request !== 'OPEN') return 'RequestNotOpen'
  if (state.now > state.deadline) return 'AfterDeadline'
  if (state.assertions[slot]) return 'AlreadyAsserted'
  const order = state.assertions.filter((made) => made !== null).length
  return { ...state, assertions: state.assertions.with(slot, { status: 'STANDING', at: state.now, order, posted: '' }) }
}

function open(world: World, state: ModelState, slot: number): ModelState | Refusal {
  if (state.games[slot]) return 'AlreadyOpen'
  const assertion = state.assertions[world.games[slot]!.assertion]
  if (assertion?.status !== 'STANDING') return 'NotStanding'
  if (state.now > livenessEnd(world, assertion) && world.flaw !== 'OPENS_LATE') return 'LivenessOver'
  const { now } = state
  const clock = { since: now, asserter: world.clock, challenger: world.clock, fresh: true }
  const place = { phase: 'TRACE', kernel: 0, element: 0, position: ROOT } as const
  // What stands at the root of the trace tree stands for all games.
  const posted = bookAt(assertion.posted, placeKey(world.assertions[world.games[slot]!.assertion]!.ground, place)) >= 0
  const game: ModelGame = { ...place, ...clock, status: 'IN_PROGRESS', turn: posted ? 'CHALLENGER' : 'ASSERTER' }
  return { ...state, games: state.games.with(slot, game) }
}

/** The earliest assertion that has not fallen. */
export const survivor = ({ assertions }: ModelState): number => {
  let first = -1
  assertions.forEach((assertion, slot) => {
    if (assertion && assertion.status !== 'DEFEATED' && (first < 0 || assertion.order < assertions[first]!.order)) first = slot
  })
  return first
}

/** Whether nothing can defeat an assertion any more. */
export function isFinal(world: World, state: ModelState, slot: number): boolean {
  const assertion = state.assertions[slot]
  if (assertion?.status !== 'STANDING' || state.now <= livenessEnd(world, assertion)) return false
  if (world.flaw === 'SETTLES_OVER_GAMES') return true
  return !state.games.some((game, at) => game?.status === 'IN_PROGRESS' && world.games[at]!.assertion === slot)
}

function settle(world: World, state: ModelState): ModelState | Refusal {
  if (state.request !== 'OPEN') return 'RequestNotOpen'
  const slot = survivor(state)
  if (slot < 0) return 'NoSurvivor'
  if (!isFinal(world, state, slot)) return 'NotFinal'
  return { ...state, request: 'SETTLED', assertions: state.assertions.with(slot, { ...state.assertions[slot]!, status: 'RELEASED' }) }
}

function expire(state: ModelState): ModelState | Refusal {
  if (state.request !== 'OPEN') return 'RequestNotOpen'
  if (state.now <= state.deadline) return 'BeforeDeadline'
  return survivor(state) < 0 ? { ...state, request: 'EXPIRED' } : 'AssertionPending'
}
