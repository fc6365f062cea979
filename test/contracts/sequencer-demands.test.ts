import { beforeEach, describe, it } from 'node:test'
import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { ALICE, AttestationStage, BOB, DAY, HELPER, STAKE } from '../support/attestation-stage.ts'
import { chainWithFeed } from '../support/embedded-chain.ts'

const OUTAGE = 3 * DAY

describe('a demand while the sequencer is down', () => {
  let stage: AttestationStage
  let feed: Contract
  let deadline: number

  beforeEach(async () => {
    const chain = await chainWithFeed()
    feed = chain.feed
    stage = await AttestationStage.open(sampleNetwork(), { sequencerFeed: String(feed.target) }, chain.provider)
    await stage.attest(ALICE)
    await stage.demand()
    await stage.draw()
    deadline = await read()
  })

  const read = async (): Promise<number> => Number((await stage.at(0).getFunction('demandOf')(stage.version)).deadline)
  const set = async (answer: number): Promise<number> => {
    const at = await stage.arena.now()
    await stage.arena.send(feed.getFunction('set')(answer, at))
    return at
  }
  const outage = async (): Promise<number> => {
    const from = await set(1)
    await stage.arena.pass(OUTAGE)
    return (await set(0)) - from
  }

  it('does not fail in an outage longer than its day, nor because of it afterwards: it is answered, and nobody slashed', async () => {
    await stage.arena.pass(DAY - 1000)
    const from = await set(1)
    await stage.arena.pass(OUTAGE)
    expect(await stage.refused(HELPER, 'fail'), 'during the outage').to.equal('Attestations_NotOverdue')
    const lost = (await set(0)) - from
    expect(await stage.refused(HELPER, 'fail'), 'after it').to.equal('Attestations_NotOverdue')
    await stage.attest(BOB)
    expect(await read(), 'the deadline that is read moves with it').to.equal(deadline + lost)
    await stage.send(HELPER, 'answer', await stage.answers())
    expect(await stage.refused(HELPER, 'slash', stage.arena.addresses[ALICE])).to.equal('Attestations_NotForfeit')
    expect(await stage.locked(ALICE)).to.equal(STAKE)
  })

  it('fails when the sequencer was up for a day without an answer, an outage before, between or after', async () => {
    let lost = 0
    for (let i = 0; i < 3; i++) {
      await stage.arena.pass(DAY / 4)
      lost += await outage()
    }
    expect(await stage.refused(HELPER, 'fail')).to.equal('Attestations_NotOverdue')
    expect(await read()).to.equal(deadline + lost)
    await stage.arena.pass(deadline + lost - (await stage.arena.now()) + 1)
    expect(await stage.refused(HELPER, 'answer', await stage.answers())).to.equal('Attestations_TooLate')
    await outage()
    expect(await stage.refused(HELPER, 'answer', await stage.answers()), 'a later outage brings nothing back').to.equal(
      'Attestations_TooLate',
    )
    await stage.send(HELPER, 'fail')
    await stage.send(HELPER, 'slash', stage.arena.addresses[ALICE])
    expect(await stage.locked(ALICE)).to.equal(0n)
  })

  it('a feed that does not answer stops nothing', async () => {
    await stage.arena.send(feed.getFunction('mute')(true))
    await stage.arena.pass(DAY + 1)
    expect(await stage.refused(HELPER, 'fail')).to.equal('none')
  })
})
