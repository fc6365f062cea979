import { describe, it } from 'node:test'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { expect } from 'chai'
import { ETHER, TERMS } from '../support/arena.ts'
import { STATUS, stateOf } from '../support/player.ts'
import { ASKER, BOND, CHALLENGER, digit, FEE, HONEST, LIARS, onStage } from './cast.ts'
import { blocksEvery, openAll, playAll } from './crowd.ts'
import { expectGoodEnd } from './good-end.ts'
import { playOut, settled } from './play-out.ts'
import { trueAnswer } from './sham.ts'
import type { Stage } from './stage.ts'

/** One after the other, for they are one account's. */
async function askAll(stage: Stage, inputs: readonly Uint8Array[]): Promise<Hex[]> {
  const ids: Hex[] = []
  for (const input of inputs) ids.push(await stage.ask(ASKER, input))
  return ids
}

/** The shortest clocks that the contracts allow, in blocks of a second. */
const SHORT = { ...TERMS, clock: 600, extension: 60 }
const SHAMS = LIARS

describe('many games at once', () => {
  it(
    'scenario: a hundred sham challenges at once: one operator answers all of them in time and is paid every bond',
    onStage(
      [HONEST],
      async (stage) => {
        const inputs = Array.from({ length: 10 }, (_, index) => digit(index))
        const honest = stage.operator(HONEST)
        const ids = await askAll(stage, inputs)
        await stage.until('all are answered', () => honest.moves().filter((kind) => kind === 'assert').length === ids.length)
        const arena = await stage.arena()
        const answers = await Promise.all(ids.map((id, index) => trueAnswer(stage, arena, id, HONEST, inputs[index]!)))
        await blocksEvery(stage, 1)
        const games = await openAll(stage, arena, SHAMS, answers)
        expect(games).to.have.length(100)
        const { left, moves } = await playAll(stage, arena, games, 120)
        expect(moves).to.be.at.least(2 * games.length)
        expect(left, 'seconds left on the tightest clock').to.be.greaterThan(SHORT.clock / 2)
        await blocksEvery(stage, 0)
        await stage.pass(SHORT.clock + 1)
        const lost = async (): Promise<number> => {
          const states = await Promise.all(games.map(({ id }) => stateOf(arena, id)))
          return states.filter(({ status }) => status === STATUS.DEFENDER_WINS).length
        }
        await stage.until('all are lost', async () => (await lost()) === games.length)
        const bonds = await Promise.all(games.map(async ({ id }) => (await arena.game(0).getFunction('game')(id)).bond as bigint))
        await settled(stage, ...ids)
        await playOut(stage)
        const requests = ids.map((id, index) => ({ id, input: inputs[index]! }))
        const spent = { [ASKER]: 10n * FEE }
        const gains = await expectGoodEnd(stage, { requests, honest: [ASKER, HONEST], spent })
        expect(gains.get(stage.address(HONEST))).to.equal(10n * FEE + bonds.reduce((sum, bond) => sum + bond, 0n))
        process.stderr.write(`a hundred games: ${moves} moves of the challengers, ${left} of ${SHORT.clock} s left on the tightest clock\n`)
      },
      { terms: SHORT },
    ),
  )

  it(
    'scenario: twenty lies at once: one challenger plays all games and wins them',
    onStage(
      [HONEST, ...LIARS.slice(0, 2)],
      async (stage) => {
        const inputs = Array.from({ length: 10 }, (_, index) => digit(index))
        const liars = LIARS.slice(0, 2).map((who) => stage.operator(who, { lie: `random:${who}` }))
        const ids = await askAll(stage, inputs)
        const lied = (): number => liars.flatMap((liar) => liar.moves()).filter((kind) => kind === 'assert').length
        await stage.until('all lied', () => lied() === 20)
        await blocksEvery(stage, 1)
        const challenger = stage.challenger(CHALLENGER)
        const fallen = async (): Promise<number> =>
          (await Promise.all(ids.map((id) => stage.statuses(id)))).flat().filter((status) => status === 'DEFEATED').length
        let most = 0
        await stage.until(
          'all lies fell',
          async () => {
            const open = (await Promise.all(ids.map((id) => stage.assertions(id)))).flat()
            most = Math.max(most, open.filter(({ openGames }) => openGames > 0).length)
            return (await fallen()) === 20
          },
          120,
        )
        expect(most, 'games at the same time').to.be.greaterThan(10)
        await blocksEvery(stage, 0)
        const honest = stage.operator(HONEST)
        await stage.until('the truth is told', () => honest.moves().filter((kind) => kind === 'assert').length === ids.length)
        await settled(stage, ...ids)
        await playOut(stage)
        const requests = ids.map((id, index) => ({ id, input: inputs[index]! }))
        const gains = await expectGoodEnd(stage, { requests, honest: [ASKER, HONEST, CHALLENGER], spent: { [ASKER]: 10n * FEE } })
        for (const who of LIARS.slice(0, 2)) expect(gains.get(stage.address(who))).to.equal(-10n * BOND)
        expect(gains.get(stage.address(CHALLENGER))! >= 2n * ETHER, 'a tenth of each bond at least').to.equal(true)
        expect(challenger.moves().filter((kind) => kind === 'open')).to.have.length(20)
      },
      { terms: SHORT },
    ),
  )
})
