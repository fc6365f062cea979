import { before, describe, it } from 'node:test'
import { type Contracts, contractsAt } from '@opine/node-kit/contracts.ts'
import { isExpired, readAssertion, readGame } from '@opine/node-kit/reads.ts'
import { expect } from 'chai'
import { type Arena, TERMS } from '../support/arena.ts'
import { LIVENESS, OutageStage } from '../support/outage.ts'

describe('daemons after an outage of the sequencer', () => {
  let stage: OutageStage
  let arena: Arena
  let contracts: Contracts
  let gameId: string
  before(async () => {
    stage = await OutageStage.open((truth) => truth)
    arena = stage.arena
    contracts = contractsAt(arena.deployment, arena.provider)
    gameId = await stage.openGame()
    await arena.pass(TERMS.clock - 500)
    await stage.outage()
  })

  const expired = async (): Promise<boolean> => isExpired((await readGame(contracts, gameId as never)).clock, await arena.now())
  const timeout = () => stage.timeout(gameId)
  const isLive = async (): Promise<boolean> =>
    (await arena.now()) <= (await readAssertion(contracts, stage.assertion.id as never)).assertedAt + LIVENESS

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
