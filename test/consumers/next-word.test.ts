import { before, describe, it } from 'node:test'
import { NextWord } from '@opine/abi/generated/NextWord.ts'
import { CONTEXT } from '@opine/models/zoo/story/network.ts'
import { tokensOf, VOCABULARY } from '@opine/models/zoo/story/vocabulary.ts'
import { classOf } from '@opine/models/zoo/training/loss.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { ALICE, BOB, Clinic, numbersOf, OWNER, type Question } from '../support/clinic.ts'
import { deploy } from '../support/deploy.ts'
import { errorName } from '../support/error-name.ts'

const FEE = ETHER / 100n
const WORDS = 'one morning mia found a red ball in the garden . she hid the ball under the'.split(' ')

function text(words: readonly string[]): Uint8Array {
  const tokens = new Int32Array(CONTEXT)
  tokens.set(tokensOf(words))
  return new Uint8Array(tokens.buffer)
}

describe('the next word', () => {
  let clinic: Clinic
  let contract: Contract
  before(async () => {
    clinic = await Clinic.open('story')
    contract = await deploy(NextWord, [clinic.arena.deployment.oracle, clinic.arena.versionId, VOCABULARY], clinic.arena.signers[OWNER]!)
  })

  const ask = async (words: readonly string[]): Promise<Question> =>
    clinic.question(await clinic.send(contract, ALICE, 'ask', [text(words), FEE], await contract.getFunction('priceOf')(FEE)))
  const refused = (args: readonly unknown[], name = 'fetch') => errorName(contract, clinic.attempt(contract, BOB, name, args))
  const fetched = async ({ requestId }: Question): Promise<number> => Number(await contract.getFunction('fetched')(requestId))

  it('is fetched from the final answer, by anybody, and not before', async () => {
    const question = await ask(WORDS)
    const answer = await clinic.assert(question)
    expect(await refused([question.requestId, answer.output])).equal('NextWord_NotFinal')
    await clinic.settle(question, answer)
    expect(await fetched(question), 'nobody is called back').equal(0)
    await clinic.send(contract, BOB, 'fetch', [question.requestId, answer.output])
    const scores = numbersOf(answer.output).subarray(VOCABULARY * WORDS.length, VOCABULARY * (WORDS.length + 1))
    expect(await fetched(question)).equal(classOf(scores) + 1)
  })

  it('is taken from no other bytes, and from no other question', async () => {
    const question = await ask(WORDS.slice(0, 6))
    const answer = await clinic.assert(question)
    await clinic.settle(question, answer)
    const other = answer.output.slice()
    other[0]! ^= 1
    expect(await refused([question.requestId, other])).equal('NextWord_OtherBytes')
    expect(await refused([`0x${'77'.repeat(32)}`, answer.output])).equal('NextWord_NotAsked')
    expect(await refused([new Uint8Array(4 * CONTEXT), FEE], 'ask')).equal('NextWord_NoText')
  })
})
