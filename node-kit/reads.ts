import { type GameView, PHASES, SIDES, type Side } from '@opine/dispute-game/game/types.ts'
import { fromHex, type Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Result } from 'ethers'
import type { Contracts } from './contracts.ts'

/** Twins of the structs and enums in contracts/interfaces; enums in the order of the contract's numbers. Times are unix seconds. */
export const REQUEST_STATUSES = ['NONE', 'OPEN', 'SETTLED', 'EXPIRED', 'EXPIRED_PARTIAL'] as const
export const ASSERTION_STATUSES = ['NONE', 'STANDING', 'RELEASED', 'DEFEATED'] as const
export const GAME_STATUSES = ['NONE', 'IN_PROGRESS', 'CHALLENGER_WINS', 'DEFENDER_WINS', 'VOID'] as const

export type RequestState = {
  readonly consumer: string
  readonly status: (typeof REQUEST_STATUSES)[number]
  readonly delivered: boolean
  readonly settledAt: number
  readonly fee: bigint
  readonly deadline: number
  readonly liveness: number
  readonly bond: bigint
  /** Different asserters that have to agree. */
  readonly redundancy: number
  readonly optimistic: boolean
  /** Which of its assertions, counted from 0, an optimistic consumer heard; null for none. */
  readonly toldAt: number | null
  readonly programRoot: Hex
  readonly settledBy: Hex
}

export type AssertionState = {
  readonly request: Hex
  readonly asserter: string
  /** From when on its liveness is to be counted: later than it was made by the time that the sequencer was down since. */
  readonly assertedAt: number
  readonly openGames: number
  readonly status: (typeof ASSERTION_STATUSES)[number]
  readonly traceRoot: Hex
}

/** A turn's clock; `since` is later by the time that the sequencer was down since. */
export type ClockState = { readonly turn: Side; readonly since: number; readonly asserter: number; readonly challenger: number }

/** A game as it stands now, with what was revealed or sworn elsewhere taken into account. `order` counts all games, from 1. */
export type GameState = {
  readonly assertion: Hex
  readonly challenger: string
  readonly openedIn: number
  readonly status: (typeof GAME_STATUSES)[number]
  readonly clock: ClockState
  readonly order: number
  readonly view: GameView
}

export type ModelState = {
  readonly bufferRoot: Hex
  readonly inputs: number
  readonly constants: number
  readonly kernels: number
  readonly outputs: number
}

export async function readRequest({ oracle }: Contracts, requestId: Hex): Promise<RequestState> {
  const [r] = (await oracle.read('request', requestId)) as unknown as [Result]
  const terms = r.terms as Result
  return {
    consumer: r.consumer as string,
    status: REQUEST_STATUSES[Number(r.status)]!,
    delivered: r.delivered as boolean,
    settledAt: Number(r.settledAt),
    fee: terms.fee as bigint,
    deadline: Number(terms.deadline),
    liveness: Number(terms.liveness),
    bond: terms.bond as bigint,
    redundancy: Number(terms.redundancy),
    optimistic: terms.optimistic as boolean,
    toldAt: Number(r.told) === 0 ? null : Number(r.told) - 1,
    programRoot: r.programRoot as Hex,
    settledBy: r.settledBy as Hex,
  }
}

export async function readAssertion({ oracle, pausedSince }: Contracts, assertionId: Hex): Promise<AssertionState> {
  const [a] = (await oracle.read('assertion', assertionId)) as unknown as [Result]
  const assertedAt = Number(a.assertedAt)
  return {
    request: a.request as Hex,
    asserter: a.asserter as string,
    assertedAt: assertedAt === 0 ? 0 : assertedAt + (await pausedSince(assertedAt)),
    openGames: Number(a.openGames),
    status: ASSERTION_STATUSES[Number(a.status)]!,
    traceRoot: a.traceRoot as Hex,
  }
}

/** All assertions of a request, in their order. */
export async function readAssertionIds({ oracle }: Contracts, requestId: Hex): Promise<Hex[]> {
  const [count] = (await oracle.read('assertionCount', requestId)) as unknown as [bigint]
  const ids = Array.from({ length: Number(count) }, (_, index) => oracle.read('assertionAt', requestId, index))
  return (await Promise.all(ids)).map((result) => result[0] as Hex)
}

export async function readGame({ game, pausedSince }: Contracts, gameId: Hex): Promise<GameState> {
  const [g] = (await game.read('game', gameId)) as unknown as [Result]
  const clock = g.clock as Result
  const since = Number(clock.since)
  return {
    assertion: g.assertion as Hex,
    challenger: g.challenger as string,
    openedIn: Number(g.openedIn),
    status: GAME_STATUSES[Number(g.status)]!,
    clock: {
      turn: SIDES[Number(clock.turn)]!,
      since: since === 0 ? 0 : since + (await pausedSince(since)),
      asserter: Number(clock.asserter),
      challenger: Number(clock.challenger),
    },
    order: Number(g.order),
    view: {
      phase: PHASES[Number(g.phase)]!,
      kernel: Number(g.kernel),
      element: Number(g.element),
      position: Number(g.position),
      node: fromHex(g.node as string, 32),
    },
  }
}

export async function readModel({ models }: Contracts, programRoot: Hex): Promise<ModelState> {
  const [m] = (await models.read('model', programRoot)) as unknown as [Result]
  const count = (name: string): number => Number(m[name])
  return {
    bufferRoot: m.bufferRoot as Hex,
    inputs: count('inputs'),
    constants: count('constants'),
    kernels: count('kernels'),
    outputs: count('outputs'),
  }
}

/** Whether the assertion fell, in whichever game. */
export async function readFallen({ game }: Contracts, assertionId: Hex): Promise<boolean> {
  const [kill] = (await game.read('killOf', assertionId)) as unknown as [Result]
  return Number(kill.order) !== 0
}

/** Key of the place at which a game waits for, or has got, a reveal or an oath. */
export const readPlace = async ({ game }: Contracts, gameId: Hex): Promise<Hex> => (await game.read('placeOf', gameId))[0] as Hex

export async function readStake({ operators }: Contracts, account: string): Promise<{ readonly total: bigint; readonly locked: bigint }> {
  const [total, locked] = (await operators.read('stakeOf', account)) as unknown as [bigint, bigint]
  return { total, locked }
}

/** What the account can withdraw now; less than its payouts while they pass the air gap or are frozen. */
export const readReady = async ({ operators }: Contracts, account: string): Promise<bigint> =>
  (await operators.read('readyOf', account))[0] as bigint

/** What the vault owes the account, ready or not. */
export const readPayout = async ({ operators }: Contracts, account: string): Promise<bigint> =>
  (await operators.read('payoutOf', account))[0] as bigint

/** Whether the side in turn has run out of time at a block's time. */
export const isExpired = ({ turn, since, asserter, challenger }: ClockState, time: number): boolean =>
  time - since > (turn === 'ASSERTER' ? asserter : challenger)
