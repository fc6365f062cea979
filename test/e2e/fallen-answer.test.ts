import { after, before, describe, it } from 'node:test'
import { MoodyConsumer } from '@opine/abi/generated/MoodyConsumer.ts'
import { requestTerms } from '@opine/client/request-terms.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { expect } from 'chai'
import { Contract, ContractFactory } from 'ethers'
import { ETHER, TERMS } from '../support/arena.ts'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const [CONSUMER, HONEST, LIAR, CHALLENGER] = [1, 2, 3, 4] as const
/** Hooks in the order of the contract's numbers. */
const [ASSERTION, INVALIDATED, INFERENCE] = [0n, 1n, 2n]

describe('an optimistic consumer that was told a lie', () => {
  let theatre: Theatre
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [HONEST, LIAR]) await theatre.stake(who, 10n * ETHER)
  })
  after(() => theatre.close())

  it('hears of its fall from an operator as soon as it fell, once, and that is paid', async () => {
    const { oracle } = theatre.contracts
    const signer = await theatre.local.signer(CONSUMER)
    const deployed = await new ContractFactory(MoodyConsumer.abi as never, MoodyConsumer.bytecode, signer).deploy(oracle.address)
    const consumer = new Contract(await deployed.getAddress(), MoodyConsumer.abi as never, signer)
    const heard = async (): Promise<bigint[]> => [...(await consumer.getFunction('heard')())]

    const liar = await theatre.oracleNode(LIAR, { lie: parseLie('5:0:alone:0x1') })
    const now = (await theatre.local.provider.getBlock('latest'))!.timestamp
    const optimistic = { optimistic: true, callbackGas: 200_000, fee: 10n ** 16n, liveness: 3600 }
    const terms = requestTerms({ ...optimistic, deadline: now + 86_400, bond: TERMS.minBond })
    const [due] = await oracle.read('estimateFee', theatre.versionId, terms)
    const receipt = await (await consumer.getFunction('ask')(theatre.versionId, sampleImage(6), terms, { value: due })).wait()
    const log = receipt.logs.find(({ address }: { address: string }) => address === oracle.address)
    const requestId = oracle.abi.parseLog(log)!.args.requestId as Hex
    await until('the lie was told', async () => (await heard()).length === 1)
    const honest = await theatre.oracleNode(HONEST)
    await until('the truth is asserted', async () => (await theatre.assertions(requestId)).length === 2)
    const before = await theatre.payout(HONEST)
    await liar.stop()

    const challenger = await theatre.challenger(CHALLENGER)
    await until('there is a game', () => challenger.moves().includes('open'))
    const again = await theatre.oracleNode(LIAR, { lie: parseLie('5:0:alone:0x1') })
    await until('the lie fell', async () => (await theatre.assertions(requestId))[0]!.status === 'DEFEATED')
    await until('the consumer heard of it', () => honest.moves().includes('tellFall'))
    expect(await heard()).to.deep.equal([ASSERTION, INVALIDATED])
    expect((await theatre.request(requestId)).status).to.equal('OPEN')
    expect(honest.moves()).to.deep.equal(['assert', 'tellFall'])
    expect(again.moves()).to.not.include('tellFall')
    expect((await theatre.payout(HONEST)) > before).to.equal(true)

    await theatre.local.pass(3601)
    await until('the truth settled', async () => (await heard()).length === 3)
    expect(await heard()).to.deep.equal([ASSERTION, INVALIDATED, INFERENCE])
    for (const actor of [honest, again, challenger]) await actor.stop()
  })
})
