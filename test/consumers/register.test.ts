import { before, describe, it } from 'node:test'
import { ContentRegister } from '@opine/abi/generated/ContentRegister.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { modelIdOf } from '@opine/node-kit/ids.ts'
import { expect } from 'chai'
import { type Contract, keccak256 } from 'ethers'
import { type Asserted, ETHER, FREE } from '../support/arena.ts'
import { ALICE, BOB, Clinic, HONEST, LIAR, numbersOf, OWNER, type Question } from '../support/clinic.ts'
import { deploy } from '../support/deploy.ts'
import { errorName } from '../support/error-name.ts'
import { anotherVersion } from '../support/versions.ts'

const STANDINGS = ['NONE', 'ASKED', 'PROVISIONAL', 'INVALIDATED', 'FINAL', 'EXPIRED'] as const
const FEE = ETHER / 100n
const image = (digit: number): Uint8Array => new Uint8Array(toInput(SAMPLES[digit]!.pixels).buffer)

describe('the content register', () => {
  let clinic: Clinic
  let register: Contract
  let modelId: bigint
  before(async () => {
    clinic = await Clinic.open('digits')
    const { chainId, models, oracle } = clinic.arena.deployment
    modelId = modelIdOf(chainId, models, clinic.address(0), toHex(clinic.arena.tree.root))
    register = await deploy(ContentRegister, [oracle, models, modelId, 10, clinic.address(OWNER)], clinic.arena.signers[OWNER]!)
  })

  const read = (name: string, ...args: unknown[]) => register.getFunction(name)(...args)
  const submit = async (who: number, content: Uint8Array, versionId: string = clinic.arena.versionId): Promise<Question> => {
    const due: bigint = await read('submissionFee', versionId, FEE)
    return clinic.question(await clinic.send(register, who, 'submit', [versionId, content, FEE], due))
  }
  const error = (name: string, args: readonly unknown[], value = 0n) =>
    errorName(register, clinic.attempt(register, BOB, name, args, value))
  const current = async (content: Uint8Array) => read('classificationOf', keccak256(content))
  const entry = async (content: Uint8Array, versionId: string = clinic.arena.versionId) => read('entryBy', keccak256(content), versionId)
  const standing = async (content: Uint8Array) => STANDINGS[Number((await entry(content)).standing)]
  const tell = (question: Question, answer: Asserted) =>
    clinic.send(clinic.arena.oracle(0), BOB, 'deliverAssertion', [question.requestId, answer.output])

  it('records a first answer as provisional, then as final, with where it comes from', async () => {
    const content = image(3)
    const question = await submit(ALICE, content)
    expect(await standing(content)).equal('ASKED')
    const answer = await clinic.assert(question)
    await tell(question, answer)
    const early = await entry(content)
    expect([STANDINGS[Number(early.standing)], Number(early.label), early.asserter]).deep.equal(['PROVISIONAL', 3, clinic.address(HONEST)])
    expect((await current(content)).standing, 'nothing counts before it is final').equal(0n)

    await clinic.settle(question, answer)
    const final = await current(content)
    const probabilities = numbersOf(answer.output).subarray(10)
    expect(Number(final.probability)).equal(new DataView(probabilities.buffer).getUint32(probabilities.byteOffset + 12, true))
    expect({ ...final.toObject(), standing: 0n, probability: 0n, recordedAt: 0n }).deep.equal({
      submitter: clinic.address(ALICE),
      recordedAt: 0n,
      number: 1n,
      standing: 0n,
      label: 3n,
      probability: 0n,
      asserter: clinic.address(HONEST),
      versionId: clinic.arena.versionId,
      programRoot: toHex(clinic.arena.tree.root),
      request: question.requestId,
      assertion: answer.id,
    })
    expect(Number(final.recordedAt)).equal(await clinic.arena.now())
    expect(await error('submit', [clinic.arena.versionId, content, FEE], ETHER)).equal('ContentRegister_AlreadyFinal')
  })

  it('withdraws a provisional lie when it falls, and records the truth', async () => {
    const content = image(8)
    const question = await submit(ALICE, content)
    const lying = await clinic.assert(question, LIAR, clinic.lie(question, 1, 0, 2))
    await tell(question, lying)
    expect([await standing(content), Number((await entry(content)).label)]).deep.equal(['PROVISIONAL', 0])
    await clinic.topple(question, lying)
    await clinic.send(clinic.arena.oracle(0), BOB, 'deliverInvalidated', [question.requestId])
    const fallen = await entry(content)
    expect([STANDINGS[Number(fallen.standing)], fallen.label, fallen.probability]).deep.equal(['INVALIDATED', 0n, 0n])
    expect((await current(content)).standing).equal(0n)
    const answer = await clinic.assert(question)
    await clinic.settle(question, answer)
    const final = await current(content)
    expect([STANDINGS[Number(final.standing)], Number(final.label), final.assertion]).deep.equal(['FINAL', 8, answer.id])
    const compensation = `0x${'00'.repeat(18)}c0c0`
    expect(await error('collect', [compensation])).equal('ContentRegister_NotTreasury')
    await clinic.closeSettled(register)
    await clinic.send(register, OWNER, 'collect', [compensation])
    expect((await clinic.arena.provider.getBalance(compensation)) >= FEE).equal(true)
  })

  it('comes to the same when nobody tells it of the fall before the end', async () => {
    const content = image(5)
    const question = await submit(ALICE, content)
    const lying = await clinic.assert(question, LIAR, clinic.lie(question, 1, 9, 1.5))
    await tell(question, lying)
    await clinic.topple(question, lying)
    const receipt = await clinic.settle(question, await clinic.assert(question))
    const names = receipt.logs
      .map((log) => register.interface.parseLog(log)?.name)
      .filter((name) => name?.startsWith('Cl') || name?.startsWith('Co'))
    expect(names).deep.equal(['ClassificationInvalidated', 'ContentClassified'])
    expect(Number((await current(content)).label)).equal(5)
  })

  it('frees what nobody answers, to be asked again', async () => {
    const content = image(1)
    const question = await submit(BOB, content)
    await clinic.arena.pass(86_401)
    await clinic.send(register, ALICE, 'refund', [question.requestId])
    expect(await standing(content)).equal('EXPIRED')
    expect(await read('owedTo', clinic.address(BOB))).equal(await read('submissionFee', clinic.arena.versionId, FEE))
    await clinic.answer(await submit(BOB, content))
    expect(Number((await current(content)).label)).equal(1)
    expect((await read('historyOf', keccak256(content))).map((each: { standing: bigint }) => STANDINGS[Number(each.standing)])).deep.equal([
      'EXPIRED',
      'FINAL',
    ])
  })

  it('lets nobody keep a content from being classified with a question that nobody will answer', async () => {
    const content = image(6)
    const idle = await submit(BOB, content)
    const better = await submit(ALICE, content)
    await clinic.answer(better)
    expect((await current(content)).request).equal(better.requestId)
    await clinic.answer(idle)
    expect((await current(content)).request, 'the first final one stays').equal(better.requestId)
    expect((await entry(content)).request).equal(better.requestId)
    expect((await read('historyOf', keccak256(content))).length).equal(2)
  })

  it('lets a later version of the model speak, and keeps what earlier ones said', async () => {
    const next = await anotherVersion(clinic, 0)
    const content = image(7)
    const slow = await submit(ALICE, content)
    const slowAnswer = await clinic.assert(slow)
    const question = await submit(ALICE, content, next.versionId)
    const answer = await next.arena.assert(HONEST, question, next.arena.truth(question.input))
    await clinic.settle(question, answer)
    expect([(await current(content)).versionId, (await current(content)).number]).deep.equal([next.versionId, 2n])
    await clinic.settle(slow, slowAnswer)
    expect((await current(content)).number, 'a slow earlier version does not replace it').equal(2n)
    expect((await entry(content)).standing, 'but it is on record').equal(4n)
    expect((await current(image(3))).number, 'other contents are as they were').equal(1n)
    const again = await submit(BOB, image(3), next.versionId)
    await clinic.settle(again, await next.arena.assert(HONEST, again, next.arena.truth(again.input)))
    expect((await current(image(3))).number).equal(2n)
    expect((await read('historyOf', keccak256(image(3)))).length).equal(2)
  })

  it('takes versions of its own model alone, and callbacks of the oracle alone', async () => {
    await clinic.send(clinic.arena.models(BOB), BOB, 'createModel', [clinic.arena.tree.root, FREE])
    const foreign = await clinic.arena.models(0).getFunction('versionsOfProgram')(clinic.arena.tree.root)
    expect(await error('submit', [foreign.at(-1), image(2), FEE], ETHER)).equal('ContentRegister_WrongModel')
    const id = `0x${'77'.repeat(32)}`
    for (const [name, args] of [
      ['onInference', [id, id, '0x']],
      ['onAssertion', [id, id, id, '0x']],
      ['onInvalidated', [id, id]],
    ] as const)
      expect(await error(name, args), name).equal('InferenceConsumer_NotOracle')
  })
})
