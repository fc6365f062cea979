import { describe, it } from 'node:test'
import { GreedyReceiver } from '@opine/abi/generated/GreedyReceiver.ts'
import { expect } from 'chai'
import { deploy } from '../support/deploy.ts'
import { ATTESTATIONS, CLAIMS, GAME, GOVERNOR, GUARDIAN, ORACLE, VaultStage } from '../support/vault.ts'

const DAY = 86_400
const OPERATORS = [5, 6, 7] as const
const STEPS = 240
/** Steps between two looks at every account. */
const LOOK = 8

describe('the vault, whatever happens', () => {
  it('holds exactly what it owes; locks never exceed stakes; what is ready never exceeds what is owed', async () => {
    const stage = await VaultStage.open({ airGap: 1000, unbondingDelay: 1000 })
    let seed = 11
    const draw = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed >>> 8) % below
    }
    const operator = (): number => OPERATORS[draw(OPERATORS.length)]!
    const wei = (): bigint => BigInt(1 + draw(500))
    const protocol = (): number => [ORACLE, GAME, CLAIMS, ATTESTATIONS][draw(4)]!
    const address = (who: number): string => stage.addresses[who]!
    const locker = (): number => (draw(2) === 0 ? ORACLE : ATTESTATIONS)
    const halves = (amount: bigint): readonly [readonly string[], readonly bigint[]] => [
      [address(CLAIMS), address(operator())],
      [amount / 5n, amount / 4n],
    ]
    const deeds: readonly (() => Promise<void>)[] = [
      () => stage.send(operator(), 'stake', { value: wei() * 3n }),
      () => stage.send(operator(), 'beginUnstake', wei()),
      () => stage.send(operator(), 'completeUnstake'),
      () => stage.send(operator(), 'setExposureCap', draw(10_001)),
      () => stage.send(locker(), 'lock', address(operator()), wei()),
      () => stage.send(locker(), 'release', address(operator()), wei() / 3n),
      () => {
        const amount = wei() / 3n
        return stage.send(locker(), 'slash', address(operator()), amount, ...halves(amount))
      },
      () => stage.credit(draw(3) === 0 ? operator() : protocol(), wei() * 2n),
      () => stage.send(protocol(), 'transferPayout', address(draw(2) === 0 ? operator() : protocol()), wei()),
      () => stage.send(protocol(), 'burnPayout', wei() / 4n),
      () => {
        const who = operator()
        return stage.send(who, 'withdraw', address(who))
      },
      () => stage.send(GUARDIAN, 'freeze', address(operator())),
      () => stage.rule({ airGap: [0, 500, 1000, 7 * DAY][draw(4)]!, unbondingDelay: draw(3) * 1000, exposureBps: 1000 + draw(9001) }),
      () => stage.pass(1 + draw(draw(2) === 0 ? 3000 : 4 * DAY)),
    ]
    const done = deeds.map(() => 0)
    for (let i = 0; i < STEPS; i++) {
      const which = draw(deeds.length)
      // What the vault refuses must leave it as it was; that is looked at as well.
      await deeds[which]!().then(
        () => {
          done[which]! += 1
        },
        () => {},
      )
      if (i % LOOK !== 0) continue
      let owed = 0n
      for (const who of [GOVERNOR, ORACLE, GAME, CLAIMS, GUARDIAN, ATTESTATIONS, ...OPERATORS]) {
        const [total, locked] = (await stage.stake(who)) as [bigint, bigint]
        const [unbonding] = await stage.vault.getFunction('unbondingOf')(address(who))
        const [payout, ready] = [await stage.owed(who), await stage.ready(who)]
        owed += total + unbonding + payout
        expect(locked <= total, `step ${i}: locks of ${who}`).to.equal(true)
        expect(ready <= payout, `step ${i}: payouts of ${who}`).to.equal(true)
      }
      expect(await stage.chain.getBalance(stage.vault), `step ${i}`).to.equal(owed)
    }
    expect(Math.min(...done), `every deed was done: ${done}`).to.be.greaterThan(0)
  })

  it('re-entrancy through a payment gets nothing twice', async () => {
    const stage = await VaultStage.open({})
    const greedy = await deploy(GreedyReceiver, [stage.vault.target], stage.signers[5]!)
    const run = async (method: string, ...args: readonly unknown[]) => (await greedy.getFunction(method)(...args)).wait()
    await stage.send(6, 'stake', { value: 1000n })
    await run('stake', { value: 100n })
    await run('beginUnstake', 60n)
    await run('completeUnstake')
    await run('beginUnstake', 10n)
    await run('withdraw')
    expect(await greedy.getFunction('received')()).to.equal(60n)
    expect(await greedy.getFunction('successes')(), 'it may complete what is due, not withdraw it twice').to.equal(1n)
    expect(await stage.vault.getFunction('payoutOf')(greedy.target)).to.equal(10n)
    expect(await stage.chain.getBalance(stage.vault)).to.equal(1040n)
    await run('withdraw')
    expect(await greedy.getFunction('received')()).to.equal(70n)
    expect(await stage.chain.getBalance(stage.vault)).to.equal(1030n)
  })
})
