import { before, describe, it } from 'node:test'
import { tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import type { Flaw, World } from '@opine/dispute-game/model/state.ts'
import { Random } from '@opine/models/ir/random.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import hre from 'hardhat'
import { Arena, ETHER, TERMS } from '../support/arena.ts'
import { providerOn } from '../support/embedded-chain.ts'
import { ChainBoard, type Player, type Rpc } from './chain-board.ts'
import { programGround } from './program-ground.ts'
import { tinyInput, tinyProgram } from './tiny-program.ts'
import { Disagreement, walk } from './walk.ts'

const WALKS = 300
const MOVES = 30
const [CONSUMER, HONEST, LIAR] = [1, 2, 3]
const REOPEN = 3600
const TIMES = { clock: 600, extension: 60, liveness: 1200, deadline: 1800, reopen: REOPEN }

/** What the walks must have come across for their agreement to say something. */
const ACCEPTED = [
  'assert',
  'open',
  'reveal',
  'swearInterior',
  'swearTotals',
  'descendTrace',
  'pick',
  'descendTensor',
  'step',
  'timeout',
].concat(['refund', 'settle', 'expire', 'proveTwoOaths'])
const REFUSED = ['NotInProgress', 'OutOfTime', 'NotChallenger', 'WrongPhase', 'WrongPath', 'NotYourTurn', 'NoSuchChild', 'PaddingIsZero']
  .concat(['NotInterior', 'WrongEvaluation', 'NoFraud', 'NotExpired', 'AssertionStands', 'WrongNodeCount', 'AlreadySworn', 'NotAsserter'])
  .concat(['OneOath', 'AlreadyOpen', 'NotStanding', 'LivenessOver', 'RequestNotOpen', 'NotFinal', 'BeforeDeadline', 'AssertionPending'])
const FLAWS: readonly Flaw[] = ['NO_EXTENSION', 'LATE_REVEAL_REVIVES', 'GAMES_OUTLIVE_KILL', 'STRANGERS_SWEAR', 'SETTLES_OVER_GAMES']

/** One lie of every kind; a liar may swear what fits, and what does not. */
const LIES = [
  '1:2:alone',
  '1:0:downstream:0x100',
  '4:1:alone',
  'interior:a',
  'interior:b',
  'total:1:3:1',
  'padding:1:5',
  'leaf:2',
  'leaf:6',
]

/** The trace itself, one with other interiors, one with other totals. */
function booksOf(trace: Trace): Trace[] {
  const flip = (kernel: number): Trace => {
    const bytes = trace.buffers[kernel]!.map((byte, i) => (i === 4 ? byte ^ 2 : byte))
    return { ...trace, buffers: trace.buffers.with(kernel, bytes), trees: trace.trees.with(kernel, tensorTree(bytes)) }
  }
  const totals = (kernel: number, element: number): Uint32Array =>
    trace.totals(kernel, element).map((total, i) => total + (i === 1 ? 9 : 0))
  return [trace, flip(0), flip(3), { ...trace, totals }]
}

describe('the model and the contracts', () => {
  let arena: Arena
  let rpc: Rpc
  let requestId: string
  let start: number
  let pool: readonly Player[]
  before(async () => {
    // What a dispute needs is written down in the second of its assertion; the model knows no such step.
    const connection = await hre.network.create({ override: { allowBlocksWithSameTimestamp: true } })
    rpc = (method, params) => connection.provider.request({ method, params: params as unknown[] })
    const chain = providerOn(connection.provider)
    arena = await Arena.create(tinyProgram(), { ...TERMS, clock: TIMES.clock, extension: TIMES.extension, levels: 1 }, chain)
    for (const who of [HONEST, LIAR]) await arena.stake(who, 100n * ETHER)
    start = (await arena.now()) + 100
    const terms = { liveness: TIMES.liveness, deadline: start + TIMES.deadline }
    const asked = await arena.ask(CONSUMER, tinyInput(5), terms)
    requestId = asked.requestId
    const truth = arena.truth(asked.input)
    const lies = LIES.map((lie) => tellLie(truth, parseLie(lie)).trace)
    pool = [{ account: HONEST, books: booksOf(truth) }, ...lies.map((lie) => ({ account: LIAR, books: booksOf(lie) }))]
  })

  /** Two assertions on one request, two games over the first and one over the second; nobody keeps to any strategy. */
  function cast(random: Random): { readonly world: World; readonly players: readonly Player[] } {
    const first = random.below(pool.length)
    const second = (first + 1 + random.below(pool.length - 1)) % pool.length
    const players = [pool[first]!, pool[second]!]
    const truth = pool[0]!.books[0]!
    const assertions = players.map(({ account, books }) => ({
      ground: programGround(truth, books, arena.salt(requestId, account), arena.levels),
      honest: false,
    }))
    return { players, world: { ...TIMES, assertions, games: [0, 0, 1].map((assertion) => ({ assertion, honest: false })) } }
  }

  /** Walks of one seed each, each from the same beginning; a flaw is in the model alone. */
  async function* walks(most: number, flaw?: Flaw): AsyncGenerator<readonly string[]> {
    let snapshot = await rpc('evm_snapshot', [])
    for (let seed = 0; seed < most; seed++) {
      const random = new Random(seed)
      const { world, players } = cast(random)
      const board = new ChainBoard(arena, rpc, requestId, world, players)
      try {
        yield await walk(board, flaw ? { ...world, flaw } : world, start, random, MOVES)
      } finally {
        await rpc('evm_revert', [snapshot])
        snapshot = await rpc('evm_snapshot', [])
      }
    }
  }

  it(`agree on every move of ${WALKS} random walks, legal or not: on refusals by name, phases, turns, clocks, nodes and outcomes`, async (test) => {
    const seen = new Map<string, number>()
    for await (const walked of walks(WALKS)) for (const what of walked) seen.set(what, (seen.get(what) ?? 0) + 1)
    const moves = [...seen.values()].reduce((sum, times) => sum + times, 0)
    const listed = [...seen].sort(([, a], [, b]) => b - a).map(([what, times]) => `${what} ${times}`)
    test.diagnostic(`${WALKS} walks, ${moves} moves: ${listed.join(', ')}`)
    for (const what of ACCEPTED) expect(seen.get(what), what).to.be.greaterThan(9)
    for (const what of REFUSED) expect(seen.get(what), what).to.be.greaterThan(4)
  })

  for (const flaw of FLAWS) {
    it(`would disagree if the model were wrong: ${flaw}`, async () => {
      let error: unknown
      try {
        for await (const _ of walks(WALKS, flaw));
      } catch (caught) {
        error = caught
      }
      expect(error).to.be.instanceOf(Disagreement)
    })
  }
})
