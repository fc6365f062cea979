import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { Random } from '@opine/models/ir/random.ts'
import { randomProgram } from '@opine/models/ir/random-program.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { gameIdOf } from '@opine/node-kit/ids.ts'
import { expect } from 'chai'
import { Arena, type Asserted, ETHER, revertName, TERMS } from '../support/arena.ts'
import { proofCalls, serve } from '../support/one-shot.ts'
import { attackCall, STATUS, sendDefence, stateOf } from '../support/player.ts'

const [CONSUMER, LIAR, CHALLENGER, HONEST] = [1, 2, 3, 4] as const
const MOST_GAS = 1_200_000n
const multicall = (arena: Arena, calls: readonly string[]) => arena.game(CHALLENGER).getFunction('multicall')(calls)
const dry = (arena: Arena, calls: readonly string[]) => revertName(arena.game(CHALLENGER).getFunction('multicall').staticCall(calls))

const inputOf = (program: Program): Uint8Array =>
  new Uint8Array(
    program.inputs.reduce((sum, { type, count }) => sum + count * ({ f32: 4, i32: 4, i8: 1, u8: 1, f16: 2 } as const)[type], 0),
  )

/** A random program with interiors and a fold of several blocks, on which every lie below has an effect. */
const random = randomProgram(new Random(27))
const digits = compile(readFileSync(join(import.meta.dirname, '../../models/zoo/digits/digits.onnx'))).program

const SUBJECTS: readonly (readonly [string, Program, Uint8Array, readonly string[]])[] = [
  [
    'the digit model',
    digits,
    new Uint8Array(toInput(SAMPLES[3]!.pixels).buffer),
    ['total:4:0:1:0x00800000', 'interior:7', '9:3:alone:0x1', '0:100:downstream:0x800000', 'leaf:15'],
  ],
  ['a random program', random, inputOf(random), ['random:1', 'random:2', 'random:3', 'random:4']],
]

for (const [what, program, input, lies] of SUBJECTS)
  describe(`a one-shot proof against ${what}`, () => {
    let arena: Arena
    before(async () => {
      arena = await Arena.create(program)
      await arena.stake(LIAR, 20n * ETHER)
    })

    for (const lie of lies) {
      it(`is one transaction of at most ${MOST_GAS} gas: ${lie}`, async (test) => {
        const asked = await arena.ask(CONSUMER, input)
        const truth = arena.truth(input)
        const told = tellLie(truth, parseLie(lie))
        const assertion = await arena.assert(LIAR, asked, told.trace)
        const gameId = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth))
        const { kinds, calls } = await proofCalls(arena, gameId, assertion, truth, serve(arena, LIAR, assertion))
        const receipt = await arena.send(multicall(arena, calls))
        expect((await stateOf(arena, gameId)).status).to.equal(STATUS.CHALLENGER_WINS)
        expect(receipt.gasUsed <= MOST_GAS, String(receipt.gasUsed)).to.equal(true)
        test.diagnostic(`${lie}: ${receipt.gasUsed} gas after the opening: ${kinds.join(', ')}`)
      })
    }
  })

describe('a path to the bottom of a tree', () => {
  let arena: Arena
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    for (const who of [LIAR, HONEST]) await arena.stake(who, 20n * ETHER)
  })

  type Fight = { assertion: Asserted; gameId: string; truth: Trace }
  async function fight(seed: number, lie: string | null): Promise<Fight> {
    const asked = await arena.ask(CONSUMER, sampleImage(seed))
    const truth = arena.truth(asked.input)
    const who = lie === null ? HONEST : LIAR
    const assertion = await arena.assert(who, asked, lie === null ? truth : tellLie(truth, parseLie(lie)).trace)
    return { assertion, truth, gameId: await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth)) }
  }

  it('does not let anything of a segment be chosen before its interior is sworn', async () => {
    const { assertion, gameId, truth } = await fight(1, '1:70:downstream:0x800000')
    const { kinds, calls } = await proofCalls(arena, gameId, assertion, truth, serve(arena, LIAR, assertion))
    expect(kinds).to.deep.equal(['descendTrace', 'swearInterior', 'pick', 'descendTensor', 'step'])
    // The jump to the leaf stands, the choice of buffer, word and lane does not, in one transaction or in several.
    expect(
      await dry(
        arena,
        calls.filter((_, i) => i !== 1),
      ),
    ).to.equal('DisputeGame_NotYourTurn')
    expect(await dry(arena, [calls[0]!, ...calls.slice(3)])).to.equal('DisputeGame_WrongPhase')
    await arena.send(multicall(arena, calls.slice(0, 1)))
    expect(await stateOf(arena, gameId)).to.include({ phase: 'KERNEL', turn: 'ASSERTER' })
    expect(await dry(arena, calls.slice(2))).to.equal('DisputeGame_NotYourTurn')
    expect(await dry(arena, calls.slice(3))).to.equal('DisputeGame_WrongPhase')
    // Whatever it swears now, the challenger follows the first difference of that, and every operand is its own.
    const own = providerOf(assertion.trace, assertion.salt)
    const { first, length } = own.facts(1)
    await sendDefence(arena, LIAR, gameId, {
      kind: 'swearInterior',
      roots: own.interior(first, length).map((root) => root.map((b) => b ^ 1)),
    })
    expect(await dry(arena, calls.slice(1)), 'built on an interior that was not sworn').to.equal('DisputeGame_AlreadySworn')
    expect(await dry(arena, calls.slice(2))).to.not.equal('none')
    expect(await stateOf(arena, gameId), 'nothing is lost').to.include({ phase: 'KERNEL', turn: 'CHALLENGER', status: STATUS.IN_PROGRESS })
  })

  it('wins nothing in the block of the opening, and everything in the next', async () => {
    const { assertion, truth } = await fight(2, '3:4:downstream:0x800000')
    const root = new Uint8Array(32).fill(9)
    await arena.provider.send('evm_setAutomine', [false])
    const value = await arena.game(0).getFunction('challengerBond')(assertion.id)
    const opened = await arena.game(CHALLENGER).getFunction('open')(assertion.id, root, { value, gasLimit: 400_000 })
    const gameId = gameIdOf(assertion.id as Hex, arena.addresses[CHALLENGER]!, toHex(root))
    const node = rootOf(traceTree(assertion.trace, assertion.salt))
    const view = { phase: 'TRACE', kernel: 0, element: 0, position: 1, node } as const
    const { calls } = await proofCalls(arena, gameId, assertion, truth, serve(arena, LIAR, assertion), view)
    const copied = await arena.game(CHALLENGER).getFunction('multicall')(calls, { gasLimit: 2_000_000 })
    await arena.provider.send('evm_mine', [])
    await arena.provider.send('evm_setAutomine', [true])
    expect((await opened.wait())?.blockNumber).to.equal((await arena.provider.getTransactionReceipt(copied.hash))?.blockNumber)
    expect((await arena.provider.getTransactionReceipt(copied.hash))?.status).to.equal(0)
    expect((await stateOf(arena, gameId)).status).to.equal(STATUS.IN_PROGRESS)
    await arena.send(multicall(arena, calls))
    expect((await stateOf(arena, gameId)).status).to.equal(STATUS.CHALLENGER_WINS)
  })

  it('gains a lying challenger nothing: it can show the asserter’s own nodes alone, and no lane of them is false', async () => {
    const { assertion, gameId } = await fight(3, null)
    for (const lie of ['3:4:downstream:0x800000', '1:70:alone', '5:0:downstream:0x3', 'total:3:2:0:0x400000']) {
      // What it holds to be true is the lie; the nodes and oaths that it can show are the honest asserter's.
      const imagined = tellLie(assertion.trace, parseLie(lie)).trace
      const { calls, kinds } = await proofCalls(arena, gameId, assertion, imagined, serve(arena, HONEST, assertion))
      expect(kinds.at(-1)).to.equal('step')
      expect(await dry(arena, calls), lie).to.be.oneOf(['DisputeGame_NoFraud', 'StepVerifier_WrongPlace', 'StepVerifier_WrongWords'])
    }
    expect((await stateOf(arena, gameId)).status).to.equal(STATUS.IN_PROGRESS)
    // Nor does it gain by its own nodes: they do not hash up to what was asserted.
    const { assertion: other, gameId: second, truth } = await fight(4, null)
    const imagined = tellLie(truth, parseLie('3:4:downstream:0x800000')).trace
    const false_ = { ...other, trace: imagined }
    const view = { phase: 'TRACE', kernel: 0, element: 0, position: 1, node: rootOf(traceTree(imagined, other.salt)) } as const
    const { calls } = await proofCalls(arena, second, false_, truth, serve(arena, CHALLENGER, false_), view)
    expect(await dry(arena, calls)).to.equal('DisputeGame_UnexpectedNode')
  })

  it('goes to the bottom, by the challenger, at the expected node, in time', async () => {
    const shallow = await Arena.create(sampleNetwork(), { ...TERMS, levels: 1 })
    await shallow.stake(LIAR, 20n * ETHER)
    const asked = await shallow.ask(CONSUMER, sampleImage(4))
    const truth = shallow.truth(asked.input)
    const assertion = await shallow.assert(LIAR, asked, tellLie(truth, parseLie('3:4:downstream:0x800000')).trace)
    const gameId = await shallow.open(CHALLENGER, assertion, shallow.ownRoot(CHALLENGER, asked.requestId, truth))
    const { moves } = await proofCalls(shallow, gameId, assertion, truth, serve(shallow, LIAR, assertion))
    const own = providerOf(truth, assertion.salt, 1)
    const { args } = await attackCall(shallow, gameId, assertion.id, truth, own, moves[0] as never)
    const [, expected, child, node, siblings, proof] = args as [string, Uint8Array, number, Uint8Array, Uint8Array[], unknown]
    const call = (who: number, ...values: unknown[]) =>
      revertName(
        shallow
          .game(who)
          .getFunction('descendTrace')
          .staticCall(gameId, ...values),
      )
    expect(await call(CHALLENGER, expected, child, node, siblings, proof)).to.equal('none')
    expect(await call(HONEST, expected, child, node, siblings, proof)).to.equal('DisputeGame_NotChallenger')
    expect(await call(CHALLENGER, node, child, node, siblings, proof)).to.equal('DisputeGame_UnexpectedNode')
    expect(await call(CHALLENGER, expected, child >> 1, node, siblings.slice(1), proof), 'half the way').to.equal('DisputeGame_WrongPath')
    expect(await call(CHALLENGER, expected, child >> 2, node, siblings.slice(2), proof), 'a step without a reveal').to.equal(
      'DisputeGame_NotYourTurn',
    )
    expect(await call(CHALLENGER, expected, child ^ 1, node, siblings, proof)).to.equal('DisputeGame_WrongPath')
    await shallow.pass(TERMS.clock + 1)
    expect(await call(CHALLENGER, expected, child, node, siblings, proof)).to.equal('DisputeGame_OutOfTime')
  })
})
