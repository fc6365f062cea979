import { before, describe, it } from 'node:test'
import { EVALUATIONS, type Evaluation } from '@opine/dispute-game/game/types.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { bufferOf, type Program } from '@opine/models/ir/types.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { bufferProof } from '@opine/models/trace/program-tree.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { Arena, type Asserted, ETHER, revertName, TERMS } from '../support/arena.ts'
import { oathsOf, packRoots } from '../support/oaths.ts'
import { proofCalls, serve } from '../support/one-shot.ts'
import { play, STATUS, stateOf } from '../support/player.ts'

const [CONSUMER, LIAR, HONEST, CHALLENGER, COPIER] = [1, 2, 3, 4, 5] as const
const BROKEN = 4

/** Runs like the sample network, but a load of one kernel fills with a NaN that is not the one. */
function invalidNetwork(): Program {
  const network = sampleNetwork()
  const broken = (kernel: Program['kernels'][number]) => ({
    ...kernel,
    loads: kernel.loads.map((load, i) => (i === 1 ? { ...load, fill: 0x7fc00001 } : load)),
  })
  return { ...network, kernels: network.kernels.map((kernel, k) => (k === BROKEN ? broken(kernel) : kernel)) }
}

type Fight = { arena: Arena; truth: Trace; lying: Asserted; gameId: string; copies: readonly string[] }

/** Plays to the win; the copier makes the same moves in its own games, as far as they are the challenger's to make. */
async function playedOut({ arena, gameId, lying, truth, copies }: Fight): Promise<void> {
  await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER }, async ({ name, args }) => {
    if (name === 'step' || (await stateOf(arena, gameId)).status !== STATUS.IN_PROGRESS) return
    for (const copy of copies) await arena.send(arena.game(COPIER).getFunction(name)(copy, ...args.slice(1)))
  })
}

async function oneShot({ arena, gameId, lying, truth }: Fight): Promise<void> {
  const { calls } = await proofCalls(arena, gameId, lying, truth, serve(arena, LIAR, lying))
  await arena.send(arena.game(CHALLENGER).getFunction('multicall')(calls))
}

async function silence({ arena, gameId }: Fight): Promise<void> {
  await arena.pass(TERMS.clock + 1)
  await arena.send(arena.game(CHALLENGER).getFunction('timeout')(gameId))
}

async function twoOaths({ arena, gameId, lying }: Fight): Promise<void> {
  const oaths = oathsOf(arena, LIAR, lying.id)
  const [one, other] = [1, 2].map((byte) => {
    const roots = [new Uint8Array(32).fill(byte)]
    return { list: packRoots(roots), signature: oaths.interior(0, roots) }
  })
  await arena.send(arena.game(CHALLENGER).getFunction('proveTwoOaths')(gameId, 1, 0, 0, one, other))
}

async function invalidKernel({ arena, gameId }: Fight): Promise<void> {
  const own = bufferOf(arena.program, BROKEN)
  const buffers = new Set([...arena.program.kernels[BROKEN]!.loads.map(({ buffer }) => buffer), own - 1])
  const operands = [...buffers].sort((a, b) => a - b).map((buffer) => ({ buffer, proof: bufferProof(arena.tree, buffer) }))
  const descriptor = encodeKernel(arena.program.kernels[BROKEN]!)
  await arena.send(arena.game(CHALLENGER).getFunction('stepInvalid')(gameId, BROKEN, bufferProof(arena.tree, own), descriptor, operands))
}

/** Every way to win: of what program, by what lie, how. */
const WAYS: readonly (readonly [string, () => Program, string, (fight: Fight) => Promise<void>])[] = [
  ['a false block', sampleNetwork, 'total:3:2:0:0x400000', playedOut],
  ['a false result', sampleNetwork, '3:4:downstream:0x800000', playedOut],
  ['a false element', sampleNetwork, '0:5:downstream:0x400000', playedOut],
  ['padding that is not zero', sampleNetwork, 'leaf:6', playedOut],
  ['a one-shot proof', sampleNetwork, '1:70:downstream:0x800000', oneShot],
  ['the asserter’s silence', sampleNetwork, '3:4:downstream:0x800000', silence],
  ['two oaths', sampleNetwork, '5:0:alone:0x1', twoOaths],
  ['an invalid program', invalidNetwork, '3:4:downstream:0x800000', invalidKernel],
]

const EVALUATION_OF: Readonly<Record<string, Evaluation>> = {
  'a false block': 'BLOCK',
  'a false result': 'RESULT',
  'a false element': 'ELEMENT',
}

describe('the honest winner is paid, and who copies its moves with a zero, random or copied root is not, after', () => {
  const arenas = new Map<() => Program, Arena>()
  before(async () => {
    for (const program of [sampleNetwork, invalidNetwork]) {
      const arena = await Arena.create(program())
      for (const who of [LIAR, HONEST]) await arena.stake(who, 30n * ETHER)
      arenas.set(program, arena)
    }
  })

  for (const [index, [way, program, lie, win]] of WAYS.entries()) {
    it(way, async () => {
      const arena = arenas.get(program)!
      const asked = await arena.ask(CONSUMER, sampleImage(index), { liveness: 7200 })
      const truth = arena.truth(asked.input)
      const lying = await arena.assert(LIAR, asked, tellLie(truth, parseLie(lie)).trace)
      const honest = await arena.assert(HONEST, asked, truth)
      const own = arena.ownRoot(CHALLENGER, asked.requestId, truth)
      // The copier is first: it saw the challenger's opening before it was mined.
      const roots = [new Uint8Array(32), new Uint8Array(32).fill(0x5a), own]
      const copies: string[] = []
      for (const root of roots) copies.push(await arena.open(COPIER, lying, root))
      const gameId = await arena.open(CHALLENGER, lying, own)
      await win({ arena, truth, lying, gameId, copies })
      expect((await stateOf(arena, gameId)).status).to.equal(STATUS.CHALLENGER_WINS)
      const steps = await arena.game(0).queryFilter(arena.game(0).filters.StepProved!(gameId))
      const evaluations = steps.map((event) => Number((event as unknown as { args: { evaluation: bigint } }).args.evaluation))
      if (way in EVALUATION_OF) expect(evaluations).to.deep.equal([EVALUATIONS.indexOf(EVALUATION_OF[way]!)])
      await arena.pass(7201)
      await arena.send(arena.oracle(0).getFunction('settle')(asked.requestId, honest.output))

      /** Claims with a root, opening the leaves that would be right under the salt of `as`. */
      const claim = async (game: string, who: number, root: Uint8Array, as: number): Promise<string> => {
        const claims = arena.claims(who)
        const started = await revertName(claims.getFunction('startClaim')(game))
        if (started !== 'none' && started !== 'RewardClaims_AlreadyStarted') return started
        for (let i = 0; i < 3; i++) await arena.provider.send('evm_mine', [])
        const [mine, settled] = [traceTree(truth, arena.salt(asked.requestId, as)), traceTree(truth, honest.salt)]
        const drawn: bigint[] = await claims.getFunction('drawnKernels')(game)
        const leaves = drawn.map(Number).map((kernel) => {
          return { tensorRoot: rootOf(truth.trees[kernel]!), mine: branch(mine, kernel), settled: branch(settled, kernel) }
        })
        return revertName(claims.getFunction('proveClaim')(game, root, leaves))
      }
      for (const [i, copy] of copies.entries()) {
        for (const as of [COPIER, CHALLENGER]) {
          // A clock that ran out while the copier waited ends its claim before any leaf is looked at.
          expect(await claim(copy, COPIER, roots[i]!, as)).to.be.oneOf(['RewardClaims_LeafDiffers', 'RewardClaims_NotClaimant'])
        }
      }
      expect(await claim(gameId, CHALLENGER, own, CHALLENGER)).to.equal('none')
      await arena.pass(TERMS.claimWindow + 1)
      const before = [await arena.payout(CHALLENGER), await arena.payout(COPIER)]
      const receipt = await arena.send(arena.claims(0).getFunction('payClaim')(lying.id))
      const paid = arena.events(receipt, arena.claims(0), 'RewardPaid')[0]!
      expect(paid.gameId as Hex).to.equal(gameId)
      expect(paid.amount >= ETHER / 10n && paid.amount <= ETHER / 5n, String(paid.amount)).to.equal(true)
      expect((await arena.payout(CHALLENGER)) - before[0]!).to.equal(paid.amount)
      expect(await arena.payout(COPIER)).to.equal(before[1])
    })
  }
})
