import { before, describe, it } from 'node:test'
import { RiskBoard } from '@opine/abi/generated/RiskBoard.ts'
import { SHOWINGS } from '@opine/cli/demo/consumers/board.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { ALICE, BOB, Clinic, LIAR, OWNER, type Question } from '../support/clinic.ts'
import { deploy } from '../support/deploy.ts'
import { errorName } from '../support/error-name.ts'

const FEE = ETHER / 100n
const FILE = new Uint8Array(Float32Array.of(24.5, 0.62, 14, 4, 0.93, 1, 20, 5).buffer)

const bitsOf = (output: Uint8Array): number => new DataView(output.slice().buffer).getUint32(0, true)

describe('the risk board', () => {
  let clinic: Clinic
  let board: Contract
  before(async () => {
    clinic = await Clinic.open('credit')
    board = await deploy(RiskBoard, [clinic.arena.deployment.oracle, clinic.arena.versionId], clinic.arena.signers[OWNER]!)
  })

  const ask = async (): Promise<Question> =>
    clinic.question(await clinic.send(board, ALICE, 'ask', [FILE, FEE], await board.getFunction('priceOf')(FEE)))
  const tell = (question: Question, output: Uint8Array) =>
    clinic.send(clinic.arena.oracle(0), BOB, 'deliverAssertion', [question.requestId, output])
  const notice = async ({ requestId }: Question) => {
    const { showing, risk, withdrawn } = await board.getFunction('noticeOf')(requestId)
    return [SHOWINGS[Number(showing)], Number(risk), Number(withdrawn)]
  }

  it('shows the first answer as provisional, and then as final', async () => {
    const question = await ask()
    expect(await notice(question)).deep.equal(['asked', 0, 0])
    const answer = await clinic.assert(question)
    await tell(question, answer.output)
    expect(await notice(question)).deep.equal(['provisional', bitsOf(answer.output), 0])
    await clinic.settle(question, answer)
    expect(await notice(question)).deep.equal(['final', bitsOf(answer.output), 0])
  })

  it('takes a lie down when it falls, remembers it, and shows the truth', async () => {
    const question = await ask()
    const lying = await clinic.assert(question, LIAR, clinic.lie(question, 0, 0, 0.01))
    await tell(question, lying.output)
    await clinic.topple(question, lying)
    await clinic.send(clinic.arena.oracle(0), BOB, 'deliverInvalidated', [question.requestId])
    expect(await notice(question)).deep.equal(['withdrawn', 0, bitsOf(lying.output)])
    const answer = await clinic.assert(question)
    await clinic.settle(question, answer)
    expect(await notice(question)).deep.equal(['final', bitsOf(answer.output), bitsOf(lying.output)])
    const before = await clinic.arena.provider.getBalance(clinic.address(OWNER))
    await clinic.send(board, BOB, 'collect', [])
    const gained = (await clinic.arena.provider.getBalance(clinic.address(OWNER))) - before
    expect(gained >= FEE, 'compensation').equal(true)
  })

  it('hears the oracle alone', async () => {
    const id = `0x${'55'.repeat(32)}`
    expect(await errorName(board, clinic.attempt(board, LIAR, 'onAssertion', [id, id, id, '0x']))).equal('InferenceConsumer_NotOracle')
  })
})
