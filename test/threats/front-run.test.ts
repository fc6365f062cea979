import { before, describe, it } from 'node:test'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { expect } from 'chai'
import { type Arena, revertName, TERMS } from '../support/arena.ts'
import { STATUS } from '../support/player.ts'
import { CHALLENGER, Duel, HONEST, LIES, STRANGER, smallArena } from './duel.ts'

describe('who sends first what another one meant to send', () => {
  let arena: Arena
  before(async () => {
    arena = await smallArena()
  })

  it('threat: front-run of reveal', async () => {
    const duel = await Duel.begin(arena, 1, LIES[2])
    const end = await duel.play(async ({ turn }, next) => {
      if (next.name !== 'reveal') return false
      await duel.send(next, STRANGER)
      const after = await duel.state()
      expect([turn, after.turn]).to.deep.equal(['ASSERTER', 'CHALLENGER'])
      // The asserter's own comes too late and does no harm: not to its gas, not to the game.
      await duel.send(next)
      expect(await duel.state()).to.deep.equal(after)
      return true
    })
    expect(end).to.equal(STATUS.IN_PROGRESS)
    expect(await duel.play()).to.equal(STATUS.CHALLENGER_WINS)
  })

  it('threat: front-run of step', async () => {
    const duel = await Duel.begin(arena, 2, LIES[0])
    await duel.play((_, { name }) => name === 'step')
    const step = await duel.next()
    const [challenger, stranger] = [await arena.payout(CHALLENGER), await arena.payout(STRANGER)]
    await duel.send(step, STRANGER)
    expect((await duel.state()).status).to.equal(STATUS.CHALLENGER_WINS)
    expect((await arena.payout(CHALLENGER)) - challenger, 'the bond is the challenger’s').to.equal(TERMS.gameBond)
    expect(await arena.payout(STRANGER)).to.equal(stranger)
    expect(await revertName(duel.attempt(step)), 'the challenger’s own comes too late').to.equal('DisputeGame_NotInProgress')
  })

  it('threat: front-run of claim', async () => {
    const duel = await Duel.begin(arena, 3, LIES[1], 3600)
    const { requestId } = duel.asked
    const honest = await arena.assert(HONEST, duel.asked, duel.truth)
    // The stranger opens a game with the challenger's root before the kill, to claim with the challenger's proof.
    const copied = arena.ownRoot(CHALLENGER, requestId, duel.truth)
    const mirrored = await arena.open(STRANGER, duel.lying, copied)
    expect(await duel.play()).to.equal(STATUS.CHALLENGER_WINS)
    await arena.pass(3601)
    await arena.send(arena.oracle(0).getFunction('settle')(requestId, honest.output))
    const start = (who: number, game: string) => revertName(arena.claims(who).getFunction('startClaim')(game))
    expect(await start(STRANGER, duel.gameId), 'the seed of another’s claim').to.equal('RewardClaims_NotClaimant')
    expect(await start(STRANGER, mirrored)).to.equal('none')
    expect(await start(CHALLENGER, duel.gameId)).to.equal('none')
    for (let i = 0; i < 3; i++) await arena.provider.send('evm_mine', [])
    const leavesFor = async (game: string) => {
      const drawn: bigint[] = await arena.claims(0).getFunction('drawnKernels')(game)
      const [mine, settled] = [traceTree(duel.truth, arena.salt(requestId, CHALLENGER)), traceTree(duel.truth, honest.salt)]
      return drawn.map(Number).map((kernel) => ({
        tensorRoot: rootOf(duel.truth.trees[kernel]!),
        mine: branch(mine, kernel),
        settled: branch(settled, kernel),
      }))
    }
    const prove = async (who: number, game: string) =>
      revertName(arena.claims(who).getFunction('proveClaim')(game, copied, await leavesFor(game)))
    expect(await prove(STRANGER, mirrored), 'a copied root has another’s salt').to.equal('RewardClaims_LeafDiffers')
    // Whoever sends the challenger's proof, it is the challenger's claim.
    expect(await prove(STRANGER, duel.gameId)).to.equal('none')
    await arena.pass(TERMS.claimWindow + 1)
    const [challenger, stranger] = [await arena.payout(CHALLENGER), await arena.payout(STRANGER)]
    const reward: bigint = await arena.claims(0).getFunction('rewardOf')(duel.lying.id)
    expect(reward > 0n).to.equal(true)
    await arena.send(arena.claims(STRANGER).getFunction('payClaim')(duel.lying.id))
    expect((await arena.payout(CHALLENGER)) - challenger).to.equal(reward)
    expect(await arena.payout(STRANGER)).to.equal(stranger)
  })
})
