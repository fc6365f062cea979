import { readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { AigcToken } from '@opine/abi/generated/AigcToken.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { expect } from 'chai'
import { AbiCoder, type Contract, Interface, id, keccak256 } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { ALICE, BOB, Clinic, LIAR, OTHER, OWNER, type Question } from '../support/clinic.ts'
import { deploy } from '../support/deploy.ts'
import { errorName } from '../support/error-name.ts'

const coder = AbiCoder.defaultAbiCoder()
const SALT = id('salt')
const FEE = ETHER / 100n
const TIER = { liveness: 3600, bond: 2n * ETHER, delayPrice: 0, redundancy: 1 }
const opening = (name: string): Uint8Array => {
  const file = new URL(`../../models/zoo/story/examples/${name}.json`, import.meta.url)
  return new Uint8Array(Int32Array.from(JSON.parse(readFileSync(file, 'utf8')).flat()).buffer)
}
const [GIFT, SEARCH] = [opening('gift'), opening('search')]
const tokenOf = (prompt: Uint8Array): bigint => BigInt(keccak256(prompt))

describe('tokens of what a model made', () => {
  let clinic: Clinic
  let token: Contract
  before(async () => {
    clinic = await Clinic.open('story')
    const { oracle } = clinic.arena.deployment
    token = await deploy(AigcToken, [oracle, clinic.arena.versionId, TIER, 'Stories', 'STORY'], clinic.arena.signers[OWNER]!)
  })

  const dueFor = (): Promise<bigint> => token.getFunction('mintingFee')(FEE)
  const commit = (who: number, prompt: Uint8Array) =>
    clinic.send(token, who, 'commit', [
      keccak256(coder.encode(['address', 'bytes32', 'bytes32'], [clinic.address(who), keccak256(prompt), SALT])),
    ])
  async function mint(who: number, prompt: Uint8Array): Promise<Question> {
    await commit(who, prompt)
    return clinic.question(await clinic.send(token, who, 'mint', [prompt, SALT, FEE], await dueFor()))
  }
  const error = (who: number, name: string, args: readonly unknown[], value = 0n) =>
    errorName(token, clinic.attempt(token, who, name, args, value))
  const verify = (prompt: Uint8Array, data: Uint8Array) => token.getFunction('verify')(prompt, data, '0x')

  it('say by ERC-165 what they are', async () => {
    const selectors = (...signatures: string[]) =>
      `0x${signatures
        .reduce((sum, each) => (sum ^ BigInt(id(each).slice(0, 10))) & 0xffffffffn, 0n)
        .toString(16)
        .padStart(8, '0')}`
    const aigc = selectors('addAigcData(uint256,bytes,bytes,bytes)', 'verify(bytes,bytes,bytes)')
    const updatable = selectors('update(bytes,bytes)')
    expect([aigc, updatable]).deep.equal(['0x702c55a6', '0x3f37dce2'])
    for (const supported of ['0x01ffc9a7', '0x80ac58cd', '0x5b5e139f', aigc, updatable])
      expect(await token.getFunction('supportsInterface')(supported), supported).equal(true)
    for (const other of ['0xffffffff', '0xfa1a557a']) expect(await token.getFunction('supportsInterface')(other), other).equal(false)
    const topics = new Interface([
      'event AigcData(uint256 indexed tokenId, bytes indexed prompt, bytes indexed aigcData, bytes proof)',
      'event Update(uint256 indexed tokenId, bytes indexed prompt, bytes indexed aigcData)',
    ])
    for (const name of ['AigcData', 'Update']) expect(token.interface.getEvent(name)!.topicHash).equal(topics.getEvent(name)!.topicHash)
  })

  it('belong to who committed to the prompt first, not to who saw it first', async () => {
    const due = await dueFor()
    expect(await error(BOB, 'mint', [GIFT, SALT, FEE], due)).equal('AigcToken_NotCommittedBefore')
    await commit(ALICE, GIFT)
    expect(await error(ALICE, 'mint', [GIFT, SALT, FEE], due), 'in the same block').equal('AigcToken_NotCommittedBefore')
    await clinic.arena.pass(1)
    expect(await error(BOB, 'mint', [GIFT, SALT, FEE], due), 'another’s commitment').equal('AigcToken_NotCommittedBefore')
    const question = clinic.question(await clinic.send(token, ALICE, 'mint', [GIFT, SALT, FEE], due))
    expect(question.input).deep.equal(GIFT)
    const { terms } = await clinic.arena.oracle(0).getFunction('request')(question.requestId)
    expect([terms.liveness, terms.bond], 'the collection’s tier').deep.equal([3600n, 2n * ETHER])
    expect(await token.getFunction('ownerOf')(tokenOf(GIFT))).equal(clinic.address(ALICE))
    await commit(BOB, GIFT)
    await clinic.arena.pass(1)
    expect(await error(BOB, 'mint', [GIFT, SALT, FEE], due)).equal('ERC721InvalidSender')
    expect(await verify(GIFT, new Uint8Array(4))).equal(false)
    // Nobody answers: the token goes, the money comes back, the prompt is free again.
    await clinic.arena.pass(86_401)
    await clinic.send(token, OTHER, 'refund', [question.requestId])
    expect(await error(BOB, 'ownerOf', [tokenOf(GIFT)])).equal('ERC721NonexistentToken')
    expect(await token.getFunction('owedTo')(clinic.address(ALICE))).equal(due)
  })

  it('take content that somebody stands for, and verify it when it is final', async () => {
    const question = await mint(BOB, GIFT)
    const args = (data: Uint8Array, proof = '0x', prompt = GIFT) => [tokenOf(GIFT), prompt, data, proof]
    const wrong = new Uint8Array(48 * 89 * 4)
    expect(await error(OTHER, 'addAigcData', args(wrong))).equal('AigcToken_NotAsserted')
    const answer = await clinic.assert(question)
    expect(await error(OTHER, 'addAigcData', args(wrong))).equal('AigcToken_NotAsserted')
    expect(await error(OTHER, 'addAigcData', args(answer.output, '0x', SEARCH))).equal('AigcToken_WrongPrompt')
    const receipt = await clinic.send(token, OTHER, 'addAigcData', args(answer.output))
    const [added] = clinic.arena.events(receipt, token, 'AigcData')
    expect([added!.tokenId, added!.prompt.hash, added!.aigcData.hash, added!.proof]).deep.equal([
      tokenOf(GIFT),
      keccak256(GIFT),
      keccak256(answer.output),
      answer.id,
    ])
    expect(await error(OTHER, 'addAigcData', args(answer.output))).equal('AigcToken_HasContent')
    expect(await verify(GIFT, answer.output), 'provisional').equal(false)
    expect(await error(OTHER, 'update', [GIFT, answer.output])).equal('AigcToken_NotFinal')
    await clinic.settle(question, answer)
    expect(await verify(GIFT, answer.output)).equal(true)
    expect(await verify(GIFT, wrong)).equal(false)
    expect(await verify(SEARCH, answer.output)).equal(false)
    expect(await error(OTHER, 'update', [GIFT, answer.output])).equal('AigcToken_UpToDate')
  })

  it('replace provisional content that fell by what became final', async () => {
    const question = await mint(ALICE, SEARCH)
    const [gift] = await clinic.arena.oracle(0).queryFilter(clinic.arena.oracle(0).filters.AssertionMade!())
    const { assertionId, output } = (gift as unknown as { args: { assertionId: string; output: string } }).args
    expect(await error(LIAR, 'addAigcData', [tokenOf(SEARCH), SEARCH, output, assertionId]), 'of another prompt').equal(
      'AigcToken_NotAsserted',
    )
    const lying = await clinic.assert(question, LIAR, clinic.lie(question, 0, 7, 1234.5))
    await clinic.send(token, LIAR, 'addAigcData', [tokenOf(SEARCH), SEARCH, lying.output, lying.id])
    await clinic.topple(question, lying)
    const answer = await clinic.assert(question)
    await clinic.settle(question, answer)
    expect(await verify(SEARCH, lying.output)).equal(false)
    expect(await error(BOB, 'update', [SEARCH, lying.output])).equal('AigcToken_NotFinal')
    const [updated] = clinic.arena.events(await clinic.send(token, BOB, 'update', [SEARCH, answer.output]), token, 'Update')
    expect([updated!.tokenId, updated!.aigcData.hash]).deep.equal([tokenOf(SEARCH), keccak256(answer.output)])
    expect((await token.getFunction('contentOf')(tokenOf(SEARCH))).toObject()).deep.equal({
      request: question.requestId,
      dataHash: keccak256(answer.output),
      assertion: answer.id,
    })
    expect(await verify(SEARCH, answer.output)).equal(true)
    expect(await error(BOB, 'addAigcData', [tokenOf(SEARCH), SEARCH, lying.output, lying.id])).equal('AigcToken_HasContent')
    expect(toHex(answer.output)).not.equal(toHex(lying.output))
  })
})
