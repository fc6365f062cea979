import { describe, it } from 'node:test'
import { MoodyConsumer } from '@opine/abi/generated/MoodyConsumer.ts'
import type { RequestTerms } from '@opine/client/request-terms.ts'
import { readRequest } from '@opine/node-kit/reads.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { deploy } from '../support/deploy.ts'
import { ASKER, BOND, CHALLENGER, digit, FEE, HONEST, LIAR, onStage, STRANGER } from './cast.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'
import type { Stage } from './stage.ts'

const CALLBACK_GAS = 300_000
const MOODS = { good: 0, reverts: 1, burns: 2, bombs: 3 } as const
/** What a consumer can hear. */
const HOOKS = ['ASSERTION', 'INVALIDATED', 'INFERENCE'] as const

const consumerOn = async (stage: Stage): Promise<Contract> =>
  deploy(MoodyConsumer, [stage.deployment.oracle], await stage.provider.getSigner(ASKER))

/** Asks through a consumer. @returns the request's id, and what was paid */
async function askThrough(stage: Stage, consumer: Contract, input: Uint8Array, extra: Partial<RequestTerms> = {}) {
  const terms = await stage.terms({ callbackGas: CALLBACK_GAS, ...extra })
  const value = await stage.due(terms)
  const sent = await consumer.getFunction('ask')(stage.versionId, input, terms, { value })
  return { id: stage.requestIn(await sent.wait()), input, value }
}

/** Sends what the vault owes the consumer to who asked through it. */
const collect = async (stage: Stage, consumer: Contract): Promise<void> =>
  void (await (await consumer.getFunction('collect')(stage.address(ASKER))).wait())
const heard = async (consumer: Contract): Promise<string[]> =>
  ((await consumer.getFunction('heard')()) as bigint[]).map((hook) => HOOKS[Number(hook)]!)

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
      stage.challenger(CHALLENGER)
      await stage.until('the lie fell', async () => (await stage.statuses(id))[0] === 'DEFEATED')
      await stage.until('the truth is told', async () => (await stage.assertions(id)).length === 2)
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
