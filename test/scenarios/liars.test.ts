import { describe, it } from 'node:test'
import { expect } from 'chai'
import { ASKER, BOND, CHALLENGER, digit, FEE, HONEST, LIAR, onStage } from './cast.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled, settledByNow } from './play-out.ts'

/** A dense layer in the middle of the model: 512 products for each of 32 elements, summed in four blocks. */
const DEEP = { kernel: 4, element: 17, block: 2 } as const

/** A won game over a number of the last layer, from its opening to its end. */
const WON = ['prepare', 'open', 'descendTrace', 'pick', 'descendTensor', 'step']

describe('one operator', () => {
  it(
    'scenario: nobody lies: answered, checked, settled, paid, with nobody’s hand in it',
    onStage([HONEST], async (stage) => {
      const input = digit(0)
      stage.operator(HONEST)
      const challenger = stage.challenger(CHALLENGER)
      const id = await stage.ask(ASKER, input)
      await stage.until('the answer was checked', () => challenger.said('assertionTrue').length === 1)
      await settled(stage, id)
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER], spent: { [ASKER]: FEE } })
      expect(gains.get(stage.address(HONEST))).to.equal(FEE)
      expect(await stage.deeds(HONEST)).to.deep.equal(['assertResult', 'settle'])
      expect(await stage.deeds(CHALLENGER)).to.deep.equal([])
    }),
  )

  it(
    'scenario: liar: its bond is lost, the challenger is paid, the truth settles, the asker has its fee back',
    onStage([HONEST, LIAR], async (stage) => {
      const input = digit(1)
      stage.operator(LIAR, { lie: '5:3:downstream:0x800000' })
      const id = await stage.ask(ASKER, input)
      await stage.until('it lied', async () => (await stage.assertions(id)).length === 1)
      stage.operator(HONEST)
      const tower = stage.watchtower()
      await stage.until('the truth is told too', async () => (await stage.assertions(id)).length === 2)
      stage.challenger(CHALLENGER)
      await stage.until('the lie fell', async () => (await stage.statuses(id))[0] === 'DEFEATED')
      await stage.until('the alarm was raised', () => tower.said('assertionFalse').length === 1)
      const [reward] = (await stage.contracts.claims.read('rewardOf', (await stage.assertions(id))[0]!.id)) as unknown as [bigint]
      await settled(stage, id)
      await playOut(stage)
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER] })
      expect(gains.get(stage.address(LIAR))).to.equal(-BOND)
      expect(gains.get(stage.address(CHALLENGER))).to.equal(reward)
      expect(reward >= BOND / 10n && reward <= BOND / 5n, String(reward)).to.equal(true)
      expect(gains.get(stage.address(HONEST))).to.equal(FEE)
      expect(gains.get(stage.address(ASKER)), 'the fee, and as much of the bond').to.equal(0n)
      expect(await stage.deeds(CHALLENGER)).to.deep.equal([...WON, 'startClaim', 'proveClaim', 'payClaim'])
      expect(await stage.deeds(LIAR)).to.deep.equal(['assertResult', 'reveal', 'swearInterior', 'reveal'])
      expect(await stage.deeds(HONEST)).to.deep.equal(['assertResult', 'settle'])
    }),
  )

  it(
    'scenario: deep liar: a running total in the middle of the model falls by that one block',
    onStage([HONEST, LIAR], async (stage) => {
      const input = digit(2)
      const { kernel, element, block } = DEEP
      stage.operator(LIAR, { lie: `total:${kernel}:${element}:${block}:0x800000` })
      const id = await stage.ask(ASKER, input)
      await stage.until('it lied', async () => (await stage.assertions(id)).length === 1)
      stage.operator(HONEST)
      stage.challenger(CHALLENGER)
      await stage.until('the lie fell', async () => (await stage.statuses(id))[0] === 'DEFEATED')
      const [step] = await stage.events('game', 'StepProved')
      expect([step!.kernel, step!.element, step!.block_].map(Number)).to.deep.equal([kernel, element, block])
      expect(step!.claimed).to.not.equal(step!.computed)
      // The honest operator may still have been starting.
      await stage.until('the truth is told', async () => (await stage.assertions(id)).length === 2)
      await settled(stage, id)
      await playOut(stage)
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER] })
      expect(gains.get(stage.address(LIAR))).to.equal(-BOND)
    }),
  )

  it(
    'scenario: silent liar: one that was killed after its lie loses by time',
    onStage([HONEST, LIAR], async (stage) => {
      const input = digit(3)
      const liar = stage.operator(LIAR, { lie: '3:7:downstream:0x800000' })
      const id = await stage.ask(ASKER, input)
      await stage.until('it lied', async () => (await stage.assertions(id)).length === 1)
      await liar.kill()
      stage.operator(HONEST)
      const challenger = stage.challenger(CHALLENGER)
      await stage.until('a game is open', () => challenger.moves().includes('open'))
      await stage.until('the truth is told', async () => (await stage.assertions(id)).length === 2)
      await stage.pass(3601)
      await stage.until('the lie fell', async () => (await stage.statuses(id))[0] === 'DEFEATED')
      await settledByNow(stage, id)
      await playOut(stage)
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER] })
      expect(gains.get(stage.address(CHALLENGER))! >= BOND / 10n).to.equal(true)
      expect((await stage.deeds(CHALLENGER)).slice(0, 3)).to.deep.equal(['prepare', 'open', 'timeout'])
    }),
  )

  it(
    'scenario: silent liar: one that falls silent in the middle loses by time, to a challenger whose memory was lost too',
    onStage([HONEST, LIAR], async (stage) => {
      const input = digit(4)
      const liar = stage.operator(LIAR, { lie: '4:20:downstream:0x800000' })
      const id = await stage.ask(ASKER, input)
      await stage.until('it lied', async () => (await stage.assertions(id)).length === 1)
      const first = stage.challenger(CHALLENGER)
      await stage.until('the game is under way', () => first.moves().includes('descendTrace'))
      await stage.dismiss(liar, first)
      expect(await stage.statuses(id)).to.deep.equal(['STANDING'])
      stage.operator(HONEST)
      await stage.until('the truth is told', async () => (await stage.assertions(id)).length === 2)
      const second = stage.challenger(CHALLENGER, { name: 'challenger with a new store' })
      await stage.until('it moves or waits', () => second.said('started').length === 1)
      await stage.until('it is the liar’s turn', async () => {
        const [opened] = await stage.events('game', 'GameOpened')
        const [{ clock }] = (await stage.contracts.game.read('game', opened!.gameId)) as unknown as [{ clock: { turn: bigint } }]
        return Number(clock.turn) === 0
      })
      await stage.pass(3601)
      await stage.until('the lie fell', async () => (await stage.statuses(id))[0] === 'DEFEATED')
      await settledByNow(stage, id)
      await playOut(stage)
      await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER] })
      const deeds = await stage.deeds(CHALLENGER)
      expect(deeds).to.include('timeout')
      expect(
        deeds.filter((deed) => deed === 'open'),
        'it knew its game again',
      ).to.have.length(1)
    }),
  )
})
