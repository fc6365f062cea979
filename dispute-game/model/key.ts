import { isExpired, leftOf } from './clock.ts'
import { livenessEnd } from './rules.ts'
import type { ModelAssertion, ModelGame, ModelState, World } from './state.ts'
import { extensionOf } from './table.ts'

const character = (number: number): string => String.fromCharCode(number)
const STATUSES = ['IN_PROGRESS', 'CHALLENGER_WINS', 'DEFENDER_WINS', 'VOID']
const PHASES = ['TRACE', 'KERNEL', 'TENSOR', 'LANE']
const REQUESTS = ['OPEN', 'SETTLED', 'EXPIRED']

/**
 * Equal for states from which the same can happen: times count from now, and what is over is over however long ago. A side that is not in turn
 * begins its next one with the extension at least, so that less is not told apart.
 */
export function keyOf(world: World, state: ModelState): string {
  const { now, deadline, request, reopened } = state
  const head = character(REQUESTS.indexOf(request) * 2 + (reopened ? 1 : 0)) + character(Math.max(0, deadline + 1 - now))
  const assertions = state.assertions.map((assertion) => keyOfAssertion(world, now, assertion))
  const games = state.games.map((game, slot) => {
    const standing = game && state.assertions[world.games[slot]!.assertion]!.status === 'STANDING'
    return keyOfGame(world, now, game, standing === true || world.flaw === 'GAMES_OUTLIVE_KILL')
  })
  return `${head}${assertions.join('')}|${games.join('')}`
}

function keyOfAssertion(world: World, now: number, assertion: ModelAssertion | null): string {
  if (!assertion) return '-'
  if (assertion.status !== 'STANDING') return assertion.status === 'DEFEATED' ? 'X' : 'R'
  return character(Math.max(0, livenessEnd(world, assertion) + 1 - now)) + character(assertion.order) + assertion.posted + character(0xffff)
}

function keyOfGame(world: World, now: number, game: ModelGame | null, standing: boolean): string {
  if (!game) return '-'
  if (game.status !== 'IN_PROGRESS' || !standing) return STATUSES[STATUSES.indexOf(game.status)]!.slice(0, 2)
  const { phase, kernel, element, position, turn, fresh } = game
  const used = now - game.since
  const other = Math.max(turn === 'ASSERTER' ? game.challenger : game.asserter, extensionOf(world))
  const expired = isExpired(game, now)
  const flags = PHASES.indexOf(phase) * 4 + (turn === 'ASSERTER' ? 2 : 0) + (fresh ? 1 : 0)
  return [flags, kernel, element, position, expired ? 0xffff : leftOf(game), expired ? 0 : used, other].map(character).join('')
}
