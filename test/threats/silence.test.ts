import { before, describe, it } from 'node:test'
import { expect } from 'chai'
import { type Arena, revertName, TERMS } from '../support/arena.ts'
import { STATUS } from '../support/player.ts'
import { CHALLENGER, Duel, LIES, STRANGER, smallArena } from './duel.ts'

describe('silence', () => {
  let arena: Arena
  before(async () => {
    arena = await smallArena()
  })

  it('threat: silence at each move', async (test) => {
    const seen = new Set<string>()
    for (const [seed, lie] of LIES.entries()) {
      const duel = await Duel.begin(arena, seed, lie)
      const end = await duel.play(async ({ turn }, { name, who }) => {
        seen.add(name)
        await duel.aside(async () => {
          const timeout = { who: STRANGER, name: 'timeout', args: [duel.gameId] }
          expect(await revertName(duel.attempt(timeout)), `before ${name}`).to.equal('DisputeGame_NotExpired')
          await arena.pass(TERMS.clock + TERMS.extension)
          const before = await arena.payout(CHALLENGER)
          await duel.send(timeout)
          const [status, back] = turn === 'ASSERTER' ? [STATUS.CHALLENGER_WINS, TERMS.gameBond] : [STATUS.DEFENDER_WINS, 0n]
          expect((await duel.state()).status, `silence of ${who} before ${name}`).to.equal(status)
          expect((await arena.payout(CHALLENGER)) - before).to.equal(back)
        })
        return false
      })
      expect(end).to.equal(STATUS.CHALLENGER_WINS)
    }
    expect([...seen].sort()).to.deep.equal(['descendTensor', 'descendTrace', 'pick', 'reveal', 'step', 'swearInterior', 'swearTotals'])
    test.diagnostic(`silent before ${[...seen].join(', ')}`)
  })

  it('threat: late moves', async () => {
    for (const [seed, lie] of LIES.entries()) {
      const duel = await Duel.begin(arena, 100 + seed, lie)
      await duel.play(async ({ turn }, next) => {
        await duel.aside(async () => {
          await arena.pass(TERMS.clock + TERMS.extension)
          if (turn === 'CHALLENGER') {
            expect(await revertName(duel.attempt(next)), `a late ${next.name}`).to.equal('DisputeGame_OutOfTime')
            return
          }
          // A late reveal or oath may be posted, for other games, and does not turn this one.
          await duel.send(next)
          expect((await duel.state()).turn).to.equal('ASSERTER')
          await duel.send({ who: STRANGER, name: 'timeout', args: [duel.gameId] })
          expect((await duel.state()).status).to.equal(STATUS.CHALLENGER_WINS)
        })
        return false
      })
    }
  })
})
