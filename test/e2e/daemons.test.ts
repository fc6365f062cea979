import { after, before, describe, it } from 'node:test'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { expect } from 'chai'
import { ETHER, TERMS } from '../support/arena.ts'
import { until } from '../support/local-chain.ts'
import { sampleModel } from '../support/sample-model.ts'
import { Theatre } from '../support/theatre.ts'

const CONSUMER = 1
const HONEST = 2
const LIAR = 3
const CHALLENGER = 4

describe('daemons over WebSocket', () => {
  let theatre: Theatre
  before(async () => {
    theatre = await Theatre.open(sampleModel())
    for (const who of [HONEST, LIAR]) await theatre.stake(who, 10n * ETHER)
  })
  after(() => theatre.close())

  it('answers, settles and frees the bond, with nobody’s hand in it', async () => {
    const honest = await theatre.oracleNode(HONEST)
    const watcher = await theatre.challenger(CHALLENGER)
    const requestId = await theatre.ask(CONSUMER, sampleImage(1))
    await until('it asserted', async () => (await theatre.assertions(requestId)).length === 1)
    await until('the assertion was checked', () => watcher.said('assertionTrue').length === 1)
    await theatre.local.pass(3601)
    await until('it settled', async () => (await theatre.request(requestId)).status === 'SETTLED')
    expect(await theatre.payout(HONEST)).to.equal(10n ** 16n)
    expect((await theatre.stakeOf(HONEST)).locked).to.equal(0n)
    expect(honest.moves()).to.deep.equal(['assert', 'settle'])
    expect(watcher.moves()).to.deep.equal([])
    await honest.stop()
    await watcher.stop()
  })

  it('finds a lie, slashes it, settles the truth and pays the challenger', async () => {
    const stakeBefore = (await theatre.stakeOf(LIAR)).total
    const payoutBefore = await theatre.payout(CHALLENGER)
    const liar = await theatre.oracleNode(LIAR, { lie: parseLie('3:4:downstream:0x800000') })
    const requestId = await theatre.ask(CONSUMER, sampleImage(2))
    await until('it lied', async () => (await theatre.assertions(requestId)).length === 1)
    const honest = await theatre.oracleNode(HONEST)
    await until('the truth is told too', async () => (await theatre.assertions(requestId)).length === 2)
    const tower = await theatre.challenger(null)
    const challenger = await theatre.challenger(CHALLENGER)
    await until('the lie fell', async () => (await theatre.assertions(requestId))[0]!.status === 'DEFEATED')
    expect(tower.said('assertionFalse')).to.have.length(1)
    expect((await theatre.stakeOf(LIAR)).total).to.equal(stakeBefore - ETHER)
    const [reward] = await theatre.contracts.claims.read('rewardOf', (await theatre.assertions(requestId))[0]!.id)
    expect(reward >= ETHER / 10n && reward <= ETHER / 5n, String(reward)).to.equal(true)
    await theatre.local.pass(3601)
    await until('the truth settled', async () => (await theatre.request(requestId)).status === 'SETTLED')
    await until('a claim was begun', () => challenger.moves().includes('startClaim'))
    await theatre.local.mine(3)
    await until('it was proved', () => challenger.moves().includes('proveClaim'))
    await theatre.local.pass(TERMS.claimWindow + 1)
    await until('it was paid', () => challenger.moves().includes('payClaim'))
    expect((await theatre.payout(CHALLENGER)) - payoutBefore).to.equal(TERMS.gameBond + reward)
    expect(challenger.moves()).to.deep.equal([
      'prepare',
      'open',
      'descendTrace',
      'pick',
      'descendTensor',
      'step',
      'startClaim',
      'proveClaim',
      'payClaim',
    ])
    expect(liar.moves()).to.deep.equal(['assert', 'reveal', 'swearInterior', 'reveal', 'swearTotals'])
    expect(honest.moves()).to.deep.equal(['assert', 'settle'])
    for (const actor of [liar, honest, challenger, tower]) await actor.stop()
  })
})
