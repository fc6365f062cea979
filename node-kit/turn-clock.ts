/** How long a move may take, in block time. @property deadline  unix seconds  @property whole  seconds that were left when the turn began */
export type TurnClock = { readonly deadline: number; readonly whole: number }

/** The clock of whoever is in turn. */
export function turnClock({ turn, since, asserter, challenger }: TurnState): TurnClock {
  const whole = turn === 'ASSERTER' ? asserter : challenger
  return { deadline: since + whole, whole }
}

/**
 * The clock by which one side has to be done: of its turn, or, in the other's, of a turn that it gets at once.
 * @param time  of the latest block, unix seconds
 */
export function clockOf(side: TurnState['turn'], clock: TurnState, time: number): TurnClock {
  if (clock.turn === side) return turnClock(clock)
  return turnClock({ ...clock, turn: side, since: time })
}

type TurnState = {
  readonly turn: 'ASSERTER' | 'CHALLENGER'
  readonly since: number
  readonly asserter: number
  readonly challenger: number
}

/** Whether less than a third of the clock is left at a block's time. */
export const isUrgent = (clock: TurnClock | undefined, time: number): boolean =>
  clock !== undefined && 3 * (clock.deadline - time) < clock.whole
