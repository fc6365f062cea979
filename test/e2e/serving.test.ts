import { after, before, describe, it } from 'node:test'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { gameIdOf } from '@opine/node-kit/ids.ts'
import { expect } from 'chai'
import { ETHER, TERMS } from '../support/arena.ts'
import { account, until } from '../support/local-chain.ts'
import { freePort } from '../support/middleman.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'
import { TraceClient } from '../support/trace-client.ts'

const [CONSUMER, HONEST, LIAR, CHALLENGER, SHAM, OTHER] = [1, 2, 3, 4, 5, 6] as const
const WORD = `0x${'ab'.repeat(32)}` as const
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
    expect(liar.moves().toSorted()).to.not.include('reveal')
    expect(challenger.said('move').at(-1)).to.include({ moves: 'descendTrace swearInterior pick descendTensor swearTotals step' })
    for (const actor of [liar, challenger]) await actor.stop()
  })

  it('of an honest operator stands under a sham challenge, which is shown what it asks for', async () => {
    const serve = { ...(await serving()), patience: 2_000 }
    const honest = await theatre.oracleNode(HONEST, { serve })
    const requestId = await theatre.ask(CONSUMER, sampleImage(2))
    await until('it answered', async () => (await theatre.assertions(requestId)).length === 1)
    const { id } = await firstOf(requestId)
    const { game } = theatre.contracts
    await theatre.prepare(SHAM, id)
    const [bond] = (await game.read('challengerBond', id)) as unknown as [bigint]
    await theatre.transact(SHAM, game.encode('open', id, WORD), bond * 2n)
    const gameId = gameIdOf(id, account(SHAM).address, WORD)
    await until('the game was seen', () => honest.said('gameSeen').length === 1)
    const client = await TraceClient.open(serve.publicUrl)
    expect(await client.hello(account(SHAM), gameId, theatre.deployment)).to.equal('ready')
    expect(await client.outcome({ kind: 'traceNodes', assertion: id, position: 1 })).to.equal('nodes')
    const sworn = await client.ask({ kind: 'interior', kernel: 4 })
    expect(await client.outcome({ kind: 'interior', kernel: 2 })).to.equal('OFF_THE_PATH')
    client.close()
    expect(honest.moves(), 'it leaves a moment to who was served').to.not.include('reveal')
    await until('it answered on chain', () => honest.moves().includes('reveal'))
    expect(sworn).to.include({ kind: 'interior' })
    await theatre.local.pass(TERMS.clock + 1)
    await until('the sham lost', () => honest.moves().includes('timeout'))
    await theatre.local.pass(3601)
    await until('it settled', async () => (await theatre.request(requestId)).status === 'SETTLED')
    expect((await theatre.stakeOf(HONEST)).total).to.equal(20n * ETHER)
    await honest.stop()
  })

  it('is not waited for where the operator comes back when its clock has nearly run out', async () => {
    const serve = await serving()
    const requestId = await theatre.ask(CONSUMER, sampleImage(3))
    const before = await theatre.oracleNode(HONEST)
    await until('it answered', async () => (await theatre.assertions(requestId)).length === 1)
    await before.stop()
    const { id } = await firstOf(requestId)
    await theatre.prepare(SHAM, id)
    const [bond] = (await theatre.contracts.game.read('challengerBond', id)) as unknown as [bigint]
    await theatre.transact(SHAM, theatre.contracts.game.encode('open', id, WORD), bond * 2n)
    await theatre.local.pass(TERMS.clock - 12)
    const after = await theatre.oracleNode(HONEST, { serve })
    await until('it saw the game', () => after.said('gameSeen').length === 1)
    const client = await TraceClient.open(serve.publicUrl)
    const gameId = gameIdOf(id, account(SHAM).address, WORD)
    expect(await client.hello(account(SHAM), gameId, theatre.deployment)).to.equal('ready')
    await until('it answers on chain', () => after.moves().includes('reveal'), 6_000)
    client.close()
    await after.stop()
  })

  it('is announced when its address changes, and not otherwise', async () => {
    const [one, other] = [await serving(), await serving()]
    for (const [serve, announced] of [
      [one, 1],
      [one, 0],
      [other, 1],
      [one, 1],
    ] as const) {
      const operator = await theatre.oracleNode(OTHER, { serve })
      const seen = () => operator.moves().filter((kind) => kind === 'announce').length
      if (announced > 0) await until('it announced', () => seen() === announced)
      await theatre.local.mine()
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(seen(), JSON.stringify(serve)).to.equal(announced)
      await operator.stop()
    }
  })
})
