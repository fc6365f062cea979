import { before, describe, it } from 'node:test'
import { attack } from '@opine/dispute-game/game/attack.ts'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { PHASES, SIDES } from '@opine/dispute-game/game/types.ts'
import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { expect } from 'chai'
import { Arena, ETHER, revertName, TERMS } from '../support/arena.ts'
import { beginFight } from '../support/fight.ts'
import { attackCall, playUntil, postedOf, STATUS, sendDefence, stateOf } from '../support/player.ts'

const [CONSUMER, LIAR, CHALLENGER, STRANGER] = [1, 2, 3, 4] as const
const WHO = { asserter: LIAR, challenger: CHALLENGER }

describe('silence', () => {
  let arena: Arena
  let seed = 0
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    await arena.stake(LIAR, 100n * ETHER)
  })

  const fight = () => beginFight(arena, seed++, { consumer: CONSUMER, liar: LIAR, challenger: CHALLENGER })
  const timeout = (gameId: string) => revertName(arena.game(STRANGER).getFunction('timeout').staticCall(gameId))

  for (const side of SIDES) {
    for (const phase of PHASES) {
      it(`of the ${side.toLowerCase()} in phase ${phase} loses the game, no second earlier, and a late move saves nothing`, async () => {
        const { truth, assertion, gameId } = await fight()
        expect(await playUntil(arena, gameId, assertion, truth, WHO, side, phase)).to.equal(true)
        const clock = (await arena.game(0).getFunction('game')(gameId)).clock
        const left = Number(side === 'ASSERTER' ? clock.asserter : clock.challenger)
        const deadline = Number(clock.since) + left
        await arena.provider.send('evm_setNextBlockTimestamp', [deadline])
        await arena.provider.send('evm_mine', [])
        expect(await timeout(gameId), 'in the last second').to.equal('DisputeGame_NotExpired')
        const state = await stateOf(arena, gameId)
        const own = providerOf(truth, assertion.salt)
        const late = side === 'CHALLENGER' ? attack(state, own, await postedOf(arena, gameId, assertion.id)) : undefined
        const call = late && (await attackCall(arena, gameId, assertion.id, truth, own, late))
        await arena.provider.send('evm_setNextBlockTimestamp', [deadline + 1])
        await arena.provider.send('evm_mine', [])
        if (call) {
          const move = arena.game(CHALLENGER).getFunction(call.name)
          expect(await revertName(move.staticCall(...call.args)), 'a late move').to.equal('DisputeGame_OutOfTime')
        } else {
          await sendDefence(arena, LIAR, gameId, defend(state, providerOf(assertion.trace, assertion.salt)))
        }
        const [before, liar] = [await arena.payout(CHALLENGER), await arena.payout(LIAR)]
        await arena.send(arena.game(STRANGER).getFunction('timeout')(gameId))
        const won = side === 'ASSERTER'
        expect((await stateOf(arena, gameId)).status).to.equal(won ? STATUS.CHALLENGER_WINS : STATUS.DEFENDER_WINS)
        expect((await arena.payout(CHALLENGER)) - before).to.equal(won ? TERMS.gameBond : 0n)
        expect((await arena.payout(LIAR)) - liar).to.equal(won ? 0n : TERMS.gameBond)
        expect(await timeout(gameId), 'once').to.equal('DisputeGame_NotInProgress')
      })
    }
  }

  it('is not forced on anybody: a side whose clock is nearly spent has the extension in its next turn', async () => {
    const { truth, assertion, gameId } = await fight()
    const { asserter, since } = (await arena.game(0).getFunction('game')(gameId)).clock
    const defender = providerOf(assertion.trace, assertion.salt)
    await arena.provider.send('evm_setNextBlockTimestamp', [Number(since) + Number(asserter)])
    await sendDefence(arena, LIAR, gameId, defend(await stateOf(arena, gameId), defender))
    const posted = await stateOf(arena, gameId)
    expect(posted.turn).to.equal('CHALLENGER')
    await arena.provider.send('evm_setNextBlockTimestamp', [posted.since + TERMS.clock])
    await playUntil(arena, gameId, assertion, truth, WHO, 'ASSERTER', 'KERNEL')
    const { clock } = await arena.game(0).getFunction('game')(gameId)
    expect(Number(clock.asserter), 'all of its clock was spent').to.equal(TERMS.extension)
    await arena.pass(TERMS.extension - 10)
    expect(await timeout(gameId)).to.equal('DisputeGame_NotExpired')
    await arena.pass(20)
    expect(await timeout(gameId)).to.equal('none')
  })
})
