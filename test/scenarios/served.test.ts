import { describe, it } from 'node:test'
import { expect } from 'chai'
import { ASKER, BOND, CHALLENGER, digit, HONEST, LIAR, onStage } from './cast.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'
import { serving } from './serving.ts'

const PROVED = ['prepare', 'open', 'multicall', 'startClaim', 'proveClaim', 'payClaim']

describe('a liar that serves its trace', () => {
  it(
    'scenario: served liar: one transaction after the opening ends a lie deep in the model, though the challenger is killed before it sends that, and again before it is mined',
    onStage([HONEST, LIAR], async (stage) => {
      const input = digit(2)
      const liar = stage.operator(LIAR, { lie: 'total:4:17:2:0x800000', more: await serving() })
      const id = await stage.ask(ASKER, input)
      await stage.until('it lied', async () => (await stage.assertions(id)).length === 1)
      await stage.until('it announced where it serves', () => liar.moves().includes('announce'))
      stage.operator(HONEST, { more: await serving() })
      await stage.until('the truth is told too', async () => (await stage.assertions(id)).length === 2)
      const challenger = stage.challenger(CHALLENGER)
      await stage.until('the proof was gathered', () => challenger.said('proofGathered').length === 1)
      await challenger.restart()
      await stage.until('the proof was gathered again', () => challenger.said('proofGathered').length === 2)
      await stage.provider.send('evm_setAutomine', [false])
      await stage.provider.send('evm_mine', [])
      const sent = (tag: string) => stage.provider.getTransactionCount(stage.address(CHALLENGER), tag)
      await stage.until('the proof was sent', async () => (await sent('pending')) > (await sent('latest')))
      await challenger.restart()
      await stage.until('it lives again', () => challenger.said('started').length === 3)
      await stage.provider.send('evm_setAutomine', [true])
      await stage.provider.send('evm_mine', [])
      await stage.until('the lie fell', async () => (await stage.statuses(id))[0] === 'DEFEATED')
      const [step] = await stage.events('game', 'StepProved')
      expect([step!.kernel, step!.element, step!.block_].map(Number)).to.deep.equal([4, 17, 2])
      const [reward] = (await stage.contracts.claims.read('rewardOf', (await stage.assertions(id))[0]!.id)) as unknown as [bigint]
      await settled(stage, id)
      await playOut(stage)
      const gains = await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER] })
      expect(gains.get(stage.address(LIAR))).to.equal(-BOND)
      expect(gains.get(stage.address(CHALLENGER))).to.equal(reward)
      expect(await stage.deeds(CHALLENGER)).to.deep.equal(PROVED)
      expect(await stage.deeds(LIAR), 'no turn of its own').to.deep.equal(['assertResult'])
    }),
  )
})
