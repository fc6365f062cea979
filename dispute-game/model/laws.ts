import { isExpired } from './clock.ts'
import { isTrue } from './ground.ts'
import { survivor } from './rules.ts'
import type { ModelState, World } from './state.ts'

/** What must hold in every state. @returns  the law that is broken */
export function brokenLaw(world: World, state: ModelState): string | undefined {
  const { assertions, games, request } = state
  if (assertions.some((assertion, slot) => assertion?.status === 'DEFEATED' && world.assertions[slot]!.honest)) {
    return 'an honest asserter lost its bond'
  }
  if (games.some((game, slot) => game?.status === 'DEFENDER_WINS' && world.games[slot]!.honest)) return 'an honest challenger lost its game'
  const watched = world.assertions.every(({ honest }, slot) => honest || world.games.some((game) => game.assertion === slot && game.honest))
  if (watched && request === 'SETTLED' && !isTrue(world.assertions[survivor(state)]!.ground)) return 'a lie was settled'
  if (request === 'EXPIRED' && world.assertions.some(({ honest }) => honest)) return 'a request expired that was answered'
  return undefined
}

/** What must hold from one state to the next. */
export function brokenPassage(world: World, before: ModelState, after: ModelState): string | undefined {
  for (const [slot, game] of after.games.entries()) {
    const earlier = before.games[slot]
    if (!earlier || !game || earlier.status !== 'IN_PROGRESS' || !isExpired(earlier, before.now)) continue
    if (game.status === 'IN_PROGRESS' && !isExpired(game, after.now)) return 'a game came back to life'
    const fallen = before.assertions[world.games[slot]!.assertion]!.status === 'DEFEATED'
    const due = earlier.turn === 'ASSERTER' ? 'CHALLENGER_WINS' : 'DEFENDER_WINS'
    const ended = game.status !== 'IN_PROGRESS' && game.status !== 'VOID'
    if (ended && !fallen && game.status !== due) return 'who ran out of time won'
  }
  return undefined
}

/** Whether a play is over: the request is closed and no game is open. */
export const isOver = ({ request, games }: ModelState): boolean =>
  request !== 'OPEN' && games.every((game) => game === null || game.status !== 'IN_PROGRESS')
