import { before, describe, it } from 'node:test'
import { DigitReader } from '@opine/abi/generated/DigitReader.ts'
import { MoodyConsumer } from '@opine/abi/generated/MoodyConsumer.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { Contract, ContractFactory } from 'ethers'
import { Arena, type Asserted, ETHER, revertName } from '../support/arena.ts'
import { play } from '../support/player.ts'

const [OWNER, LIAR, HONEST, CHALLENGER] = [1, 2, 3, 4] as const
const FEE = ETHER / 50n
const MOODS = { GOOD: 0, REVERTS: 1, HUNGRY: 2, BOMB: 3, REENTERS: 4 } as const

describe('a consumer contract', () => {
  let arena: Arena
  let moody: Contract
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    for (const who of [LIAR, HONEST]) await arena.stake(who, 100n * ETHER)
    moody = await deploy(MoodyConsumer, [arena.deployment.oracle])
  })

  async function deploy(artifact: { abi: readonly object[]; bytecode: string }, args: unknown[]): Promise<Contract> {
    const made = await new ContractFactory(artifact.abi as never, artifact.bytecode, arena.signers[OWNER]!).deploy(...args)
    await made.waitForDeployment()
    return new Contract(await made.getAddress(), artifact.abi as never, arena.signers[OWNER]!)
  }

  const terms = () => arena.terms({ liveness: 3600, fee: FEE, callbackGas: 200_000 })

  async function answered(consumer: Contract, seed: number): Promise<{ requestId: string; honest: Asserted }> {
    const input = sampleImage(seed)
    const full = await terms()
    const overrides = { value: await arena.due(full) }
    const receipt = await arena.send(consumer.getFunction('ask')(arena.versionId, input, full, overrides))
    const requestId: string = arena.events(receipt, arena.oracle(0), 'InferenceRequested')[0]!.requestId
    return { requestId, honest: await arena.assert(HONEST, { requestId, input }, arena.truth(input)) }
  }

  const settle = async (requestId: string, honest: Asserted) => {
    await arena.pass(3601)
    // The limit is explicit: an estimate that wants every inner call to succeed does not exist for a consumer that burns all it gets.
    return arena.send(arena.oracle(0).getFunction('settle')(requestId, honest.output, { gasLimit: 2_000_000 }))
  }
  const events = (receipt: Awaited<ReturnType<typeof settle>>, name: string) => arena.events(receipt, arena.oracle(0), name)

  it('is called back once, and cannot be called by others or again', async () => {
    const { requestId, honest } = await answered(moody, 1)
    expect(await revertName(arena.oracle(0).getFunction('settle').staticCall(requestId, honest.output))).to.equal(
      'InferenceOracle_NotFinal',
    )
    await arena.pass(3601)
    const wrong = honest.output.slice().fill(7)
    expect(await revertName(arena.oracle(0).getFunction('settle').staticCall(requestId, wrong))).to.equal('InferenceOracle_WrongOutput')
    const receipt = await settle(requestId, honest)
    expect(events(receipt, 'CallbackDelivered')).to.have.length(1)
    expect(await moody.getFunction('answers')()).to.equal(1n)
    expect(await revertName(arena.oracle(0).getFunction('settle').staticCall(requestId, honest.output))).to.equal(
      'InferenceOracle_RequestNotOpen',
    )
    expect(await revertName(arena.oracle(0).getFunction('retryCallback').staticCall(requestId, honest.output))).to.equal(
      'InferenceOracle_NotRetryable',
    )
    expect(await revertName(moody.getFunction('onInference').staticCall(requestId, arena.tree.root, honest.output))).to.match(
      /InferenceConsumer|not a protocol/,
    )
  })

  for (const mood of ['REVERTS', 'HUNGRY', 'BOMB'] as const) {
    it(`that misbehaves (${mood}) blocks nobody, and is called again when it has mended`, async () => {
      const { requestId, honest } = await answered(moody, 10 + MOODS[mood])
      await arena.send(moody.getFunction('setMood')(MOODS[mood]))
      const before = await arena.payout(HONEST)
      const receipt = await settle(requestId, honest)
      const failed = events(receipt, 'CallbackFailed')
      expect(failed).to.have.length(1)
      expect((failed[0]!.reason.length - 2) / 2, 'bytes kept of what it returns').to.be.at.most(256)
      expect((await arena.payout(HONEST)) - before, 'the operator is paid all the same').to.equal(FEE)
      await arena.send(moody.getFunction('setMood')(MOODS.GOOD))
      const answers: bigint = await moody.getFunction('answers')()
      const again = await arena.send(arena.oracle(0).getFunction('retryCallback')(requestId, honest.output))
      expect(events(again, 'CallbackDelivered')).to.have.length(1)
      expect(await moody.getFunction('answers')()).to.equal(answers + 1n)
    })
  }

  it('that re-enters is answered once', async () => {
    const { requestId, honest } = await answered(moody, 30)
    await arena.send(moody.getFunction('setMood')(MOODS.REENTERS))
    const answers: bigint = await moody.getFunction('answers')()
    await settle(requestId, honest)
    expect(await moody.getFunction('answers')()).to.equal(answers + 1n)
    await arena.send(moody.getFunction('setMood')(MOODS.GOOD))
  })

  it('is compensated when an answer falls, and its owner can take that out', async () => {
    const reader = await deploy(DigitReader, [arena.deployment.oracle, arena.versionId])
    const input = sampleImage(40)
    const full = await terms()
    const receipt = await arena.send(reader.getFunction('read')(input, full, { value: await arena.due(full) }))
    const requestId: string = arena.events(receipt, arena.oracle(0), 'InferenceRequested')[0]!.requestId
    const truth = arena.truth(input)
    const lying = await arena.assert(LIAR, { requestId, input }, tellLie(truth, parseLie('1:70:downstream:0x800000')).trace)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, requestId, truth))
    await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    const to = `0x${'00'.repeat(18)}beef`
    const stranger = reader.connect(arena.signers[LIAR]!) as Contract
    expect(await revertName(stranger.getFunction('collect').staticCall(to))).to.match(/DigitReader_NotOwner|not a protocol/)
    await arena.send(reader.getFunction('collect')(to))
    expect(await arena.provider.getBalance(to), 'the fee’s worth out of the liar’s bond').to.equal(FEE)
  })
})
