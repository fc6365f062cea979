import { describe, it } from 'node:test'
import { expect } from 'chai'
import { ASKER, BOND, CHALLENGER, digit, FEE, HONEST, LIAR, LIARS, onStage, SECOND } from './cast.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'

/** One for each liar: outputs, hidden layers, running totals, padding of the trace, interiors; left alone or with all after it recomputed. */
const LIES = [
  '5:3:downstream:0x800000',
  '9:1:alone:0x800000',
  '0:100:downstream:0x80000000',
  '2:9:alone:0x400000',
  'total:4:17:2:0x800000',
  'total:3:100:0:0x80000000',
  'leaf:12',
  'interior:a',
  'random:b',
  '4:20:downstream:0x1000000',
] as const

describe('many answers to one question', () => {
  it(
    'scenario: ten liars at once: one challenger beats them all, and the one honest answer settles',
    onStage([HONEST, ...LIARS], async (stage) => {
      const input = digit(7)
      const id = await stage.ask(ASKER, input)
      for (const [index, who] of LIARS.entries()) stage.operator(who, { lie: LIES[index]! })
      await stage.until('all lied', async () => (await stage.assertions(id)).length === LIARS.length, 60)
      stage.operator(HONEST)
      await stage.until('the truth is told', async () => (await stage.assertions(id)).length === LIARS.length + 1)
      stage.challenger(CHALLENGER)
      const fallen = async (): Promise<number> => (await stage.statuses(id)).filter((status) => status === 'DEFEATED').length
      await stage.until('all lies fell', async () => (await fallen()) === LIARS.length, 90)
      await settled(stage, id)
      await playOut(stage, 60)
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER] })
      for (const who of LIARS) expect(gains.get(stage.address(who)), `liar ${who}`).to.equal(-BOND)
      expect(gains.get(stage.address(HONEST))).to.equal(FEE)
      expect(gains.get(stage.address(CHALLENGER))! >= BOND, 'ten rewards of a tenth of a bond at least').to.equal(true)
      expect((await stage.deeds(CHALLENGER)).filter((deed) => deed === 'open')).to.have.length(LIARS.length)
    }),
  )

  it(
    'scenario: redundancy 2 with one liar: two honest answers settle and share the fee, the lie falls',
    onStage([HONEST, SECOND, LIAR], async (stage) => {
      const input = digit(8)
      const id = await stage.ask(ASKER, input, { redundancy: 2 })
      stage.operator(LIAR, { lie: '5:0:downstream:0x800000' })
      await stage.until('it lied', async () => (await stage.assertions(id)).length === 1)
      for (const who of [HONEST, SECOND]) stage.operator(who)
      stage.challenger(CHALLENGER)
      await stage.until('all answered', async () => (await stage.assertions(id)).length === 3)
      await stage.until('the lie fell', async () => (await stage.statuses(id))[0] === 'DEFEATED')
      await settled(stage, id)
      await playOut(stage)
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, SECOND, CHALLENGER] })
      for (const who of [HONEST, SECOND]) expect(gains.get(stage.address(who))).to.equal(FEE / 2n)
      expect(gains.get(stage.address(LIAR))).to.equal(-BOND)
    }),
  )
})
