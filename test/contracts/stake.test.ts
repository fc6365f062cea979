import { before, describe, it } from 'node:test'
import { expect } from 'chai'
import { ATTESTATIONS, GAME, GOVERNOR, ORACLE, VaultStage } from '../support/vault.ts'

const [ALICE, BOB, CAROL, DAVE, ERIN, FRANK, GRACE] = [5, 6, 7, 8, 9, 10, 11] as const
const DAY = 86_400
const DELAY = 3 * DAY
const BURNED = '0x000000000000000000000000000000000000dEaD'

describe('stake', () => {
  let stage: VaultStage
  const unbonding = async (who: number): Promise<readonly bigint[]> =>
    (await stage.vault.getFunction('unbondingOf')(stage.addresses[who])).toArray()
  const lock = (who: number, amount: bigint): Promise<void> => stage.send(ORACLE, 'lock', stage.addresses[who], amount)
  const lockRefused = (who: number, amount: bigint): Promise<string> => stage.refused(ORACLE, 'lock', stage.addresses[who], amount)

  before(async () => {
    stage = await VaultStage.open({ unbondingDelay: DELAY })
  })

  it('leaves after the unbonding delay, and backs nothing meanwhile', async () => {
    await stage.send(ALICE, 'stake', { value: 100n })
    expect(await stage.refused(ALICE, 'completeUnstake')).to.equal('OperatorRegistry_NothingToUnstake')
    expect(await stage.refused(ALICE, 'beginUnstake', 0n)).to.equal('OperatorRegistry_NothingToUnstake')
    expect(await stage.refused(ALICE, 'beginUnstake', 101n)).to.equal('OperatorRegistry_FreeStakeTooLow')
    await stage.send(ALICE, 'beginUnstake', 60n)
    const readyAt = (await stage.now()) + DELAY
    expect(await unbonding(ALICE)).to.deep.equal([60n, BigInt(readyAt)])
    expect(await stage.stake(ALICE)).to.deep.equal([40n, 0n])
    expect(await lockRefused(ALICE, 41n)).to.equal('OperatorRegistry_FreeStakeTooLow')
    await stage.passTo(readyAt - 1)
    expect(await stage.refused(ALICE, 'completeUnstake')).to.equal('OperatorRegistry_StillUnbonding')
    await stage.passTo(readyAt)
    await stage.send(ALICE, 'completeUnstake')
    expect([await stage.owed(ALICE), await stage.ready(ALICE)]).to.deep.equal([60n, 60n])
    expect(await unbonding(ALICE)).to.deep.equal([0n, 0n])
    expect(await stage.refused(ALICE, 'completeUnstake')).to.equal('OperatorRegistry_NothingToUnstake')
  })

  it('merges what unbonds: no part earlier than its own delay, and what is due already is not held back', async () => {
    await stage.send(BOB, 'stake', { value: 100n })
    await stage.send(BOB, 'beginUnstake', 10n)
    await stage.pass(DELAY / 2)
    await stage.send(BOB, 'beginUnstake', 20n)
    const second = (await stage.now()) + DELAY
    expect(await unbonding(BOB)).to.deep.equal([30n, BigInt(second)])
    await stage.passTo(second)
    await stage.send(BOB, 'beginUnstake', 5n)
    expect(await stage.owed(BOB), 'the thirty were due').to.equal(30n)
    expect((await unbonding(BOB))[0]).to.equal(5n)
    await stage.rule({ unbondingDelay: 0 })
    await stage.send(BOB, 'beginUnstake', 1n)
    expect(await stage.refused(BOB, 'completeUnstake'), 'a shorter delay frees nothing that began under the longer').to.equal(
      'OperatorRegistry_StillUnbonding',
    )
    await stage.rule({ unbondingDelay: 30 * DAY })
    await stage.pass(DELAY)
    await stage.send(BOB, 'completeUnstake')
    expect(await stage.owed(BOB), 'nor does a longer one hold it').to.equal(36n)
    await stage.rule({})
  })

  it('bond exhaustion: locks never exceed the free stake, and each release or slash frees exactly its own', async () => {
    await stage.send(CAROL, 'stake', { value: 100n })
    await lock(CAROL, 40n)
    await stage.send(ATTESTATIONS, 'lock', stage.addresses[CAROL], 60n)
    expect(await lockRefused(CAROL, 1n)).to.equal('OperatorRegistry_FreeStakeTooLow')
    expect(await stage.refused(CAROL, 'beginUnstake', 1n)).to.equal('OperatorRegistry_FreeStakeTooLow')
    await stage.send(ORACLE, 'release', stage.addresses[CAROL], 40n)
    expect(await stage.stake(CAROL)).to.deep.equal([100n, 60n])
    const burned = await stage.chain.getBalance(BURNED)
    await stage.send(ORACLE, 'slash', stage.addresses[CAROL], 60n, [stage.addresses[GAME], stage.addresses[DAVE]], [12n, 18n])
    expect(await stage.stake(CAROL)).to.deep.equal([40n, 0n])
    expect([await stage.owed(GAME), await stage.owed(DAVE)]).to.deep.equal([12n, 18n])
    expect((await stage.chain.getBalance(BURNED)) - burned).to.equal(30n)
    for (const [method, args] of [
      ['release', [stage.addresses[CAROL], 1n]],
      ['slash', [stage.addresses[CAROL], 1n, [], []]],
      ['lock', [stage.addresses[CAROL], 2n ** 97n]],
    ] as const) {
      expect(await stage.refused(ORACLE, method, ...args), method).to.not.equal('none')
    }
    await lock(CAROL, 40n)
    expect(
      await stage.refused(ORACLE, 'slash', stage.addresses[CAROL], 40n, [stage.addresses[DAVE]], [41n]),
      'more than it takes',
    ).to.not.equal('none')
  })

  it('exposure cap: no more than the rule allows is locked, nor more than the operator allows itself', async () => {
    await stage.rule({ exposureBps: 5000 })
    await stage.send(ERIN, 'stake', { value: 100n })
    await lock(ERIN, 50n)
    expect(await lockRefused(ERIN, 1n)).to.equal('OperatorRegistry_ExposureTooHigh')
    expect(await stage.refused(ERIN, 'beginUnstake', 1n), 'nor does unstaking get round it').to.equal('OperatorRegistry_ExposureTooHigh')
    await stage.send(ORACLE, 'release', stage.addresses[ERIN], 50n)
    await stage.send(ERIN, 'setExposureCap', 2000)
    expect(await stage.vault.getFunction('exposureCapOf')(stage.addresses[ERIN])).to.equal(2000n)
    expect(await lockRefused(ERIN, 21n)).to.equal('OperatorRegistry_ExposureTooHigh')
    await lock(ERIN, 20n)
    await stage.send(ERIN, 'setExposureCap', 9000)
    expect(await lockRefused(ERIN, 31n), 'its own cap cannot lift the rule').to.equal('OperatorRegistry_ExposureTooHigh')
    await stage.send(ERIN, 'setExposureCap', 0)
    await lock(ERIN, 30n)
    expect(await stage.refused(ERIN, 'setExposureCap', 10_001)).to.equal('OperatorRegistry_BadCap')
    await stage.rule({})
  })

  it('governance cannot hold back a stake, nor the bond of what is under way', async () => {
    await stage.send(FRANK, 'stake', { value: 100n })
    await lock(FRANK, 50n)
    await stage.rule({ exposureBps: 1000, unbondingDelay: 30 * DAY })
    expect(await stage.refused(FRANK, 'beginUnstake', 50n), 'free under the rule of the lock').to.equal('none')
    expect(await lockRefused(FRANK, 1n)).to.equal('OperatorRegistry_ExposureTooHigh')
    await stage.send(ORACLE, 'release', stage.addresses[FRANK], 50n)
    expect(await stage.stake(FRANK)).to.deep.equal([100n, 0n])
    await stage.rule({})
    for (const method of ['lock', 'release'])
      expect(await stage.refused(GOVERNOR, method, stage.addresses[FRANK], 1n)).to.equal('OperatorRegistry_NotProtocol')
  })

  it('a payout that its receiver refuses stays with its owner', async () => {
    await stage.send(GRACE, 'stake', { value: 3n })
    await stage.send(GRACE, 'beginUnstake', 3n)
    await stage.pass(DELAY)
    await stage.send(GRACE, 'completeUnstake')
    expect(await stage.refused(GRACE, 'withdraw', stage.vault.target)).to.equal('OperatorRegistry_TransferFailed')
    expect(await stage.ready(GRACE)).to.equal(3n)
  })
})
