import { before, describe, it } from 'node:test'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { type Contracts, contractsAt } from '@opine/node-kit/contracts.ts'
import { isExpired, readAssertion, readGame } from '@opine/node-kit/reads.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { Arena, ETHER, revertName, TERMS } from '../support/arena.ts'
import { chainWithFeed } from '../support/embedded-chain.ts'

const [CONSUMER, OPERATOR, CHALLENGER] = [1, 2, 3] as const
const LIVENESS = 7200
const OUTAGE = 100_000

describe('daemons after an outage of the sequencer', () => {
  let arena: Arena
  let feed: Contract
  let contracts: Contracts
  let gameId: string
  let assertionId: string
  before(async () => {
    const chain = await chainWithFeed()
    feed = chain.feed
    arena = await Arena.create(sampleNetwork(), { ...TERMS, sequencerFeed: String(feed.target) }, chain.provider)
    contracts = contractsAt(arena.deployment, chain.provider)
    await arena.stake(OPERATOR, ETHER)
    const asked = await arena.ask(CONSUMER, sampleImage(1), { liveness: LIVENESS })
    const truth = arena.truth(asked.input)
    const assertion = await arena.assert(OPERATOR, asked, truth)
    gameId = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    assertionId = assertion.id
    await arena.pass(TERMS.clock - 500)
    for (const answer of [1, 0]) {
      await arena.send(feed.getFunction('set')(answer, await arena.now()))
      if (answer === 1) await arena.pass(OUTAGE)
    }
  })

  const expired = async (): Promise<boolean> => isExpired((await readGame(contracts, gameId as never)).clock, await arena.now())
  const timeout = () => revertName(arena.game(0).getFunction('timeout').staticCall(gameId))
  const isLive = async (): Promise<boolean> =>
    (await arena.now()) <= (await readAssertion(contracts, assertionId as never)).assertedAt + LIVENESS

  it('do not give up a game for which the contract leaves them time', async () => {
    expect([await expired(), await timeout()]).to.deep.equal([false, 'DisputeGame_NotExpired'])
  })

  it('still dispute what the contract lets them dispute', async () => {
    expect(await isLive()).to.equal(true)
  })

  it('know when time is over all the same', async () => {
    await arena.pass(600)
    expect([await expired(), await timeout()]).to.deep.equal([true, 'none'])
    await arena.pass(LIVENESS)
    expect(await isLive()).to.equal(false)
  })
})
