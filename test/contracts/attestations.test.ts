import { before, beforeEach, describe, it } from 'node:test'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { ALICE, AttestationStage, BOB, CAROL, DAY, POOR, STAKE } from '../support/attestation-stage.ts'
import { errorName } from '../support/error-name.ts'

describe('attestations', () => {
  let stage: AttestationStage
  before(async () => {
    stage = await AttestationStage.open(sampleNetwork())
  })
  beforeEach(() => stage.reset())

  it('make a version active once k operators with stake attest; until then only who allows it can ask', async () => {
    const ask = (allowInactive: boolean) => {
      const terms = { deadline: 2 ** 39, liveness: 3600, bond: ETHER, fee: 0, delayPrice: 0, callbackGas: 0, redundancy: 1 }
      const oracle = stage.arena.oracle(1)
      const call = oracle
        .getFunction('requestInference')
        .staticCall(stage.version, sampleImage(1), { ...terms, optimistic: false, allowInactive })
      return errorName(oracle, call)
    }
    expect(await stage.isActive()).to.equal(false)
    await stage.attest(ALICE)
    expect([await stage.isActive(), await stage.locked(ALICE)]).to.deep.equal([false, STAKE])
    expect(await ask(false)).to.equal('InferenceOracle_VersionInactive')
    expect(await ask(true)).to.equal('none')
    expect(await stage.refused(ALICE, 'attest'), 'one account counts once').to.equal('Attestations_TooEarly')
    await stage.attest(BOB)
    expect([await stage.isActive(), await stage.attesters()]).to.deep.equal([true, [BOB, ALICE]])
    expect(await ask(false)).to.equal('none')
    expect(await stage.refused(POOR, 'attest')).to.equal('OperatorRegistry_FreeStakeTooLow')
    await stage.arena.send(stage.arena.models(0).getFunction('retire')(stage.version))
    expect(await stage.refused(CAROL, 'attest')).to.equal('Attestations_Retired')
    expect(
      await errorName(
        stage.at(0),
        stage
          .at(0)
          .getFunction('attest')
          .staticCall(`0x${'12'.repeat(32)}`),
      ),
    ).to.equal('ModelRegistry_UnknownVersion')
  })

  it('lapse after 30 days; then the stake is free; a renewal in the second half keeps them up without a gap', async () => {
    await stage.attest(ALICE)
    await stage.attest(BOB)
    expect(await stage.refused(BOB, 'release')).to.equal('Attestations_NotLapsed')
    await stage.arena.pass(15 * DAY)
    await stage.attest(ALICE)
    expect([await stage.attesters(), await stage.locked(ALICE)], 'one entry, one stake').to.deep.equal([[ALICE, BOB], STAKE])
    expect(await stage.refused(ALICE, 'attest')).to.equal('Attestations_TooEarly')
    await stage.arena.pass(15 * DAY)
    expect([await stage.isActive(), await stage.attesters()]).to.deep.equal([false, [ALICE]])
    await stage.send(BOB, 'release')
    expect(await stage.locked(BOB)).to.equal(0n)
    expect(await stage.refused(BOB, 'release')).to.equal('Attestations_NotAttested')
    expect(await stage.refused(CAROL, 'release')).to.equal('Attestations_NotAttested')
    await stage.attest(BOB)
    expect(await stage.isActive()).to.equal(true)
    await stage.arena.pass(15 * DAY)
    await stage.attest(ALICE)
    expect([await stage.attesters(), await stage.locked(ALICE)], 'a lapsed one is replaced').to.deep.equal([[ALICE, BOB], STAKE])
  })

  it('entries of accounts that are gone cost a reader nothing much', async () => {
    for (let round = 0; round < 4; round++) {
      for (const who of [ALICE, BOB, CAROL]) await stage.attest(who)
      await stage.arena.pass(round === 3 ? 1 : 15 * DAY)
    }
    const gas = await stage.at(0).getFunction('isAttested').estimateGas(stage.version, 4)
    expect(await stage.at(0).getFunction('isAttested')(stage.version, 4)).to.equal(false)
    expect(await stage.at(0).getFunction('isAttested')(stage.version, 3)).to.equal(true)
    expect(gas < 60_000n).to.equal(true)
  })
})
