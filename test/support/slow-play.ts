import { attack } from '@opine/dispute-game/game/attack.ts'
import { defend } from '@opine/dispute-game/game/defend.ts'
import type { Phase } from '@opine/dispute-game/game/types.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Arena, Asserted } from './arena.ts'
import { attackCall, postedOf, STATUS, type State, sendDefence, stateOf } from './player.ts'

type Call = { readonly name: string; readonly args: readonly unknown[] }

/**
 * @property challenge  the challenger's call in a state
 * @property silentIn   the phase in which the asserter lets its time run out, if it does
 * @property lapsesIn   the phase in which the challenger does
 */
export type SlowGame = {
  readonly id: string
  readonly assertion: Asserted
  readonly asserter: number
  readonly challenger: number
  readonly challenge: (state: State) => Promise<Call>
  readonly silentIn?: Phase
  readonly lapsesIn?: Phase
}

/** Seconds before the end of a turn at which it is played: room for one transaction of every game. */
const MARGIN = 60
const KEEPER = 0

/** The honest challenger's calls, from the true trace. */
export function honestChallenge(arena: Arena, id: string, assertion: Asserted, truth: Trace): SlowGame['challenge'] {
  const own = providerOf(truth, assertion.salt, arena.levels)
  return async (state) => {
    const move = attack(state, own, await postedOf(arena, id, assertion.id))
    return attackCall(arena, id, assertion.id, truth, own, move)
  }
}

/** Mines the next transaction at a time, or right away if that is past. */
export async function at(arena: Arena, time: number): Promise<void> {
  if (time > (await arena.now())) await arena.provider.send('evm_setNextBlockTimestamp', [time])
}

/**
 * Plays games to their ends, any number at once, as slowly as parties can that do not lose by it: each moves at the end of its turn, and who
 * runs out of time is timed out at once.
 * @returns the status in which each ended
 */
export async function playSlowly(arena: Arena, games: readonly SlowGame[]): Promise<number[]> {
  const standing = new Map<SlowGame, State>()
  for (const game of games) standing.set(game, await stateOf(arena, game.id))
  for (;;) {
    const next = soonest(standing)
    if (!next) return games.map((game) => standing.get(game)!.status)
    const state = standing.get(next)!
    await at(arena, dueAt(next, state))
    await play(arena, next, state)
    // What was posted counts in all games over the assertion.
    const shared = state.turn === 'ASSERTER' ? games.filter(({ assertion }) => assertion.id === next.assertion.id) : [next]
    for (const game of shared) standing.set(game, await stateOf(arena, game.id))
  }
}

const lapses = (game: SlowGame, { phase, turn }: State): boolean => phase === (turn === 'ASSERTER' ? game.silentIn : game.lapsesIn)

/** A silent turn ends after its last second, any other one before it. */
const dueAt = (game: SlowGame, state: State): number => (lapses(game, state) ? state.deadline + 1 : state.deadline - MARGIN)

function soonest(standing: ReadonlyMap<SlowGame, State>): SlowGame | undefined {
  const open = [...standing].filter(([, { status }]) => status === STATUS.IN_PROGRESS)
  const times = open.map(([game, state]) => dueAt(game, state))
  return open[times.indexOf(Math.min(...times))]?.[0]
}

async function play(arena: Arena, game: SlowGame, state: State): Promise<void> {
  const { id, assertion, asserter, challenger } = game
  if (lapses(game, state)) {
    await arena.send(arena.game(KEEPER).getFunction('timeout')(id))
  } else if (state.turn === 'ASSERTER') {
    await sendDefence(arena, asserter, id, defend(state, providerOf(assertion.trace, assertion.salt, arena.levels)))
  } else {
    const { name, args } = await game.challenge(state)
    await arena.send(arena.game(challenger).getFunction(name)(...args))
  }
}
