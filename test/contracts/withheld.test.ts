import { before, beforeEach, describe, it } from 'node:test'
import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { ALICE, AttestationStage, BOB, CAROL, DAY, DEMANDER, HELPER, LATE, STAKE } from '../support/attestation-stage.ts'

const BURNED = '0x000000000000000000000000000000000000dEaD'

describe('withheld files', () => {
  let stage: AttestationStage
  before(async () => {
    stage = await AttestationStage.open(sampleNetwork())
  })
  beforeEach(() => stage.reset())

  it('withheld files: unanswered in time, every attester is slashed, more than half burned, and the version is inactive at once', async () => {
    await stage.attest(ALICE)
    await stage.attest(BOB)
    const value = await stage.demand()
    await stage.attest(LATE)
    expect(await stage.refused(ALICE, 'slash', stage.arena.addresses[ALICE])).to.equal('Attestations_NotForfeit')
    expect(await stage.refused(HELPER, 'fail'), 'not drawn').to.equal('Attestations_NotOverdue')
    await stage.draw()
    expect(await stage.refused(HELPER, 'fail')).to.equal('Attestations_NotOverdue')
    await stage.arena.pass(DAY + 1)
    const [demander, burned] = [await stage.arena.payout(DEMANDER), await stage.arena.provider.getBalance(BURNED)]
    await stage.send(HELPER, 'fail')
    expect((await stage.arena.payout(DEMANDER)) - demander, 'the bond comes back').to.equal(value)
    expect([await stage.isActive(), await stage.attesters()]).to.deep.equal([false, [LATE]])
    const helper = await stage.arena.payout(HELPER)
    for (const who of [ALICE, BOB]) {
      expect((await stage.at(0).getFunction('attestationOf')(stage.version, stage.arena.addresses[who])).forfeit).to.equal(true)
      expect(await stage.refused(who, 'attest')).to.equal('Attestations_Forfeit')
      await stage.send(HELPER, 'slash', stage.arena.addresses[who])
      expect((await stage.arena.operators(0).getFunction('stakeOf')(stage.arena.addresses[who])).toArray()).to.deep.equal([2n * STAKE, 0n])
      expect(await stage.refused(HELPER, 'slash', stage.arena.addresses[who]), 'once').to.equal('Attestations_NotAttested')
    }
    expect((await stage.arena.provider.getBalance(BURNED)) - burned).to.equal((2n * STAKE * 6n) / 10n)
    expect((await stage.arena.payout(DEMANDER)) - demander - value).to.equal((2n * STAKE * 3n) / 10n)
    expect((await stage.arena.payout(HELPER)) - helper).to.equal((2n * STAKE) / 10n)
    expect(await stage.refused(HELPER, 'slash', stage.arena.addresses[LATE]), 'who came later did not answer for it').to.equal(
      'Attestations_NotForfeit',
    )
    await stage.attest(ALICE)
    expect([await stage.isActive(), await stage.attesters()]).to.deep.equal([true, [ALICE, LATE]])
  })

  it('nobody escapes a demand: not by the end of the attestation, by renewing, or behind a later failure', async () => {
    await stage.attest(ALICE)
    await stage.arena.pass(30 * DAY - 100)
    await stage.attest(BOB)
    await stage.demand()
    await stage.arena.pass(200)
    expect(await stage.refused(ALICE, 'release'), 'lapsed, but it answers').to.equal('Attestations_DemandPending')
    expect(await stage.refused(ALICE, 'attest')).to.equal('Attestations_DemandPending')
    await stage.arena.pass(16 * DAY)
    expect(await stage.refused(BOB, 'attest'), 'renewing waits').to.equal('Attestations_DemandPending')
    await stage.draw()
    await stage.arena.pass(DAY + 1)
    expect(await stage.refused(ALICE, 'release'), 'overdue is failed').to.equal('Attestations_Forfeit')
    await stage.attest(CAROL)
    expect(await stage.attesters(), 'attesting ended the overdue demand').to.deep.equal([CAROL])
    await stage.demand()
    await stage.draw()
    await stage.arena.pass(DAY + 1)
    await stage.send(HELPER, 'fail')
    for (const who of [ALICE, BOB, CAROL]) await stage.send(HELPER, 'slash', stage.arena.addresses[who])
    expect([await stage.locked(ALICE), await stage.locked(BOB), await stage.locked(CAROL)]).to.deep.equal([0n, 0n, 0n])
  })

  it('who attests while a demand is pending answers for the next one, and who lapsed before one does not answer for it', async () => {
    await stage.attest(ALICE)
    await stage.arena.pass(29 * DAY)
    await stage.attest(BOB)
    await stage.arena.pass(2 * DAY)
    await stage.demand()
    await stage.attest(LATE)
    await stage.draw()
    await stage.arena.pass(DAY + 1)
    await stage.send(HELPER, 'fail')
    await stage.send(ALICE, 'release')
    expect(await stage.locked(ALICE)).to.equal(0n)
    await stage.demand()
    await stage.draw()
    await stage.arena.pass(DAY + 1)
    await stage.send(HELPER, 'fail')
    for (const who of [BOB, LATE]) await stage.send(HELPER, 'slash', stage.arena.addresses[who])
    expect([await stage.locked(BOB), await stage.locked(LATE)]).to.deep.equal([0n, 0n])
  })
})
