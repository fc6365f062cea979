import { describe, it } from 'node:test'
import { readRequest } from '@opine/node-kit/reads.ts'
import { expect } from 'chai'
import { ASKER, CHALLENGER, digit, FEE, HONEST, LIAR, onStage, STRANGER } from './cast.ts'
import { Chance } from './chance.ts'
import { askThrough, collect, consumerOn, heard } from './consumer.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut } from './play-out.ts'
import { FAST, PATIENT, Reorganiser } from './reorganiser.ts'
import { serving } from './serving.ts'
import { holdsThrough } from './through.ts'

describe('reorganisations around a one-shot proof and an optimistic consumer', () => {
  it(
    'scenario: the lie is told, proved in one transaction, its fall told, and the truth settled, each taken back once',
    onStage(
      [HONEST, LIAR],
      async (stage) => {
        const chance = Chance.ofTheDay()
        const consumer = await consumerOn(stage)
        const { id, input, value } = await askThrough(stage, consumer, digit(chance.whole(0, 9)), { optimistic: true })

        /** Goes on until each of these calls was taken back, and what they are for holds all the same. What was before stays. */
        const across = async (names: readonly string[], holds: () => Promise<boolean>, seconds = 1): Promise<void> => {
          const chain = await Reorganiser.begin(stage, chance, STRANGER)
          const left = new Set(names)
          const disturb = async (): Promise<boolean> => {
            const found = await chain.find(left)
            if (!found || !(await chain.reorganise(found.name, undefined, found.block))) return false
            return left.delete(found.name)
          }
          await holdsThrough(
            stage,
            () => `${names.join(', ')}; seed ${chance.seed}; left: ${[...left]}; ${chain.done.join('; ')}`,
            async () => left.size === 0 && (await holds()),
            disturb,
            () => stage.pass(seconds),
          )
        }

        // Whatever the digit, this one has an effect.
        const liar = stage.operator(LIAR, { lie: 'total:4:7:2:0x800000', more: [...(await serving()), ...FAST] })
        await across(['assertResult', 'announce', 'deliverAssertion'], async () => (await heard(consumer)).length === 1)
        expect(liar.moves()).to.include('announce')
        stage.operator(HONEST, { more: [...(await serving()), ...FAST] })
        const challenger = stage.challenger(CHALLENGER, { more: FAST })
        await across(['prepare', 'open', 'multicall'], async () => (await stage.statuses(id)).join(' ') === 'DEFEATED STANDING')
        expect(challenger.said('proofGathered').length, 'by a proof in one transaction').to.be.at.least(1)
        await stage.until('the fall is told', async () => (await heard(consumer)).includes('INVALIDATED'))
        await across(['settle'], async () => (await readRequest(stage.contracts, id)).status === 'SETTLED', 3601)
        await playOut(stage, 90, PATIENT.claimWindow)
        await collect(stage, consumer)
        expect(await heard(consumer)).to.deep.equal(['ASSERTION', 'INVALIDATED', 'INFERENCE'])
        await expectGoodEnd(stage, {
          requests: [{ id, input }],
          honest: [ASKER, HONEST, CHALLENGER],
          spent: { [ASKER]: value - FEE },
        })
      },
      { terms: PATIENT },
    ),
  )
})
