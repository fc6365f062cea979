import { before, describe, it } from 'node:test'
import { expect } from 'chai'
import { ALICE, BOB, LIAR, OWNER } from '../support/clinic.ts'
import { errorName } from '../support/error-name.ts'
import { FEE, Market, STEADY } from '../support/lending.ts'

const AIR_GAP = 7200
const DAY = 86_400

describe('a consumer whose users pay, behind an air gap', () => {
  let at: Market
  before(async () => {
    at = await Market.open({ airGap: AIR_GAP })
  })

  const error = (who: number, name: string, args: readonly unknown[] = [], value = 0n) =>
    errorName(at.market, at.attempt(who, name, args, value))
  const balance = (address: string) => at.clinic.arena.provider.getBalance(address)

  it('owes a refund at once, pays it when the vault has it ready, and gives none of it away before', async () => {
    const question = await at.apply(ALICE, STEADY)
    await at.clinic.arena.pass(DAY + 1)
    await at.do(BOB, 'refund', [question.requestId])
    const owed: bigint = await at.read('owedTo', at.clinic.address(ALICE))
    expect(owed > FEE).equal(true)
    expect(await error(ALICE, 'withdrawOwed', [at.clinic.address(ALICE)])).equal('UserPaidConsumer_NotReadyYet')

    // A liar's bond compensates the market; that alone is surplus, however ready it is.
    const other = await at.apply(BOB, STEADY)
    const lying = await at.clinic.assert(other, LIAR, at.clinic.lie(other, 0, 0, 0.9))
    await at.clinic.topple(other, lying)
    const treasury = `0x${'00'.repeat(18)}7ea5`
    await at.do(OWNER, 'collect', [treasury])
    expect(await balance(treasury)).equal(0n)
    await at.clinic.arena.pass(2 * AIR_GAP)
    await at.do(OWNER, 'collect', [treasury])
    expect(await balance(treasury), 'what a question under way might give back is held as well').equal(0n)
    expect(await error(BOB, 'close', [[other.requestId]])).equal('UserPaidConsumer_NotSettled')
    await at.clinic.answer(other)
    await at.do(BOB, 'close', [[other.requestId, other.requestId]])
    await at.do(OWNER, 'collect', [treasury])
    expect(await balance(treasury)).equal(FEE)

    const purse = `0x${'00'.repeat(18)}a11c`
    await at.do(ALICE, 'withdrawOwed', [purse])
    expect(await balance(purse)).equal(owed)
    expect([await at.read('totalOwed'), await balance(String(at.market.target))]).deep.equal([0n, 0n])
  })

  it('gives nothing away of a question that somebody ended at the oracle, before its refund is on record', async () => {
    const question = await at.apply(ALICE, STEADY)
    await at.clinic.arena.pass(DAY + 1)
    await at.clinic.arena.send(at.clinic.arena.oracle(BOB).getFunction('expire')(question.requestId))
    await at.clinic.arena.pass(2 * AIR_GAP)
    const treasury = `0x${'00'.repeat(18)}7ea6`
    await at.do(OWNER, 'collect', [treasury])
    expect(await balance(treasury)).equal(0n)
    await at.do(BOB, 'refund', [question.requestId])
    const purse = `0x${'00'.repeat(18)}a11d`
    await at.do(ALICE, 'withdrawOwed', [purse])
    expect((await balance(purse)) > FEE).equal(true)
  })

  it('takes native money from the vault alone, and refunds only its own expired questions', async () => {
    const sent = at.clinic.arena.signers[ALICE]!.call({ to: String(at.market.target), value: 1n })
    expect(await errorName(at.market, sent)).equal('UserPaidConsumer_NotVault')
    expect(await error(ALICE, 'refund', [`0x${'12'.repeat(32)}`])).equal('UserPaidConsumer_NothingToRefund')
    const question = await at.apply(ALICE, STEADY)
    await at.clinic.answer(question)
    expect(await error(ALICE, 'refund', [question.requestId]), 'it was answered').equal('UserPaidConsumer_NothingToRefund')
  })
})
