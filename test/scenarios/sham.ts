import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import type { Arena, Asserted } from '../support/arena.ts'
import { STATUS, type State, stateOf } from '../support/player.ts'
import { aimless } from '../support/wander.ts'
import type { Stage } from './stage.ts'

/** The true answer that an account gave to a request, as scripted players know it. */
export async function trueAnswer(stage: Stage, arena: Arena, requestId: Hex, who: number, input: Uint8Array): Promise<Asserted> {
  const trace = stage.truth(input)
  const { id } = (await stage.assertions(requestId)).find(({ asserter }) => asserter === stage.address(who))!
  return { id, output: outputBytes(trace), salt: arena.salt(requestId, who), trace }
}

/** Opens a game over a true answer with a root that means nothing. */
export const openSham = (arena: Arena, who: number, answer: Asserted): Promise<string> =>
  arena.open(who, answer, new Uint8Array(32).fill(who))

/** Waits until the asserter, a process, has moved. */
export async function challengersTurn(stage: Stage, arena: Arena, gameId: string): Promise<State> {
  await stage.until('the asserter moved', async () => (await stateOf(arena, gameId)).turn === 'CHALLENGER')
  return stateOf(arena, gameId)
}

/**
 * Plays a challenger without a case against an asserter that is a process, down to a number that is true.
 * @returns how many moves it made
 */
export async function loseOnPurpose(stage: Stage, arena: Arena, gameId: string, who: number, answer: Asserted): Promise<number> {
  for (let moves = 0; moves < 40; moves++) {
    const state = await challengersTurn(stage, arena, gameId)
    if (state.status !== STATUS.IN_PROGRESS || state.phase === 'LANE') return moves
    const { name, args } = aimless(arena, state, answer, who + moves)
    // Not what the node reckons now: where blocks come by the clock, the move may be mined a second later, and write one number more.
    await arena.send(arena.game(who).getFunction(name)(gameId, ...args, { gasLimit: 3_000_000n }))
  }
  throw new Error(`game ${gameId} did not come to a number within 40 moves`)
}
