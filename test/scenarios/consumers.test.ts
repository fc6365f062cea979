import { describe, it } from 'node:test'
import { readRequest } from '@opine/node-kit/reads.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { ASKER, BOND, CHALLENGER, digit, FEE, HONEST, LIAR, onStage, STRANGER } from './cast.ts'
import { askThrough, collect, consumerOn, heard, MOODS } from './consumer.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'

describe('consumers that are contracts', () => {
  it(
    'scenario: consumers that revert, burn all gas and throw a return bomb block nobody, and are called back when they have mended',
    onStage([HONEST], async (stage) => {
      stage.operator(HONEST)
      const moods = [MOODS.reverts, MOODS.burns, MOODS.bombs]
      const consumers: Contract[] = []
      for (const mood of moods) {
        const consumer = await consumerOn(stage)
        await (await consumer.getFunction('setMood')(mood)).wait()
        consumers.push(consumer)
      }
      const asked: Awaited<ReturnType<typeof askThrough>>[] = []
      for (const [index, consumer] of consumers.entries()) asked.push(await askThrough(stage, consumer, digit(index)))
      await stage.until('all are answered', async () =>
        (await Promise.all(asked.map(({ id }) => stage.assertions(id)))).every(({ length }) => length === 1),
      )
      await settled(stage, ...asked.map(({ id }) => id))
      for (const { id } of asked) {
        const [failed, ...more] = await stage.events('oracle', 'CallbackFailed', id)
        expect(more).to.have.length(0)
        expect(failed!.reason.length, 'at most 256 bytes of reason').to.be.at.most(2 + 2 * 256)
        expect((await readRequest(stage.contracts, id)).delivered).to.equal(false)
      }
      for (const [index, consumer] of consumers.entries()) {
        const { id } = asked[index]!
        const [answer] = await stage.events('oracle', 'RequestSettled', id)
        expect(await heard(consumer)).to.deep.equal([])
        await (await consumer.getFunction('setMood')(MOODS.good)).wait()
        await stage.transact(STRANGER, stage.contracts.oracle.encode('retryCallback', id, answer!.output))
        expect(await heard(consumer)).to.deep.equal(['INFERENCE'])
        expect((await readRequest(stage.contracts, id)).delivered).to.equal(true)
      }
      const paid = asked.reduce((sum, { value }) => sum + value, 0n)
      const gains = await expectGoodEnd(stage, { requests: asked, honest: [ASKER, HONEST, STRANGER], spent: { [ASKER]: paid } })
      expect(gains.get(stage.address(HONEST)), 'the fees, and the callbacks that it made').to.equal(paid)
      const deed = (name: string) => moods.map(() => name)
      expect((await stage.deeds(HONEST)).toSorted()).to.deep.equal([...deed('assertResult'), ...deed('settle')])
    }),
  )

  it(
    'scenario: an optimistic consumer is told a lie, hears that it fell, and hears the truth, each once',
    onStage([HONEST, LIAR], async (stage) => {
      const consumer = await consumerOn(stage)
      stage.operator(LIAR, { lie: '5:3:downstream:0x800000' })
      const { id, input, value } = await askThrough(stage, consumer, digit(9), { optimistic: true })
      await stage.until('it is told', async () => (await heard(consumer)).length === 1)
      stage.operator(HONEST)
      // Where no answer stands, whoever is fastest tells of the fall, and is paid for it.
      await stage.until('the truth is told', async () => (await stage.assertions(id)).length === 2)
      stage.challenger(CHALLENGER)
      await stage.until('the lie fell', async () => (await stage.statuses(id))[0] === 'DEFEATED')
      await stage.until('the fall is told', async () => (await heard(consumer)).includes('INVALIDATED'))
      expect((await readRequest(stage.contracts, id)).status, 'heard before it settled').to.equal('OPEN')
      await settled(stage, id)
      await playOut(stage)
      await collect(stage, consumer)
      expect(await heard(consumer)).to.deep.equal(['ASSERTION', 'INVALIDATED', 'INFERENCE'])
      const spent = { [ASKER]: value - FEE }
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER], spent })
      const price = (value - FEE) / 3n
      expect(gains.get(stage.address(ASKER)), 'three callbacks, and the fee back').to.equal(-3n * price)
      expect(gains.get(stage.address(HONEST)), 'it told of the fall, and settled').to.equal(FEE + 2n * price)
      expect(gains.get(stage.address(LIAR)), 'it told the consumer').to.equal(price - BOND)
    }),
  )
})
