import { beforeEach, describe, it } from 'node:test'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import { type Arena, type Asserted, TERMS } from '../support/arena.ts'
import { CHALLENGER, OPERATOR as LIAR, LIVENESS, OUTAGE, OutageStage } from '../support/outage.ts'
import { STATUS, sendDefence, stateOf } from '../support/player.ts'

describe('while the sequencer is down', () => {
  let stage: OutageStage
  let arena: Arena
  let assertion: Asserted

  beforeEach(async () => {
    stage = await OutageStage.open((truth) => tellLie(truth, parseLie('3:4:downstream:0x800000')).trace)
    arena = stage.arena
    assertion = stage.assertion
  })

  const isFinal = (): Promise<boolean> => arena.oracle(0).getFunction('isFinal')(assertion.id)

  it('no clock runs: an outage longer than the clock costs neither side its game', async () => {
    const gameId = await stage.openGame()
    await arena.pass(TERMS.clock - 500)
    await stage.say(1)
    await arena.pass(OUTAGE)
    expect(await stage.timeout(gameId), 'during the outage').to.equal('DisputeGame_NotExpired')
    await stage.say(0)
    expect(await stage.timeout(gameId), 'after it').to.equal('DisputeGame_NotExpired')
    const move = defend(await stateOf(arena, gameId), providerOf(assertion.trace, assertion.salt))
    await sendDefence(arena, LIAR, gameId, move)
    expect((await stateOf(arena, gameId)).turn, 'it answered in time').to.equal('CHALLENGER')
    await arena.pass(TERMS.clock + 100)
    expect(await stage.timeout(gameId), 'and time goes on').to.equal('none')
  })

  it('time that ran before and after it counts', async () => {
    const gameId = await stage.openGame()
    for (let i = 0; i < 3; i++) {
      await arena.pass(1100)
      await stage.outage()
    }
    expect(await stage.timeout(gameId)).to.equal('DisputeGame_NotExpired')
    await arena.pass(400)
    await arena.send(arena.game(CHALLENGER).getFunction('timeout')(gameId))
    expect((await stateOf(arena, gameId)).status).to.equal(STATUS.CHALLENGER_WINS)
  })

  it('no liveness runs: the assertion becomes final as much later, and can be disputed so long', async () => {
    await arena.pass(LIVENESS - 1000)
    await stage.say(1)
    await arena.pass(OUTAGE)
    expect(await isFinal()).to.equal(false)
    await stage.say(0)
    await arena.pass(500)
    expect(await isFinal()).to.equal(false)
    const gameId = await stage.openGame()
    expect((await stateOf(arena, gameId)).status).to.equal(STATUS.IN_PROGRESS)
  })

  it('a feed that does not answer stops nothing', async () => {
    const gameId = await stage.openGame()
    await stage.mute()
    await arena.pass(TERMS.clock + 1)
    expect(await stage.timeout(gameId)).to.equal('none')
  })
})
