import { before, describe, it } from 'node:test'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { registrationOf } from '@opine/models/trace/registration.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { Arena, ETHER, revertName } from '../support/arena.ts'
import { play, STATUS } from '../support/player.ts'

const [CONSUMER, LIAR, HONEST, CHALLENGER, POOR] = [1, 2, 3, 4, 5] as const
const LIE = parseLie('3:4:downstream:0x800000')

describe('the oracle and the registries refuse', () => {
  let arena: Arena
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    for (const who of [LIAR, HONEST]) await arena.stake(who, 20n * ETHER)
  })

  it('requests with bad terms, of unknown models, or with input of another length', async () => {
    const root = arena.versionId
    const input = sampleImage(1)
    const good = await arena.terms({ fee: 0n })
    const ask = (model: string, bytes: Uint8Array, terms: object) =>
      revertName(
        arena
          .oracle(CONSUMER)
          .getFunction('requestInference')
          .staticCall(model, bytes, { ...good, ...terms }),
      )
    expect(await ask(root, input, {})).to.equal('none')
    for (const bad of [{ deadline: 1 }, { liveness: 59 }, { liveness: 31 * 86_400 }, { bond: ETHER - 1n }, { callbackGas: 5_000_001 }]) {
      expect(await ask(root, input, bad)).to.equal('InferenceOracle_BadTerms')
    }
    expect(await ask(`0x${'12'.repeat(32)}`, input, {})).to.equal('ModelRegistry_UnknownVersion')
    for (const bytes of [input.slice(1), new Uint8Array([...input, 0]), new Uint8Array()]) {
      expect(await ask(root, bytes, {})).to.equal('InferenceOracle_InputLength')
    }
  })

  it('assertions whose output is cut, padded, false to the trace, or under a copied root; twice; late; or without stake', async () => {
    const asked = await arena.ask(CONSUMER, sampleImage(2))
    const truth = arena.truth(asked.input)
    const output = outputBytes(truth)
    const tree = traceTree(truth, arena.salt(asked.requestId, HONEST))
    const proofs = arena.program.outputs.map((kernel) => branch(tree, kernel))
    const tell = (who: number, bytes: Uint8Array, root: Uint8Array, paths: unknown) =>
      revertName(arena.oracle(who).getFunction('assertResult').staticCall(asked.requestId, bytes, root, paths))
    expect(await tell(HONEST, output, rootOf(tree), proofs)).to.equal('none')
    expect(await tell(HONEST, output.slice(1), rootOf(tree), proofs)).to.equal('InferenceOracle_OutputLength')
    expect(await tell(HONEST, new Uint8Array([...output, 0]), rootOf(tree), proofs)).to.equal('InferenceOracle_OutputLength')
    expect(
      await tell(
        HONEST,
        output.map((byte, i) => (i === 3 ? byte ^ 1 : byte)),
        rootOf(tree),
        proofs,
      ),
    ).to.equal('InferenceOracle_OutputNotInTrace')
    expect(await tell(HONEST, output, rootOf(tree), proofs.slice(1))).to.equal('InferenceOracle_OutputProofs')
    expect(
      await tell(
        HONEST,
        output,
        rootOf(tree),
        proofs.map((path) => path.slice(1)),
      ),
    ).to.equal('InferenceOracle_OutputNotInTrace')
    expect(await tell(LIAR, output, rootOf(tree), proofs), 'another’s root').to.equal('InferenceOracle_OutputNotInTrace')
    const poorTree = traceTree(truth, arena.salt(asked.requestId, POOR))
    expect(
      await tell(
        POOR,
        output,
        rootOf(poorTree),
        arena.program.outputs.map((kernel) => branch(poorTree, kernel)),
      ),
    ).to.equal('OperatorRegistry_FreeStakeTooLow')
    await arena.assert(HONEST, asked, truth)
    expect(await tell(HONEST, output, rootOf(tree), proofs)).to.equal('InferenceOracle_AlreadyAsserted')
    await arena.pass(41 * 86_400)
    expect(await tell(LIAR, output, rootOf(tree), proofs)).to.equal('InferenceOracle_AfterDeadline')
  })

  it('to settle past a standing lie, and to leave a request unanswered that a late lie held up', async () => {
    const asked = await arena.ask(CONSUMER, sampleImage(3), { liveness: 600 })
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(LIAR, asked, tellLie(truth, LIE).trace)
    const honest = await arena.assert(HONEST, asked, truth)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    await arena.pass(601)
    const settle = (output: Uint8Array) => revertName(arena.oracle(0).getFunction('settle').staticCall(asked.requestId, output))
    expect(await arena.oracle(0).getFunction('isFinal')(honest.id)).to.equal(true)
    expect(await settle(honest.output), 'the earlier assertion is still in dispute').to.equal('InferenceOracle_NotFinal')
    expect(
      await revertName(
        arena
          .operators(LIAR)
          .getFunction('beginUnstake')
          .staticCall(20n * ETHER),
      ),
    ).to.equal('OperatorRegistry_FreeStakeTooLow')
    const played = await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    expect(played.status).to.equal(STATUS.CHALLENGER_WINS)
    expect(await settle(lying.output), 'a defeated answer').to.equal('InferenceOracle_WrongOutput')
    expect(await settle(honest.output)).to.equal('none')

    const late = await arena.ask(CONSUMER, sampleImage(4), { liveness: 3600 })
    const lateTruth = arena.truth(late.input)
    await arena.pass(40 * 86_400 - 120)
    const lie = await arena.assert(LIAR, late, tellLie(lateTruth, LIE).trace)
    const lateGame = await arena.open(CHALLENGER, lie, arena.ownRoot(CHALLENGER, late.requestId, lateTruth))
    await arena.pass(600)
    expect(await revertName(arena.oracle(0).getFunction('expire').staticCall(late.requestId))).to.equal('InferenceOracle_AssertionPending')
    await play(arena, lateGame, lie, lateTruth, { asserter: LIAR, challenger: CHALLENGER })
    expect(await revertName(arena.oracle(0).getFunction('expire').staticCall(late.requestId)), 're-opened').to.equal(
      'InferenceOracle_BeforeDeadline',
    )
    await arena.assert(HONEST, late, lateTruth)
  })

  it('models whose header contradicts the leaves', async () => {
    const { header, bufferRoot, proofs } = registrationOf({ ...sampleNetwork(), outputs: [5, 4] })
    const register = (head: Uint8Array, root: Uint8Array, leaves: unknown) =>
      revertName(arena.models(CONSUMER).getFunction('register').staticCall(head, root, leaves))
    expect(await register(header, bufferRoot, proofs)).to.equal('none')
    expect(await register(header, bufferRoot, proofs.slice(1))).to.equal('ModelRegistry_ProofCount')
    expect(await register(header, new Uint8Array(32), proofs)).to.equal('ModelRegistry_LeafContradictsHeader')
    expect(await register(header.slice(0, -4), bufferRoot, proofs)).to.match(/ModelRegistry_BadHeader|ModelRegistry_ProofCount/)
    // Another count of kernels is another program, whose last kernel nobody can open: who checks a program before use does not serve it.
    const KERNELS = 4
    for (let field = 0; field < header.length / 4; field++) {
      if (field === KERNELS) continue
      const changed = header.slice()
      changed[4 * field + 3]! ^= 1
      expect(await register(changed, bufferRoot, proofs), `field ${field}`).to.match(/^ModelRegistry_|^Header_TooShort/)
    }
    const known = registrationOf(arena.program)
    expect(await register(known.header, known.bufferRoot, known.proofs)).to.equal('ModelRegistry_AlreadyRegistered')
  })
})
