import { beforeEach, describe, it } from 'node:test'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { Arena, type Asserted, ETHER, revertName, TERMS } from '../support/arena.ts'
import { chainWithFeed } from '../support/embedded-chain.ts'
import { STATUS, sendDefence, stateOf } from '../support/player.ts'

const [CONSUMER, LIAR, CHALLENGER] = [1, 2, 3] as const
const LIVENESS = 7200
const OUTAGE = 100_000

describe('while the sequencer is down', () => {
  let arena: Arena
  let feed: Contract
  let assertion: Asserted
  let root: Uint8Array

  beforeEach(async () => {
    const chain = await chainWithFeed()
    feed = chain.feed
    arena = await Arena.create(sampleNetwork(), { ...TERMS, sequencerFeed: String(feed.target) }, chain.provider)
    await arena.stake(LIAR, ETHER)
    const asked = await arena.ask(CONSUMER, sampleImage(1), { liveness: LIVENESS })
    const truth = arena.truth(asked.input)
    assertion = await arena.assert(LIAR, asked, tellLie(truth, parseLie('3:4:downstream:0x800000')).trace)
    root = arena.ownRoot(CHALLENGER, asked.requestId, truth)
  })

  const set = async (answer: number, at: number) => arena.send(feed.getFunction('set')(answer, at))
  const timeout = (gameId: string) => revertName(arena.game(0).getFunction('timeout').staticCall(gameId))
  const isFinal = (): Promise<boolean> => arena.oracle(0).getFunction('isFinal')(assertion.id)

  it('no clock runs: an outage longer than the clock costs neither side its game', async () => {
    const gameId = await arena.open(CHALLENGER, assertion, root)
    await arena.pass(TERMS.clock - 500)
    await set(1, await arena.now())
    await arena.pass(OUTAGE)
    expect(await timeout(gameId), 'during the outage').to.equal('DisputeGame_NotExpired')
    await set(0, await arena.now())
    expect(await timeout(gameId), 'after it').to.equal('DisputeGame_NotExpired')
    const move = defend(await stateOf(arena, gameId), providerOf(assertion.trace, assertion.salt))
    await sendDefence(arena, LIAR, gameId, move)
    expect((await stateOf(arena, gameId)).turn, 'it answered in time').to.equal('CHALLENGER')
    await arena.pass(TERMS.clock + 100)
    expect(await timeout(gameId), 'and time goes on').to.equal('none')
  })

  it('time that ran before and after it counts', async () => {
    const gameId = await arena.open(CHALLENGER, assertion, root)
    for (let i = 0; i < 3; i++) {
      await arena.pass(1100)
      await set(1, await arena.now())
      await arena.pass(OUTAGE)
      await set(0, await arena.now())
    }
    expect(await timeout(gameId)).to.equal('DisputeGame_NotExpired')
    await arena.pass(400)
    await arena.send(arena.game(CHALLENGER).getFunction('timeout')(gameId))
    expect((await stateOf(arena, gameId)).status).to.equal(STATUS.CHALLENGER_WINS)
  })

  it('no liveness runs: the assertion becomes final as much later, and can be disputed so long', async () => {
    await arena.pass(LIVENESS - 1000)
    await set(1, await arena.now())
    await arena.pass(OUTAGE)
    expect(await isFinal()).to.equal(false)
    await set(0, await arena.now())
    await arena.pass(500)
    expect(await isFinal()).to.equal(false)
    const gameId = await arena.open(CHALLENGER, assertion, root)
    expect((await stateOf(arena, gameId)).status).to.equal(STATUS.IN_PROGRESS)
  })

  it('a feed that does not answer stops nothing', async () => {
    const gameId = await arena.open(CHALLENGER, assertion, root)
    await arena.send(feed.getFunction('mute')(true))
    await arena.pass(TERMS.clock + 1)
    expect(await timeout(gameId)).to.equal('none')
  })
})
