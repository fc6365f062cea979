import { type GameView, PHASES, SIDES, type Side } from '@opine/dispute-game/game/types.ts'
import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import { placeOf } from '@opine/node-kit/ids.ts'
import type { PostedRecord } from '@opine/node-kit/journal.ts'
import { ASSERTION_STATUSES, GAME_STATUSES, REQUEST_STATUSES } from '@opine/node-kit/reads.ts'
import type { Result } from 'ethers'
import { tinyInput } from '../model/tiny-program.ts'
import type { Happening, World } from './world.ts'

export type RequestFact = {
  readonly id: string
  readonly nonce: bigint
  readonly input: number
  readonly status: (typeof REQUEST_STATUSES)[number]
  readonly deadline: number
  readonly liveness: number
  readonly settledBy: string
}
export type AssertionFact = {
  readonly id: string
  readonly request: RequestFact
  readonly index: number
  readonly asserter: string
  readonly output: string
  readonly root: string
  readonly status: (typeof ASSERTION_STATUSES)[number]
  readonly assertedAt: number
  readonly openGames: number
  readonly prepared: boolean
  /** Until when the reward of a defeated one can be claimed; 0 before there is one. */
  readonly windowEnd: number
}
export type GameFact = {
  readonly id: string
  readonly assertion: AssertionFact
  readonly challenger: string
  readonly root: string
  readonly status: (typeof GAME_STATUSES)[number]
  readonly turn: Side
  readonly deadline: number
  readonly view: GameView
}

/** How the world stands, read anew at every tick: nobody remembers what a reorganisation may have taken back. */
export type Facts = {
  readonly number: number
  readonly now: number
  readonly requests: readonly RequestFact[]
  readonly assertions: readonly AssertionFact[]
  readonly games: readonly GameFact[]
  readonly happenings: readonly Happening[]
  readonly posted: ReadonlyMap<string, PostedRecord>
  /** Wei reserved for rewards that are not paid yet. */
  readonly rewards: bigint
}

export async function readFacts(world: World, fromBlock: number, inputs: readonly number[]): Promise<Facts> {
  const { number, time } = await world.head()
  const happenings = await world.happenings(fromBlock)
  const named = (name: string): Result[] => happenings.flatMap((h) => (h.name === name ? [h.args] : []))
  const known = new Map(inputs.map((input) => [`0x${Buffer.from(tinyInput(input)).toString('hex')}`, input]))
  const requests = await Promise.all(named('InferenceRequested').map((args) => requestOf(world, args, known.get(args.input)!)))
  const byId = new Map(requests.map((request) => [request.id, request]))
  const assertions = await Promise.all(named('AssertionMade').map((args) => assertionOf(world, args, byId.get(args.requestId)!)))
  const asserted = new Map(assertions.map((assertion) => [assertion.id, assertion]))
  const games = await Promise.all(named('GameOpened').map((args) => gameOf(world, args, asserted.get(args.assertionId)!)))
  const [rewards] = (await world.read('operators', 'payoutOf', world.arena.deployment.claims)) as unknown as [bigint]
  return { number, now: time, requests, assertions: withIndices(assertions), games, happenings, posted: postedOf(happenings), rewards }
}

async function requestOf(world: World, { requestId: id, nonce }: Result, input: number): Promise<RequestFact> {
  const [r] = (await world.read('oracle', 'request', id)) as unknown as [Result]
  const terms = r.terms as Result
  return {
    id,
    nonce,
    input,
    status: REQUEST_STATUSES[Number(r.status)]!,
    deadline: Number(terms.deadline),
    liveness: Number(terms.liveness),
    settledBy: r.settledBy,
  }
}

async function assertionOf(
  world: World,
  { assertionId: id, asserter, output, traceRoot }: Result,
  request: RequestFact,
): Promise<AssertionFact> {
  const [a] = (await world.read('oracle', 'assertion', id)) as unknown as [Result]
  const status = ASSERTION_STATUSES[Number(a.status)]!
  const paid = status === 'DEFEATED' && request.status === 'SETTLED'
  const [end] = paid ? ((await world.read('claims', 'windowEnd', id)) as unknown as [bigint]) : [0n]
  const [assertedAt, openGames] = [Number(a.assertedAt), Number(a.openGames)]
  return {
    id,
    request,
    index: 0,
    asserter,
    output,
    root: traceRoot,
    status,
    assertedAt,
    openGames,
    prepared: BigInt(a.request) !== 0n,
    windowEnd: Number(end),
  }
}

/** An assertion's number among those of its request. */
const withIndices = (assertions: readonly AssertionFact[]): AssertionFact[] =>
  assertions.map((assertion, at) => ({
    ...assertion,
    index: assertions.slice(0, at).filter(({ request }) => request === assertion.request).length,
  }))

async function gameOf(world: World, { gameId: id, challenger, root }: Result, assertion: AssertionFact): Promise<GameFact> {
  const [g] = (await world.read('game', 'game', id)) as unknown as [Result]
  const clock = g.clock as Result
  const turn = SIDES[Number(clock.turn)]!
  const deadline = Number(clock.since) + Number(turn === 'ASSERTER' ? clock.asserter : clock.challenger)
  const view = {
    phase: PHASES[Number(g.phase)]!,
    kernel: Number(g.kernel),
    element: Number(g.element),
    position: Number(g.position),
    node: fromHex(g.node, 32),
  }
  return { id, assertion, challenger, root, status: GAME_STATUSES[Number(g.status)]!, turn, deadline, view }
}

/** What was revealed or sworn, by place, from the events. */
function postedOf(happenings: readonly Happening[]): ReadonlyMap<string, PostedRecord> {
  return new Map(
    happenings.flatMap(({ name, args: a }): [string, PostedRecord][] => {
      if (name === 'NodeRevealed') return [[a.place, { nodes: [...a.nodes], totals: [] }]]
      if (name === 'InteriorSworn') return [[placeOf(a.assertionId, 'KERNEL', Number(a.first), 0), { nodes: [...a.roots], totals: [] }]]
      if (name !== 'TotalsSworn') return []
      return [[placeOf(a.assertionId, 'LANE', Number(a.kernel), Number(a.element)), { nodes: [], totals: [...a.totals].map(Number) }]]
    }),
  )
}
