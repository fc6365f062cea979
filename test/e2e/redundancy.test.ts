import { after, before, describe, it } from 'node:test'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const [CONSUMER, FIRST, SECOND] = [1, 2, 3] as const
const FEE = 10n ** 16n

describe('oracle nodes and requests that want several answers', () => {
  let theatre: Theatre
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [FIRST, SECOND]) await theatre.stake(who, 10n * ETHER)
  })
  after(() => theatre.close())

  const answers = async (requestId: `0x${string}`): Promise<number> => (await theatre.assertions(requestId)).length
  const status = async (requestId: `0x${string}`): Promise<string> => (await theatre.request(requestId)).status

  it('both answer, tell an optimistic consumer once, settle once, and share the fee', async () => {
    const nodes = [await theatre.oracleNode(FIRST), await theatre.oracleNode(SECOND)]
    const requestId = await theatre.ask(CONSUMER, sampleImage(1), { fee: FEE, redundancy: 2, optimistic: true, callbackGas: 100_000 })
    await until('both answered', async () => (await answers(requestId)) === 2)
    await until('the consumer was told', async () => (await theatre.request(requestId)).toldAt !== null)
    await theatre.local.pass(3601)
    await until('it settled', async () => (await status(requestId)) === 'SETTLED')
    await until('it is said', () => nodes.flatMap((node) => node.moves()).includes('settle'))
    const moves = nodes.flatMap((node) => node.moves()).sort()
    expect(moves).to.deep.equal(['assert', 'assert', 'settle', 'tell'])
    const paid = (await theatre.payout(FIRST)) + (await theatre.payout(SECOND))
    expect(paid > FEE, 'the fee and two callbacks').to.equal(true)
    for (const who of [FIRST, SECOND]) {
      expect((await theatre.payout(who)) >= FEE / 2n).to.equal(true)
      expect((await theatre.stakeOf(who)).locked).to.equal(0n)
    }
    for (const node of nodes) await node.stop()
  })

  it('end one to which too few answered, and have their share', async () => {
    const node = await theatre.oracleNode(FIRST)
    const before = await theatre.payout(FIRST)
    const requestId = await theatre.ask(CONSUMER, sampleImage(2), { fee: FEE, redundancy: 2, deadline: 4000 })
    await until('it answered', async () => (await answers(requestId)) === 1)
    await theatre.local.pass(4001)
    await until('it expired', async () => (await status(requestId)) === 'EXPIRED_PARTIAL')
    await until('it is said', () => node.moves().includes('expire'))
    expect((await theatre.payout(FIRST)) - before).to.equal(FEE / 2n)
    expect((await theatre.stakeOf(FIRST)).locked).to.equal(0n)
    expect(node.moves()).to.deep.equal(['assert', 'expire'])
    await node.stop()
  })
})
