import { describe, it } from 'node:test'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { readRequest } from '@opine/node-kit/reads.ts'
import { expect } from 'chai'
import { ASKER, CHALLENGER, digit, FEE, HONEST, LIARS, onStage, STRANGER } from './cast.ts'
import { Chance } from './chance.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut } from './play-out.ts'
import { FAST, FATES, PATIENT, Reorganiser } from './reorganiser.ts'
import { holdsThrough } from './through.ts'

/** Every call by which a request, a game or a claim goes on. */
const TRANSITIONS = [
  ...['requestInference', 'assertResult', 'prepare', 'open', 'reveal', 'descendTrace', 'pick', 'swearInterior', 'descendTensor'],
  ...['swearTotals', 'step', 'settle', 'startClaim', 'proveClaim', 'payClaim', 'withdraw'],
] as const

const LIES = ['random:kill', 'interior:k'] as const
const CAST = LIARS.slice(0, LIES.length)
// Most of the time is spent waiting for nothing to happen; the scenarios have chains of their own.
describe('reorganisations of a chain with all daemons on it', { concurrency: true }, () => {
  for (const fate of FATES) {
    it(
      `scenario: reorganisation of 1 to 10 blocks across each transition, whose transactions ${fate}: the daemons act on what is there`,
      onStage(
        [HONEST, ...CAST],
        async (stage) => {
          const chance = Chance.ofTheDay()
          const input = digit(chance.whole(0, 9))
          const more = ['--withdraw', '0.0001', ...FAST]
          for (const [index, who] of CAST.entries()) stage.operator(who, { lie: LIES[index]!, more: FAST })
          stage.operator(HONEST, { more })
          stage.challenger(CHALLENGER, { more })
          await stage.begun()
          const chain = await Reorganiser.begin(stage, chance, STRANGER)
          const left = new Set<string>(TRANSITIONS)
          let id: Hex = await stage.ask(ASKER, input)

          /** Takes back what happened if it is the first of its kind. */
          const disturb = async (): Promise<boolean> => {
            const found = await chain.find(left)
            if (!found) return false
            if (!(await chain.reorganise(found.name, fate, found.block))) return false
            left.delete(found.name)
            if ((await readRequest(stage.contracts, id)).status === 'NONE') id = await stage.ask(ASKER, input)
            return true
          }
          const expectSoon = (what: string, holds: () => Promise<boolean>, wait: () => Promise<unknown>): Promise<void> =>
            holdsThrough(stage, () => `${what}; seed ${chance.seed}; left: ${[...left]}; ${chain.done.join('; ')}`, holds, disturb, wait)
          const statusOf = async (): Promise<string> => (await readRequest(stage.contracts, id)).status
          const decided = async (): Promise<boolean> => {
            const statuses = await stage.statuses(id)
            return statuses.length === CAST.length + 1 && statuses.filter((status) => status === 'DEFEATED').length === CAST.length
          }
          const count = async (name: string): Promise<number> => (await stage.events('claims', name)).length
          await expectSoon(
            'every lie fell',
            async () => (await decided()) && !(await disturb()),
            () => stage.mine(),
          )
          // A reorganisation may go back to where a lie stands; then no time must pass.
          const onward = (seconds: number) => async () => stage.pass((await decided()) ? seconds : 1)
          await expectSoon('it settled', async () => (await statusOf()) === 'SETTLED' && !(await disturb()), onward(3601))
          await expectSoon(
            'the claims are proved',
            async () => (await count('ClaimProved')) === CAST.length && !(await disturb()),
            async () => {
              if ((await statusOf()) === 'SETTLED') await stage.mine()
              else await onward(3601)()
            },
          )
          await expectSoon(
            'the rewards are paid',
            async () => (await count('RewardPaid')) === CAST.length && !(await disturb()),
            async () => {
              if ((await statusOf()) !== 'SETTLED') return onward(3601)()
              await ((await count('ClaimProved')) < CAST.length ? stage.mine() : stage.pass(PATIENT.claimWindow + 1))
            },
          )
          await expectSoon(
            'money was withdrawn',
            async () => !left.has('withdraw') && !(await disturb()),
            () => stage.mine(),
          )
          await expectSoon(
            'it is settled and paid still',
            async () => (await statusOf()) === 'SETTLED' && (await count('RewardPaid')) === CAST.length,
            async () => {
              if ((await statusOf()) !== 'SETTLED') return onward(3601)()
              await ((await count('ClaimProved')) < CAST.length ? stage.mine() : stage.pass(PATIENT.claimWindow + 1))
            },
          )
          await playOut(stage)
          console.log(`seed ${chance.seed}\n  ${chain.done.join('\n  ')}`)
          const never = TRANSITIONS.filter((name) => !chain.tookBack.has(name))
          expect(never, `transitions that were not taken back; seed ${chance.seed}; ${chain.done.join('; ')}`).to.deep.equal([])
          await expectGoodEnd(stage, { requests: [{ id, input }], honest: [ASKER, HONEST, CHALLENGER], spent: { [ASKER]: FEE } })
        },
        { terms: PATIENT },
      ),
    )
  }
})
