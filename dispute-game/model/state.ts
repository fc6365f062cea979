import type { Evaluation, Side } from '../game/types.ts'
import type { Ground, Place } from './ground.ts'

export type GameStatus = 'IN_PROGRESS' | 'CHALLENGER_WINS' | 'DEFENDER_WINS' | 'VOID'

/**
 * A game of the model. Times are whole seconds, or ticks in an exploration.
 * @property since       when the turn began
 * @property asserter    what the asserter had left when its last turn began
 * @property challenger  likewise
 * @property fresh       opened in the present block
 */
export type ModelGame = Place & {
  readonly status: GameStatus
  readonly turn: Side
  readonly since: number
  readonly asserter: number
  readonly challenger: number
  readonly fresh: boolean
}

/**
 * @property order   number among the assertions of the request
 * @property posted  places at which something was revealed or sworn, and by which book: pairs of characters, in order of place
 */
export type ModelAssertion = {
  readonly status: 'STANDING' | 'RELEASED' | 'DEFEATED'
  readonly at: number
  readonly order: number
  readonly posted: string
}

/** @property assertions, games  by slot; null before they are made */
export type ModelState = {
  readonly now: number
  readonly request: 'OPEN' | 'SETTLED' | 'EXPIRED'
  readonly deadline: number
  readonly reopened: boolean
  readonly assertions: readonly (ModelAssertion | null)[]
  readonly games: readonly (ModelGame | null)[]
}

/** A rule of the protocol that is taken out, to show that the exploration notices. */
export type Flaw =
  | 'STRANGERS_SWEAR'
  | 'LATE_REVEAL_REVIVES'
  | 'GAMES_OUTLIVE_KILL'
  | 'NO_EXTENSION'
  | 'TRUE_STEP_ENDS_GAME'
  | 'TRUE_STEP_WINS'
  | 'ANYBODY_DESCENDS'
  | 'SETTLES_OVER_GAMES'
  | 'SILENCE_IS_FREE'
  | 'NO_TIMEOUT'
  | 'OPENS_LATE'
  | 'PICKS_BEFORE_OATH'

/**
 * A cast: who may do what. Games and assertions are slots that are filled in some order, or stay empty.
 * @property liveness, clock, extension, deadline, reopen  in seconds or ticks, as in the contracts
 */
export type World = {
  readonly liveness: number
  readonly clock: number
  readonly extension: number
  readonly deadline: number
  readonly reopen: number
  readonly assertions: readonly { readonly ground: Ground; readonly honest: boolean }[]
  readonly games: readonly { readonly assertion: number; readonly honest: boolean }[]
  readonly flaw?: Flaw
}

export type Sender = 'ASSERTER' | 'CHALLENGER' | 'STRANGER'

type InGame = { readonly game: number; readonly by: Sender }

/**
 * What can happen. `game` and `assertion` are slots. A descent shows nodes of the asserter's trees, an oath the content of one of its books;
 * `wait` passes seconds, or with 0 just a block.
 */
export type ModelMove =
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'assert'; readonly assertion: number }
  | ({ readonly kind: 'open' } & InGame)
  | ({ readonly kind: 'reveal' } & InGame)
  | ({ readonly kind: 'timeout' } & InGame)
  | ({ readonly kind: 'refund' } & InGame)
  | ({ readonly kind: 'swearInterior'; readonly book: number } & InGame)
  | ({ readonly kind: 'swearTotals'; readonly book: number } & InGame)
  | ({ readonly kind: 'proveTwoOaths'; readonly one: number; readonly other: number } & InGame)
  | ({ readonly kind: 'descendTrace'; readonly levels: number; readonly child: number } & InGame)
  | ({ readonly kind: 'pick'; readonly kernel: number } & InGame)
  | ({ readonly kind: 'descendTensor'; readonly levels: number; readonly child: number; readonly lane: number } & InGame)
  | ({ readonly kind: 'step'; readonly evaluation: Evaluation; readonly block: number } & InGame)
  | { readonly kind: 'settle' | 'expire' }

/** Why a move is refused: the name of the contract's error without the contract's. */
export type Refusal =
  | 'NotInProgress'
  | 'OutOfTime'
  | 'NotChallenger'
  | 'WrongPhase'
  | 'WrongPath'
  | 'NotYourTurn'
  | 'NoSuchChild'
  | 'PaddingIsZero'
  | 'OpenedInThisBlock'
  | 'NotInterior'
  | 'WrongEvaluation'
  | 'WrongTotals'
  | 'NoFraud'
  | 'NotExpired'
  | 'AssertionStands'
  | 'WrongNodeCount'
  | 'AlreadySworn'
  | 'NotAsserter'
  | 'OneOath'
  | 'AlreadyOpen'
  | 'NotStanding'
  | 'LivenessOver'
  | 'RequestNotOpen'
  | 'NoSurvivor'
  | 'NotFinal'
  | 'BeforeDeadline'
  | 'AssertionPending'
  | 'AfterDeadline'
  | 'AlreadyAsserted'

export const opening = ({ assertions, games, deadline }: World, now = 0): ModelState => ({
  now,
  request: 'OPEN',
  deadline: now + deadline,
  reopened: false,
  assertions: assertions.map(() => null),
  games: games.map(() => null),
})
