import type { ModelGame } from './state.ts'

/** The chess clock of contracts/types/Clock.sol. */

export const leftOf = (game: ModelGame): number => (game.turn === 'ASSERTER' ? game.asserter : game.challenger)

/** Whether the side in turn had run out of time at `time`. */
export const isExpired = (game: ModelGame, time: number): boolean => time - game.since > leftOf(game)

/** Ends the turn at `time` and begins that of `turn`, which has at least the extension. */
export function passTurn(game: ModelGame, turn: 'ASSERTER' | 'CHALLENGER', time: number, extension: number): ModelGame {
  const used = time - game.since
  const asserter = Math.max(0, game.asserter - (game.turn === 'ASSERTER' ? used : 0))
  const challenger = Math.max(0, game.challenger - (game.turn === 'CHALLENGER' ? used : 0))
  return {
    ...game,
    turn,
    since: time,
    asserter: turn === 'ASSERTER' ? Math.max(asserter, extension) : asserter,
    challenger: turn === 'CHALLENGER' ? Math.max(challenger, extension) : challenger,
  }
}
