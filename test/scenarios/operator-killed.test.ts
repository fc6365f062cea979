import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { readGame } from '@opine/node-kit/reads.ts'
import { expect } from 'chai'
import { ETHER, TERMS } from '../support/arena.ts'
import { ASKER, digit, FEE, HONEST, onStage, SHAM, WALKER } from './cast.ts'
import { Chance } from './chance.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'
import { KILLS, Reaper } from './reaper.ts'
import { loseOnPurpose, openSham, trueAnswer } from './sham.ts'

/** Clocks that outlast any number of kills; time passes where the scenario says so. */
const PATIENT = { ...TERMS, clock: 50_000 }
/** Requests; every third is disputed by two who have no case. */
const REQUESTS = Math.ceil(KILLS / 6)

type Asked = { readonly id: Hex; readonly input: Uint8Array }

describe('an operator that is killed', () => {
  it(
    `scenario: operator killed ${KILLS} times at random moments: nothing is asserted twice, every request settles with the right answer, no stake is lost`,
    onStage(
      [HONEST],
      async (stage) => {
        const chance = Chance.ofTheDay()
        await stage.stake(HONEST, ETHER * BigInt(REQUESTS))
        const data = join(stage.folder, 'killed')
        const operator = stage.operator(HONEST, { data, more: ['--withdraw', '0.001'] })
        const reaper = new Reaper(stage, operator, { who: HONEST, data, chance })
        const arena = await stage.arena()
        const asked: Asked[] = []
        const games: string[] = []

        /** Requests come while the operator dies; some answers are attacked. */
        const live = async (): Promise<void> => {
          while (asked.length < REQUESTS) {
            const input = digit(asked.length)
            const id = await stage.ask(ASKER, input)
            asked.push({ id, input })
            if (asked.length % 3 === 1) {
              await stage.until('it is answered', async () => (await stage.assertions(id)).length === 1, 60)
              const answer = await trueAnswer(stage, arena, id, HONEST, input)
              for (const who of [SHAM, WALKER]) games.push(await openSham(arena, who, answer))
              await loseOnPurpose(stage, arena, games.at(-1)!, WALKER, answer)
            }
            await sleep(chance.whole(0, 1500))
          }
        }
        await Promise.all([live(), reaper.strikeUntil(Math.ceil(KILLS * 0.7))])
        const answered = async (): Promise<boolean> =>
          (await Promise.all(asked.map(({ id }) => stage.assertions(id)))).every((all) => all.length === 1)
        await stage.until('all is answered', answered, 60)
        const waits = async (id: string): Promise<boolean> => (await readGame(stage.contracts, id as Hex)).clock.turn === 'CHALLENGER'
        await stage.until('every move was answered', async () => (await Promise.all(games.map(waits))).every(Boolean), 60)
        // Now it ends games whose challenger is silent, settles and withdraws, and dies at that as well.
        await stage.pass(PATIENT.clock + 1)
        await reaper.strikeUntil(KILLS)
        await settled(stage, ...asked.map(({ id }) => id))
        await playOut(stage)
        console.log(reaper.summary(), `${asked.length} requests, ${games.length} games, ${operator.moves().length} deeds`)
        const spent = { [ASKER]: FEE * BigInt(asked.length) }
        const gains = await expectGoodEnd(stage, { requests: asked, honest: [ASKER, HONEST], spent })
        expect(await stage.events('oracle', 'AssertionMade')).to.have.length(asked.length)
        expect(gains.get(stage.address(HONEST))! > FEE * BigInt(asked.length), 'fees, and bonds of those who had no case').to.equal(true)
      },
      { terms: PATIENT },
    ),
  )
})
