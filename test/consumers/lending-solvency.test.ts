import { before, describe, it } from 'node:test'
import { xorshift } from '@opine/models/zoo/training/random.ts'
import { expect } from 'chai'
import { ALICE, BOB, CAROL, KEEPER, OTHER } from '../support/clinic.ts'
import { DOLLAR, Market, STEADY } from '../support/lending.ts'

/**
 * What must hold after every legal move, whoever makes it:
 * 1. the token balance is cash + held, and what was merely sent there;
 * 2. what is held is the deposits and the claims;
 * 3. principal lent is the sum of the loans', interest on the books at most the sum of theirs;
 * 4. the lenders' shares are worth at most the pool's assets;
 * 5. the native money that users are owed is there or in the vault.
 */
const MOVES = 60
const LENDERS = [CAROL, KEEPER] as const
const BORROWERS = [ALICE, BOB, OTHER] as const
const DAY = 86_400

describe('the lending market stays solvent', () => {
  let at: Market
  let gifts = 0n
  const random = xorshift(90_210)
  const below = (bound: number): number => Math.floor(random() * bound)
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!
  const part = (amount: bigint): bigint => (amount * BigInt(1 + below(1000))) / 1000n
  const read = (name: string, ...args: unknown[]) => at.read(name, ...args)
  const address = (who: number) => at.clinic.address(who)

  before(async () => {
    at = await Market.open()
    for (const who of [...LENDERS, ...BORROWERS]) await at.fund(who, 1_000_000n * DOLLAR)
    await at.do(CAROL, 'deposit', [20_000n * DOLLAR, address(CAROL)])
  })

  const moves: Record<string, () => Promise<unknown>> = {
    deposit: async () => {
      const who = one(LENDERS)
      await at.do(who, 'deposit', [part(20_000n * DOLLAR), address(who)])
    },
    withdraw: async () => {
      const who = one(LENDERS)
      const most: bigint = await read('maxWithdraw', address(who))
      if (most > 0n) await at.do(who, 'withdraw', [part(most), address(who), address(who)])
    },
    redeem: async () => {
      const who = one(LENDERS)
      const most: bigint = await read('maxRedeem', address(who))
      if (most > 0n) await at.do(who, 'redeem', [part(most), address(who), address(who)])
    },
    borrow: async () => {
      const who = one(BORROWERS)
      if ((await read('loanOf', address(who))).principal > 0n || (await read('lossOf', address(who))) > 0n) return
      await at.clinic.answer(await at.apply(who, STEADY, { extra: BigInt(below(1000)) }))
      const { offer } = await read('application', await read('latestOf', address(who)))
      const [cash]: bigint[] = await read('books')
      const most = offer.limit < cash! ? offer.limit : cash!
      if (most > 0n) await at.do(who, 'borrow', [part(most)])
    },
    repay: async () => {
      const who = one(BORROWERS)
      const { principal } = await read('loanOf', address(who))
      if (principal > 0n) await at.do(one([...BORROWERS]), 'repay', [address(who), part(principal * 2n)])
    },
    liquidate: async () => {
      for (const who of BORROWERS) {
        const { principal, dueAt } = await read('loanOf', address(who))
        if (principal > 0n && Number(dueAt) + 3 * DAY < (await at.clinic.arena.now()))
          await at.do(one(LENDERS), 'liquidate', [address(who)])
      }
    },
    makeGood: async () => {
      const who = one(BORROWERS)
      const loss: bigint = await read('lossOf', address(who))
      if (loss > 0n) await at.do(who, 'makeGood', [address(who), part(loss * 2n)])
    },
    claim: async () => {
      const who = one([...BORROWERS, ...LENDERS])
      if ((await read('claimOf', address(who))) > 0n) await at.do(who, 'claim', [address(who)])
    },
    gift: async () => {
      const amount = part(100n * DOLLAR)
      await at.clinic.send(at.token, CAROL, 'transfer', [at.market.target, amount])
      gifts += amount
    },
    wait: () => at.clinic.arena.pass(below(50 * DAY)),
  }

  async function check(after: string): Promise<void> {
    const [, lent, interest, held]: bigint[] = await read('books')
    expect(await at.excess(), `1 after ${after}`).equal(gifts)
    const loans = await Promise.all(BORROWERS.map((who) => read('loanOf', address(who))))
    const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)
    const claims: bigint[] = await Promise.all([...BORROWERS, ...LENDERS].map((who) => read('claimOf', address(who))))
    expect(sum(loans.map(({ deposit }) => deposit)) + sum(claims), `2 after ${after}`).equal(held)
    expect(sum(loans.map(({ principal }) => principal)), `3 after ${after}`).equal(lent)
    expect(interest! <= sum(loans.map((loan) => loan.interest)), `3 after ${after}: interest`).equal(true)
    const shares: bigint[] = await Promise.all(LENDERS.map((who) => read('balanceOf', address(who))))
    const worth: bigint[] = await Promise.all(shares.map((share) => read('convertToAssets', share)))
    expect(sum(worth) <= (await read('totalAssets')), `4 after ${after}`).equal(true)
    const { provider, deployment } = at.clinic.arena
    const vault = at.clinic.arena.operators(0)
    expect(String(vault.target)).equal(deployment.operators)
    const native = (await provider.getBalance(at.market.target)) + (await vault.getFunction('payoutOf')(at.market.target))
    expect(native >= (await read('totalOwed')), `5 after ${after}`).equal(true)
  }

  it(`through ${MOVES} moves of lenders, borrowers and keepers, and to the last withdrawal`, async (test) => {
    const done = new Map<string, number>()
    for (let i = 0; i < MOVES; i++) {
      const name = i % 3 === 0 ? 'borrow' : one(Object.keys(moves))
      await moves[name]!()
      await check(`move ${i}, ${name}`)
      done.set(name, (done.get(name) ?? 0) + 1)
    }
    test.diagnostic([...done].map(([name, count]) => `${name} ${count}`).join(', '))
    await at.clinic.arena.pass(100 * DAY)
    await moves.liquidate!()
    for (const who of [...BORROWERS, ...LENDERS]) {
      if ((await read('claimOf', address(who))) > 0n) await at.do(who, 'claim', [address(who)])
      if ((await read('owedTo', address(who))) > 0n) await at.do(who, 'withdrawOwed', [address(who)])
    }
    for (const who of LENDERS) {
      const all: bigint = await read('balanceOf', address(who))
      if (all > 0n) await at.do(who, 'redeem', [all, address(who), address(who)])
    }
    await check('the end')
    const [cash, lent, interest, held]: bigint[] = await read('books')
    expect([lent, interest, held, await read('totalSupply'), await read('totalOwed')]).deep.equal([0n, 0n, 0n, 0n, 0n])
    expect(cash! < 1000n, 'only dust of rounding is left').equal(true)
  })
})
