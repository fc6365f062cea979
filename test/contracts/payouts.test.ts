import { before, describe, it } from 'node:test'
import { expect } from 'chai'
import { ETHER } from '../support/arena.ts'
import { CLAIMS, GAME, GOVERNOR, GUARDIAN, ORACLE, VaultStage } from '../support/vault.ts'

const [ALICE, BOB, CAROL, DAVE, ERIN, FRANK] = [5, 6, 7, 8, 9, 10] as const
const DAY = 86_400
const GAP = 10_000
const FREEZE = 5 * DAY
const BURNED = '0x000000000000000000000000000000000000dEaD'

describe('payouts', () => {
  let stage: VaultStage
  before(async () => {
    stage = await VaultStage.open({ airGap: GAP, maxFreeze: FREEZE })
  })

  describe('escrow', () => {
    it('is at once what was credited to a contract of the protocol, and moves only by that one', async () => {
      await stage.credit(GAME, 100n)
      expect([await stage.owed(GAME), await stage.owed(ORACLE)]).to.deep.equal([100n, 0n])
      await stage.send(GAME, 'transferPayout', stage.addresses[CLAIMS], 60n)
      await stage.send(CLAIMS, 'transferPayout', stage.addresses[ALICE], 10n)
      const burned = await stage.chain.getBalance(BURNED)
      await stage.send(CLAIMS, 'burnPayout', 50n)
      expect((await stage.chain.getBalance(BURNED)) - burned).to.equal(50n)
      expect([await stage.owed(GAME), await stage.owed(CLAIMS), await stage.owed(ALICE)]).to.deep.equal([40n, 0n, 10n])
      expect(await stage.refused(GAME, 'transferPayout', stage.addresses[ALICE], 41n)).to.equal('OperatorRegistry_PayoutTooLow')
      expect(await stage.refused(CLAIMS, 'burnPayout', 1n)).to.equal('OperatorRegistry_PayoutTooLow')
      expect(await stage.refused(GAME, 'withdraw', stage.addresses[GAME])).to.equal('OperatorRegistry_NothingToWithdraw')
    })

    it('is for the protocol alone, and so are locks', async () => {
      for (const who of [GOVERNOR, GUARDIAN, ALICE]) {
        expect(await stage.refused(who, 'transferPayout', stage.addresses[who], 0n)).to.equal('OperatorRegistry_NotProtocol')
        expect(await stage.refused(who, 'burnPayout', 0n)).to.equal('OperatorRegistry_NotProtocol')
      }
      for (const who of [GOVERNOR, GUARDIAN, ALICE, GAME, CLAIMS]) {
        for (const method of ['lock', 'release'])
          expect(await stage.refused(who, method, stage.addresses[ALICE], 0n)).to.equal('OperatorRegistry_NotProtocol')
        expect(await stage.refused(who, 'slash', stage.addresses[ALICE], 0n, [], [])).to.equal('OperatorRegistry_NotProtocol')
      }
    })
  })

  describe('air gap', () => {
    it('dust postpones nothing: whatever follows, a credit is ready between one gap and two', async () => {
      await stage.credit(BOB, ETHER)
      const start = await stage.now()
      expect([await stage.owed(BOB), await stage.ready(BOB)]).to.deep.equal([ETHER, 0n])
      expect(await stage.refused(BOB, 'withdraw', stage.addresses[BOB])).to.equal('OperatorRegistry_NothingToWithdraw')
      while ((await stage.now()) < start + 2 * GAP - 1000) {
        await stage.pass(600)
        await stage.credit(BOB, 1n)
        expect(await stage.ready(BOB)).to.equal(0n)
      }
      await stage.passTo(start + 2 * GAP - 1)
      expect(await stage.ready(BOB)).to.equal(0n)
      await stage.passTo(start + 2 * GAP)
      expect(await stage.ready(BOB)).to.satisfy((wei: bigint) => wei >= ETHER && wei < ETHER + 20n)
      const [before, ready] = [await stage.balance(CAROL), await stage.ready(BOB)]
      await stage.send(BOB, 'withdraw', stage.addresses[CAROL])
      expect((await stage.balance(CAROL)) - before).to.equal(ready)
      expect(await stage.owed(BOB), 'the later dust still waits').to.satisfy((wei: bigint) => wei > 0n && wei < 20n)
      expect(await stage.ready(BOB)).to.equal(0n)
      await stage.pass(2 * GAP)
      expect(await stage.ready(BOB)).to.equal(await stage.owed(BOB))
    })

    it('keeps to that for any order of credits, waits and withdrawals, and loses no wei', async () => {
      const credits: { at: number; wei: bigint }[] = []
      const sum = (until: number): bigint => credits.filter(({ at }) => at <= until).reduce((total, { wei }) => total + wei, 0n)
      let taken = 0n
      let seed = 7
      const draw = (below: number): number => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
        return (seed >>> 8) % below
      }
      for (let i = 0; i < 150; i++) {
        const deed = draw(8)
        if (deed < 4) {
          const wei = BigInt(1 + draw(1000))
          await stage.credit(DAVE, wei)
          credits.push({ at: await stage.now(), wei })
        } else if (deed < 7) await stage.pass(1 + draw(GAP))
        else if ((await stage.ready(DAVE)) > 0n) {
          const before = await stage.balance(CAROL)
          await stage.send(DAVE, 'withdraw', stage.addresses[CAROL])
          taken += (await stage.balance(CAROL)) - before
        }
        const now = await stage.now()
        expect((await stage.owed(DAVE)) + taken).to.equal(sum(now))
        const came = (await stage.ready(DAVE)) + taken
        expect(came, `step ${i}: what is older than two gaps is ready`).to.satisfy((wei: bigint) => wei >= sum(now - 2 * GAP))
        expect(came, `step ${i}: what is younger than one gap is not`).to.satisfy((wei: bigint) => wei <= sum(now - GAP))
      }
      expect(taken > 0n).to.equal(true)
    })

    it('governance cannot change when money that was credited is ready', async () => {
      const start = await stage.now()
      await stage.credit(ERIN, 100n)
      await stage.rule({ airGap: 0 })
      expect(await stage.ready(ERIN), 'not earlier').to.equal(0n)
      await stage.rule({ airGap: 7 * DAY })
      await stage.passTo(start + GAP + 100)
      await stage.credit(ERIN, 1n)
      await stage.passTo(start + 2 * GAP + 100)
      expect(await stage.ready(ERIN), 'not later').to.equal(100n)
      await stage.rule({ airGap: 100 })
      await stage.passTo(start + GAP + 8 * DAY)
      await stage.credit(ERIN, 10n)
      await stage.pass(2 * 7 * DAY)
      expect(await stage.ready(ERIN)).to.equal(111n)
    })

    it('a shortened gap lets no later money overtake, and never strands any', async () => {
      await stage.rule({ airGap: 7 * DAY })
      await stage.credit(FRANK, 1000n)
      await stage.pass(7 * DAY)
      await stage.rule({ airGap: 0 })
      await stage.credit(FRANK, 7n)
      expect(await stage.ready(FRANK), 'without a gap at once').to.equal(7n)
      await stage.rule({ airGap: 60 })
      await stage.credit(FRANK, 20n)
      await stage.pass(200)
      expect(await stage.ready(FRANK)).to.equal(7n)
      await stage.credit(FRANK, 1n)
      await stage.pass(7 * DAY)
      expect(await stage.ready(FRANK)).to.equal(1028n)
      await stage.rule({})
    })
  })

  describe('freeze', () => {
    it('stops withdrawals of one account for a bounded time; it cannot seize, and cannot be prolonged', async () => {
      await stage.credit(ALICE, ETHER)
      await stage.pass(2 * GAP)
      const total = await stage.owed(ALICE)
      for (const who of [GOVERNOR, ALICE, BOB, ORACLE])
        expect(await stage.refused(who, 'freeze', stage.addresses[ALICE])).to.equal('AccessManagedUnauthorized')
      await stage.send(GUARDIAN, 'freeze', stage.addresses[ALICE])
      const until = (await stage.now()) + FREEZE
      expect(await stage.vault.getFunction('frozenUntil')(stage.addresses[ALICE])).to.equal(BigInt(until))
      expect([await stage.owed(ALICE), await stage.ready(ALICE)]).to.deep.equal([total, 0n])
      expect(await stage.refused(ALICE, 'withdraw', stage.addresses[ALICE])).to.equal('OperatorRegistry_Frozen')
      for (const who of [GUARDIAN, GOVERNOR]) {
        for (const method of ['transferPayout', 'slash'] as const) {
          const args = method === 'slash' ? [stage.addresses[ALICE], 1n, [], []] : [stage.addresses[who], 1n]
          expect(await stage.refused(who, method, ...args)).to.equal('OperatorRegistry_NotProtocol')
        }
      }
      expect(await stage.refused(GUARDIAN, 'freeze', stage.addresses[ALICE])).to.equal('OperatorRegistry_FreezeTooSoon')
      await stage.rule({ maxFreeze: 14 * DAY })
      await stage.passTo(until - 1)
      expect(await stage.refused(GUARDIAN, 'freeze', stage.addresses[ALICE])).to.equal('OperatorRegistry_FreezeTooSoon')
      expect(await stage.ready(ALICE)).to.equal(0n)
      await stage.passTo(until)
      expect(await stage.ready(ALICE), 'all of it').to.equal(total)
      await stage.passTo(until + 7 * DAY - 1)
      expect(await stage.refused(GUARDIAN, 'freeze', stage.addresses[ALICE]), 'time for its owner').to.equal(
        'OperatorRegistry_FreezeTooSoon',
      )
      const before = await stage.balance(CAROL)
      await stage.send(ALICE, 'withdraw', stage.addresses[CAROL])
      expect((await stage.balance(CAROL)) - before).to.equal(total)
      await stage.send(GUARDIAN, 'freeze', stage.addresses[ALICE])
      await stage.rule({})
    })

    it('leaves staking, credits and everybody else alone', async () => {
      await stage.send(ALICE, 'stake', { value: 5n })
      await stage.send(ALICE, 'beginUnstake', 5n)
      await stage.send(ALICE, 'completeUnstake')
      expect(await stage.owed(ALICE)).to.equal(5n)
      await stage.credit(BOB, 9n)
      await stage.pass(2 * GAP)
      await stage.send(BOB, 'withdraw', stage.addresses[CAROL])
      expect(await stage.refused(ALICE, 'withdraw', stage.addresses[ALICE])).to.equal('OperatorRegistry_Frozen')
    })
  })
})
