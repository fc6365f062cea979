import { before, describe, it } from 'node:test'
import { expect } from 'chai'
import { ALICE, BOB, CAROL, HONEST, KEEPER, LIAR, numbersOf, OTHER, OWNER, type Question } from '../support/clinic.ts'
import { errorName } from '../support/error-name.ts'
import { DOLLAR, FEE, featuresOf, Market, RISKY, type Row, STEADY } from '../support/lending.ts'

const STAGES = ['NONE', 'PENDING', 'APPROVED', 'DECLINED', 'USED', 'EXPIRED'] as const
const DAY = 86_400
const [LENDER, STRANGER] = [CAROL, KEEPER] as const

/** The offer that a risk leads to, in exact integers. */
function offerOf(risk: number, row: Row) {
  const millions = BigInt(Math.ceil(risk * 1e6))
  const asked = BigInt(row.loan) * 500n * DOLLAR
  if (millions >= 200_000n) return { asked, limit: 0n, rateBps: 0n, depositBps: 0n }
  const up = (a: bigint, b: bigint) => (a + b - 1n) / b
  return {
    asked,
    limit: (asked * (200_000n - millions)) / 200_000n,
    rateBps: 400n + up(millions * 15_000n, 1_000_000n),
    depositBps: 500n + up(millions * 10_000n, 1_000_000n),
  }
}

describe('the lending market', () => {
  let at: Market
  before(async () => {
    at = await Market.open()
    for (const who of [ALICE, BOB, LENDER, STRANGER]) await at.fund(who, 100_000n * DOLLAR)
    await at.do(LENDER, 'deposit', [50_000n * DOLLAR, at.clinic.address(LENDER)])
  })

  const stage = async ({ requestId }: Question) => STAGES[Number((await at.read('application', requestId)).stage)]
  const error = (who: number, name: string, args: readonly unknown[] = [], value = 0n) =>
    errorName(at.market, at.attempt(who, name, args, value))

  it('writes the row that the model reads, pays what is due and owes the change', async () => {
    const question = await at.apply(ALICE, STEADY, { extra: 12_345n })
    expect(numbersOf(question.input)).deep.equal(Float32Array.from(featuresOf(STEADY)))
    expect(await at.read('owedTo', at.clinic.address(ALICE))).equal(12_345n)
    await at.do(ALICE, 'withdrawOwed', [at.clinic.address(ALICE)])
    expect(await error(ALICE, 'withdrawOwed', [at.clinic.address(ALICE)])).equal('UserPaidConsumer_NothingOwed')
    expect(await stage(question)).equal('PENDING')
    expect(await error(ALICE, 'borrow', [1])).equal('CreditDesk_NoOffer')
    await at.clinic.answer(question)
  })

  it('turns a good risk into a limit, a rate and a deposit, lends on it, and takes it back with interest', async () => {
    const requestId = await at.read('latestOf', at.clinic.address(ALICE))
    const { offer, asked } = await at.read('application', requestId)
    const risk = numbersOf(at.clinic.arena.truth(new Uint8Array(Float32Array.from(featuresOf(STEADY)).buffer)).buffers.at(-1)!)[0]!
    expect({ asked, limit: offer.limit, rateBps: offer.rateBps, depositBps: offer.depositBps }).deep.equal(offerOf(risk, STEADY))
    expect(offer.limit > (asked * 3n) / 4n).equal(true)

    expect(await error(ALICE, 'borrow', [offer.limit + 1n])).equal('CreditDesk_AboveLimit')
    const before = await at.balance(ALICE)
    const amount = 8_000n * DOLLAR
    const borrowed = await at.do(ALICE, 'borrow', [amount])
    const { deposit } = await at.read('loanOf', at.clinic.address(ALICE))
    expect((await at.balance(ALICE)) - before).equal(amount - deposit)
    expect(deposit).equal((amount * offer.depositBps + 9_999n) / 10_000n)
    expect(await error(ALICE, 'borrow', [1]), 'an offer is used once').equal('CreditDesk_NoOffer')
    expect(await error(ALICE, 'requestOffer', [STEADY, 0, '0x', 0]), 'one loan at a time').equal('Loans_HasLoan')

    await at.clinic.arena.pass(30 * DAY)
    const half = await at.do(BOB, 'repay', [at.clinic.address(ALICE), amount / 2n])
    const [paid] = at.clinic.arena.events(half, at.market, 'Repaid')
    const elapsed = BigInt((await half.getBlock()).timestamp - (await borrowed.getBlock()).timestamp)
    const year = BigInt(365 * DAY) * 10_000n
    expect(paid!.interest, 'rounded up').equal((amount * offer.rateBps * elapsed + year - 1n) / year)
    await at.clinic.arena.pass(30 * DAY)
    await at.do(ALICE, 'repay', [at.clinic.address(ALICE), amount])
    expect((await at.read('loanOf', at.clinic.address(ALICE))).principal).equal(0n)
    await at.do(ALICE, 'claim', [at.clinic.address(ALICE)])
    expect(await error(ALICE, 'claim', [at.clinic.address(ALICE)])).equal('LendingPool_NothingToClaim')
    expect(await error(ALICE, 'repay', [at.clinic.address(ALICE), 1])).equal('Loans_NoLoan')

    const [cash, lent, accrued, held] = await at.read('books')
    expect([lent, held, await at.excess()]).deep.equal([0n, 0n, 0n])
    expect(accrued <= 1n).equal(true)
    expect(cash > 50_000n * DOLLAR, 'the lenders earned').equal(true)
  })

  it('is not fooled: a lie that a bad risk is a good one falls, and the truth declines', async () => {
    const question = await at.apply(BOB, RISKY)
    const lying = await at.clinic.assert(question, LIAR, at.clinic.lie(question, 0, 0, 0.01))
    expect(numbersOf(lying.output)[0]).equal(Math.fround(0.01))
    await at.clinic.topple(question, lying)
    await at.clinic.answer(question, [HONEST, OTHER])
    expect(await stage(question)).equal('DECLINED')
    expect(await error(BOB, 'borrow', [1])).equal('CreditDesk_NoOffer')
    expect(await error(BOB, 'collect', [at.clinic.address(BOB)])).equal('LendingMarket_NotTreasury')
    const to = `0x${'00'.repeat(18)}beef`
    await at.clinic.closeSettled(at.market)
    await at.do(OWNER, 'collect', [to])
    expect(await at.clinic.arena.provider.getBalance(to), 'compensation out of the liar’s bond').equal(FEE)
  })

  it('frees an application that nobody answers, and owes the applicant what it paid', async () => {
    const question = await at.apply(BOB, STEADY)
    expect(await error(BOB, 'requestOffer', [STEADY, 0, '0x', 0])).equal('CreditDesk_Pending')
    expect(await error(BOB, 'refund', [question.requestId])).equal('InferenceOracle_BeforeDeadline')
    await at.clinic.arena.pass(DAY + 1)
    await at.do(STRANGER, 'refund', [question.requestId])
    expect(await stage(question)).equal('EXPIRED')
    expect(await error(STRANGER, 'refund', [question.requestId])).equal('UserPaidConsumer_NothingToRefund')
    const owed = await at.read('owedTo', at.clinic.address(BOB))
    expect(owed).equal(await at.read('applicationFee', STEADY, FEE))
    const to = `0x${'00'.repeat(18)}b0b0`
    await at.do(BOB, 'withdrawOwed', [to])
    expect(await at.clinic.arena.provider.getBalance(to)).equal(owed)
    expect(await at.read('totalOwed')).equal(0n)
    await at.clinic.answer(await at.apply(BOB, STEADY))
  })

  it('shares what a partly answered question cost between the one who answered and the applicant', async () => {
    const question = await at.apply(BOB, { ...STEADY, loan: 50 })
    await at.clinic.assert(question)
    const paid: bigint = await at.read('applicationFee', { ...STEADY, loan: 50 }, FEE)
    await at.clinic.arena.pass(2 * DAY + 2)
    // Somebody ended it at the oracle itself: the refund is reckoned from what the oracle says.
    await at.clinic.send(at.clinic.arena.oracle(0), STRANGER, 'expire', [question.requestId])
    await at.do(STRANGER, 'refund', [question.requestId])
    expect(await at.read('owedTo', at.clinic.address(BOB))).equal(paid - FEE / 2n)
    await at.do(STRANGER, 'sendOwed', [at.clinic.address(BOB)])
    expect(await stage(question)).equal('EXPIRED')
  })

  it('lets nobody replay a score, a statement or somebody else’s', async () => {
    const now = await at.clinic.arena.now()
    const mine = await at.sign(BOB, STEADY, now)
    const apply = (who: number, row: Row, issuedAt: number, signature: string) =>
      error(who, 'requestOffer', [row, issuedAt, signature, FEE], 10n ** 18n)
    expect(await apply(ALICE, STEADY, now, mine), 'another’s statement').equal('CreditDesk_NotSignedByBureau')
    expect(await apply(BOB, { ...STEADY, income: 900 }, now, mine), 'a better row').equal('CreditDesk_NotSignedByBureau')
    expect(await apply(BOB, STEADY, now, await at.sign(BOB, STEADY, now, BOB)), 'his own signature').equal('CreditDesk_NotSignedByBureau')
    expect(await apply(BOB, STEADY, now + 1000, mine)).equal('CreditDesk_StatementNotValidNow')
    expect(await apply(BOB, STEADY, now - 8 * DAY, mine)).equal('CreditDesk_StatementNotValidNow')
    const absurd = { ...STEADY, debt: 151 }
    expect(await apply(BOB, absurd, now, await at.sign(BOB, absurd, now))).equal('Applicant_OutOfRange')
    expect(await error(BOB, 'requestOffer', [STEADY, now, mine, FEE], FEE - 1n)).equal('UserPaidConsumer_ValueTooLow')

    const first = at.clinic.question(await at.do(BOB, 'requestOffer', [STEADY, now, mine, FEE], 10n ** 18n))
    await at.clinic.answer(first)
    expect(await stage(first)).equal('APPROVED')
    expect(await apply(BOB, STEADY, now, mine), 'presented before').equal('CreditDesk_StatementUsed')

    const worse = await at.apply(BOB, { ...RISKY, loan: 39 })
    expect(await error(BOB, 'borrow', [1]), 'the older offer went with the new application').equal('CreditDesk_NoOffer')
    await at.clinic.answer(worse)
    expect(await error(BOB, 'borrow', [1])).equal('CreditDesk_NoOffer')

    const late = await at.apply(BOB, STEADY)
    await at.clinic.assert(late)
    await at.clinic.arena.pass(15 * DAY)
    await at.clinic.settle(late, await answerOf(late))
    expect(await error(BOB, 'borrow', [1]), 'an answer that came late').equal('CreditDesk_OfferTooOld')
    expect(await errorName(at.market, at.attempt(HONEST, 'onInference', [late.requestId, at.clinic.arena.versionId, '0x0000803f']))).equal(
      'InferenceConsumer_NotOracle',
    )
  })

  const answerOf = async (question: Question) => {
    const trace = at.clinic.truth(question)
    return { id: '', salt: new Uint8Array(), trace, output: trace.buffers.at(-1)!.slice(0, 4) }
  }

  it('liquidates what is overdue: the deposit goes to the pool, the rest is a loss until it is made good', async () => {
    await at.clinic.answer(await at.apply(ALICE, STEADY))
    const amount = 6_000n * DOLLAR
    await at.do(ALICE, 'borrow', [amount])
    const alice = at.clinic.address(ALICE)
    const { deposit, dueAt } = await at.read('loanOf', alice)
    expect(await error(STRANGER, 'liquidate', [alice])).equal('Loans_NotOverdue')
    await at.clinic.arena.pass(Number(dueAt) + 3 * DAY + 60 - (await at.clinic.arena.now()))
    const assets: bigint = await at.read('totalAssets')
    const [done] = at.clinic.arena.events(await at.do(STRANGER, 'liquidate', [alice]), at.market, 'Liquidated')
    const bounty = deposit / 20n
    expect([done!.bounty, done!.seized]).deep.equal([bounty, deposit - bounty])
    expect(await at.read('claimOf', at.clinic.address(STRANGER))).equal(bounty)
    const loss: bigint = await at.read('lossOf', alice)
    expect(loss).equal(done!.loss)
    expect(Number(assets - (await at.read('totalAssets')) - loss), 'the lenders lost just that, less what came in meanwhile').within(
      -10_000,
      1,
    )
    expect(await error(ALICE, 'requestOffer', [STEADY, 0, '0x', 0])).equal('Loans_Barred')
    expect(await error(STRANGER, 'liquidate', [alice])).equal('Loans_NoLoan')
    await at.do(BOB, 'makeGood', [alice, loss - 1n])
    expect(await error(ALICE, 'requestOffer', [STEADY, 0, '0x', 0])).equal('Loans_Barred')
    await at.do(ALICE, 'makeGood', [alice, 10n ** 12n])
    expect(await error(ALICE, 'requestOffer', [STEADY, 0, '0x', 0])).equal('CreditDesk_StatementNotValidNow')
    expect(await at.excess()).equal(0n)
  })

  it('lends and pays out what is there, and no more', async () => {
    await at.clinic.answer(await at.apply(ALICE, STEADY))
    const lender = at.clinic.address(LENDER)
    await at.do(LENDER, 'withdraw', [(await at.read('maxWithdraw', lender)) - 100n, lender, lender])
    expect(await error(ALICE, 'borrow', [1_000n * DOLLAR])).equal('LendingPool_CashTooLow')
    await at.do(LENDER, 'deposit', [1_000n * DOLLAR, lender])
    await at.do(ALICE, 'borrow', [1_000n * DOLLAR])
    expect(await error(LENDER, 'withdraw', [1_000n * DOLLAR, lender, lender])).equal('ERC4626ExceededMaxWithdraw')
    // Tokens that merely lie there are nobody's: a gift moves no share price.
    const price: bigint = await at.read('convertToAssets', 10n ** 12n)
    await at.clinic.send(at.token, STRANGER, 'transfer', [at.market.target, 777n * DOLLAR])
    expect(Number((await at.read('convertToAssets', 10n ** 12n)) - price)).within(0, 10_000)
    expect(await at.excess()).equal(777n * DOLLAR)
  })
})
