import { describe, it } from 'node:test'
import { expect } from 'chai'
import { ASKER, CHALLENGER, digit, FEE, HONEST, LIAR, onStage, STRANGER } from './cast.ts'
import { Chance } from './chance.ts'
import { expectGoodEnd } from './good-end.ts'
import { minedSince } from './history.ts'
import { playOut, settled } from './play-out.ts'
import { FAST, PATIENT, Reorganiser } from './reorganiser.ts'

describe('a reorganisation of what a reorganisation made', () => {
  it(
    'scenario: what failed on one fork was done again, and succeeds on the next: both are mined, and nothing else is done twice',
    onStage(
      [HONEST, LIAR],
      async (stage) => {
        const input = digit(1)
        const id = await stage.ask(ASKER, input)
        stage.operator(HONEST, { more: FAST })
        const answered = (count: number) => async () => (await stage.assertions(id)).length === count
        await stage.until('it is answered', answered(1))
        const chain = await Reorganiser.begin(stage, Chance.ofTheDay(), STRANGER)
        const first = (await stage.provider.getBlockNumber()) + 1
        stage.operator(LIAR, { lie: 'random:kill', more: FAST })
        await stage.until('a lie is told', answered(2))
        const challenger = stage.challenger(CHALLENGER, { more: FAST })

        const { oracle } = stage.contracts
        const call = oracle.abi.getFunction('prepare')!.selector
        /** What the challenger's transactions that prepare the dispute came to, oldest first. */
        const preparations = async (): Promise<boolean[]> =>
          (await minedSince(stage.provider, first)).flatMap(({ to, data, ok }) =>
            to === oracle.address && data.startsWith(call) ? [ok] : [],
          )
        const turnRound = async (): Promise<boolean[]> => {
          expect(await chain.reorganise('prepare', 'come back in another order', first), 'within reach').to.equal(true)
          return (await preparations()).slice(0, 2)
        }
        await stage.until('it is prepared', async () => (await preparations()).includes(true))
        expect(await turnRound(), 'before the lie there is nothing to prepare').to.deep.equal([false])
        await stage.until('it is prepared anew', async () => (await preparations()).includes(true))
        expect(await turnRound(), 'after the lie, both').to.deep.equal([true, true])

        await stage.until('the lie fell', async () => (await stage.statuses(id)).includes('DEFEATED'))
        expect(challenger.said('taskFailed').filter(({ code, kind }) => code === 'MOVE_REVERTED' && kind === 'prepare')).to.have.length(1)
        await settled(stage, id)
        await playOut(stage, 90, PATIENT.claimWindow)
        await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER], spent: { [ASKER]: FEE } })
        expect(await preparations()).to.deep.equal([true, true])
      },
      { terms: PATIENT },
    ),
  )
})
