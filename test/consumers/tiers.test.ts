import { before, describe, it } from 'node:test'
import { TiersHarness } from '@opine/abi/generated/TiersHarness.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { ETHER } from '../support/arena.ts'
import { ALICE, Clinic, HONEST, OTHER } from '../support/clinic.ts'
import { deploy } from '../support/deploy.ts'
import { errorName } from '../support/error-name.ts'

const [QUICK, STANDARD, HIGH, CRITICAL] = [0, 1, 2, 3] as const
const FEE = ETHER / 100n

describe('security tiers', () => {
  let clinic: Clinic
  let tiers: Contract
  before(async () => {
    clinic = await Clinic.open('reader')
    tiers = await deploy(TiersHarness, [], clinic.arena.signers[0]!)
  })

  const terms = (which: number, { atStake = 0n, bps = 10_000n, delayPrice = 0n, within = 3600n, fee = FEE, gas = 0n } = {}) =>
    tiers.getFunction('terms')(clinic.arena.deployment.oracle, which, atStake, bps, delayPrice, within, fee, gas)

  it('grow in time, and in stakes that must agree', async () => {
    const all = await Promise.all([QUICK, STANDARD, HIGH, CRITICAL].map((which) => terms(which)))
    expect(all.map(({ liveness }) => liveness)).deep.equal([600n, 14_400n, 86_400n, 604_800n])
    expect(all.map(({ redundancy }) => redundancy)).deep.equal([1n, 1n, 2n, 3n])
    for (const each of all) expect(each.optimistic || each.allowInactive).equal(false)
  })

  it('back an answer with a bond that is worth it, rounded up, and never below what the oracle takes', async () => {
    const least: bigint = await clinic.arena.oracle(0).getFunction('minimumBond')(FEE)
    expect((await terms(QUICK)).bond).equal(least)
    expect((await terms(QUICK, { atStake: least * 3n, bps: 10_000n })).bond).equal(least * 3n)
    expect((await terms(QUICK, { atStake: least * 6n + 1n, bps: 5_000n })).bond).equal(least * 3n + 1n)
    const full = await terms(HIGH, { delayPrice: 7n, within: 60n, gas: 99n })
    expect([full.delayPrice, full.fee, full.callbackGas]).deep.equal([7n, FEE, 99n])
    expect(Number(full.deadline) - (await clinic.arena.now()), 'the clock goes on while the test runs').within(60, 660)
    const changed = await tiers.getFunction('optimistic')(full.toObject())
    expect([changed.optimistic, changed.allowInactive, changed.bond]).deep.equal([true, true, full.bond])
  })

  it('refuse what the oracle could not keep', async () => {
    const limit = 1n << 80n
    for (const wrong of [{ atStake: limit }, { delayPrice: limit }, { fee: limit }, { gas: 1n << 32n }, { within: 1n << 32n }])
      expect(await errorName(tiers, terms(QUICK, wrong))).equal('Tiers_TooLarge')
    expect(await errorName(tiers, terms(QUICK, { within: 0n }))).equal('Tiers_NoTime')
  })

  it('are terms that the oracle takes and settles by', async () => {
    const oracle = clinic.arena.oracle(ALICE)
    const input = new Uint8Array(96)
    for (const [which, asserters] of [
      [QUICK, [HONEST]],
      [HIGH, [HONEST, OTHER]],
    ] as const) {
      const full = (await terms(which, { atStake: 2n * ETHER })).toObject()
      const due: bigint = await oracle.getFunction('estimateFee')(clinic.arena.versionId, full)
      expect(due).equal(FEE)
      const asked = await clinic.send(oracle, ALICE, 'requestInference', [clinic.arena.versionId, input, full], due)
      const question = clinic.question(asked)
      await clinic.answer(question, asserters)
      expect((await oracle.getFunction('resultOf')(question.requestId)).isFinal).equal(true)
    }
  })
})
