import { isExpired, leftOf } from './clock.ts'
import { livenessEnd } from './rules.ts'
import type { ModelAssertion, ModelGame, ModelState, World } from './state.ts'
import { extensionOf } from './table.ts'

/** Marks above all times, places and kernels of an exploration, so that no two keys run into each other. */
const [NONE, DEFEATED, RELEASED] = ['\uff00', '\uff01', '\uff02'] as const
const ENDED = { IN_PROGRESS: '\uff03', CHALLENGER_WINS: '\uff04', DEFENDER_WINS: '\uff05', VOID: '\uff06' } as const
const PHASES = ['TRACE', 'KERNEL', 'TENSOR', 'LANE']
const REQUESTS = ['OPEN', 'SETTLED', 'EXPIRED']

/**
 * Equal for states from which the same can happen: times count from now, and what is over is over however long ago. A side that is not in turn
 * begins its next one with the extension at least, so that less is not told apart.
 */
export function keyOf(world: World, state: ModelState): string {
  const { now, deadline, request, reopened } = state
  let key = String.fromCharCode(REQUESTS.indexOf(request) * 2 + (reopened ? 1 : 0), Math.max(0, deadline + 1 - now))
  for (const assertion of state.assertions) key += keyOfAssertion(world, now, assertion)
  for (const [slot, game] of state.games.entries()) {
    const standing = game && state.assertions[world.games[slot]!.assertion]!.status === 'STANDING'
    key += keyOfGame(world, now, game, standing === true || world.flaw === 'GAMES_OUTLIVE_KILL')
  }
  return key
}

function keyOfAssertion(world: World, now: number, assertion: ModelAssertion | null): string {
  if (!assertion) return NONE
  if (assertion.status !== 'STANDING') return assertion.status === 'DEFEATED' ? DEFEATED : RELEASED
  const age = Math.max(0, livenessEnd(world, assertion) + 1 - now)
  return `${String.fromCharCode(age, assertion.order)}${assertion.posted}\uffff`
}

function keyOfGame(world: World, now: number, game: ModelGame | null, standing: boolean): string {
  if (!game) return NONE
  if (game.status !== 'IN_PROGRESS' || !standing) return ENDED[game.status]
  const { phase, kernel, element, position, turn, fresh } = game
  const used = now - game.since
  const other = Math.max(turn === 'ASSERTER' ? game.challenger : game.asserter, extensionOf(world))
  const expired = isExpired(game, now)
  const flags = PHASES.indexOf(phase) * 4 + (turn === 'ASSERTER' ? 2 : 0) + (fresh ? 1 : 0)
  return String.fromCharCode(flags, kernel, element, position, expired ? 0xffff : leftOf(game), expired ? 0 : used, other)
}
