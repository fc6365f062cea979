import { after, before, describe, it } from 'node:test'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { until } from '../support/local-chain.ts'
import { freePort } from '../support/middleman.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const [CONSUMER, HONEST, LIAR, CHALLENGER] = [1, 2, 3, 4] as const
const LIE = parseLie('3:4:downstream:0x800000')

describe('a served trace', () => {
  let theatre: Theatre
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [HONEST, LIAR]) await theatre.stake(who, 20n * ETHER)
  })
  after(() => theatre.close())

  const serving = async () => {
    const port = await freePort()
    return { host: '127.0.0.1', port, publicUrl: `ws://127.0.0.1:${port}` }
  }
  const firstOf = async (requestId: `0x${string}`) => (await theatre.assertions(requestId))[0]!

  it('of a liar lets it fall to one transaction after the opening, without a turn of its own', async () => {
    const serve = await serving()
    const liar = await theatre.oracleNode(LIAR, { lie: LIE, serve })
    const challenger = await theatre.challenger(CHALLENGER)
    const requestId = await theatre.ask(CONSUMER, sampleImage(1))
    await until('a game was opened', () => challenger.moves().includes('open'))
    await until('the proof was there', () => challenger.said('proofGathered').length === 1)
    await theatre.local.mine()
    await until('the lie fell', async () => (await firstOf(requestId)).status === 'DEFEATED')
    await until('the winner knows it', () => challenger.moves().includes('prove'))
    expect(challenger.moves()).to.deep.equal(['prepare', 'open', 'prove'])
    expect(liar.moves().toSorted()).to.deep.equal(['announce', 'assert'])
    expect(challenger.said('move').at(-1)).to.include({ moves: 'descendTrace swearInterior pick descendTensor swearTotals step' })
    for (const actor of [liar, challenger]) await actor.stop()
  })
})
