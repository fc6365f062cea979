import { before, describe, it } from 'node:test'
import { MajorityVote } from '@opine/abi/generated/MajorityVote.ts'
import { toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { type Arena, ETHER } from '../support/arena.ts'
import { ALICE, Clinic, HONEST, LIAR, OWNER, type Question } from '../support/clinic.ts'
import { deploy } from '../support/deploy.ts'
import { errorName } from '../support/error-name.ts'
import { anotherVersion } from '../support/versions.ts'

const FEE = ETHER / 100n
const TREASURY = `0x${'00'.repeat(18)}7ea5`
const image = (digit: number): Uint8Array => new Uint8Array(toInput(SAMPLES[digit]!.pixels).buffer)

describe('a vote of several models', () => {
  let clinic: Clinic
  let vote: Contract
  let arenas: readonly Arena[]
  before(async () => {
    clinic = await Clinic.open('digits')
    const [second, third] = [await anotherVersion(clinic, 0), await anotherVersion(clinic, 1)]
    arenas = [clinic.arena, second.arena, third.arena]
    const versions = [clinic.arena.versionId, second.versionId, third.versionId]
    vote = await deploy(MajorityVote, [clinic.arena.deployment.oracle, versions, 10, TREASURY], clinic.arena.signers[OWNER]!)
  })

  const ballot = (number: number) => vote.getFunction('ballotAt')(number)
  async function ask(digit: number): Promise<Question[]> {
    const receipt = await clinic.send(vote, ALICE, 'ask', [image(digit), FEE], await vote.getFunction('priceOf')(FEE))
    return clinic.questions(receipt)
  }
  const answer = async (question: Question, model: number) => {
    const arena = arenas[model]!
    return clinic.settle(question, await arena.assert(HONEST, question, arena.truth(question.input)))
  }

  it('is decided by more than half of them, one still missing', async () => {
    const questions = await ask(4)
    expect(questions.length).equal(3)
    await answer(questions[0]!, 0)
    expect([(await ballot(1)).decided, (await ballot(1)).open]).deep.equal([false, 2n])
    await answer(questions[2]!, 2)
    expect([(await ballot(1)).decided, (await ballot(1)).class, (await ballot(1)).open]).deep.equal([true, 4n, 1n])
    await answer(questions[1]!, 1)
    expect([(await ballot(1)).class, (await ballot(1)).open]).deep.equal([4n, 0n])
  })

  it('does not count a lie that falls', async () => {
    const questions = await ask(9)
    const lying = await clinic.assert(questions[0]!, LIAR, clinic.lie(questions[0]!, 1, 0, 2))
    await clinic.topple(questions[0]!, lying)
    for (const model of [0, 1, 2]) await answer(questions[model]!, model)
    const { decided, class: named } = await ballot(2)
    expect([decided, named]).deep.equal([true, 9n])
    await clinic.send(vote, LIAR, 'collect', [])
    expect(await clinic.arena.provider.getBalance(TREASURY), 'compensation').equal(FEE)
  })

  it('asks all or none, and counts answers to its own questions alone', async () => {
    const price: bigint = await vote.getFunction('priceOf')(FEE)
    const attempt = (input: Uint8Array, value: bigint) => errorName(vote, clinic.attempt(vote, ALICE, 'ask', [input, FEE], value))
    expect(await attempt(image(1), price - 1n)).equal('InferenceOracle_ValueTooLow')
    expect(await attempt(image(1).slice(4), price)).equal('InferenceOracle_InputLength')
    const id = `0x${'55'.repeat(32)}`
    expect(await errorName(vote, clinic.attempt(vote, HONEST, 'onInference', [id, id, '0x']))).equal('InferenceConsumer_NotOracle')
    const bad = deploy(MajorityVote, [clinic.arena.deployment.oracle, [], 10, TREASURY], clinic.arena.signers[OWNER]!)
    expect(await errorName(vote, bad)).equal('MajorityVote_BadSetup')
  })
})
