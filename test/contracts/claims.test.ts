import { before, describe, it } from 'node:test'
import { branch, rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { Arena, type Asserted, ETHER, revertName, TERMS } from '../support/arena.ts'
import { play, STATUS, stateOf } from '../support/player.ts'

const CONSUMER = 1
const LIAR = 2
const HONEST = 3
const CHALLENGER = 4
const MIRROR = 5
const SECOND = 6
/** The base share of a bond of 1 ether. */

describe('the reward of a defeated assertion', () => {
  let arena: Arena
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    for (const who of [LIAR, HONEST]) await arena.stake(who, 100n * ETHER)
  })

  type Fight = {
    reward: bigint
    truth: Trace
    requestId: string
    lying: Asserted
    honest: Asserted
    killer: string
    others: string[]
    roots: Uint8Array[]
  }

  /** A lie, an honest answer, the killer's game, and games of others that mirror its moves one by one. */
  async function fight(
    seed: number,
    others: readonly { who: number; root: (own: Uint8Array, requestId: string, truth: Trace) => Uint8Array }[],
  ): Promise<Fight> {
    const asked = await arena.ask(CONSUMER, sampleImage(seed), { liveness: 3600 })
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(LIAR, asked, tellLie(truth, parseLie('3:4:downstream:0x800000')).trace)
    const honest = await arena.assert(HONEST, asked, truth)
    const own = arena.ownRoot(CHALLENGER, asked.requestId, truth)
    const killer = await arena.open(CHALLENGER, lying, own)
    const games: string[] = []
    const roots = others.map(({ root }) => root(own, asked.requestId, truth))
    for (const [i, { who }] of others.entries()) games.push(await arena.open(who, lying, roots[i]!))
    const played = await play(arena, killer, lying, truth, { asserter: LIAR, challenger: CHALLENGER }, async ({ name, args }) => {
      if (name === 'step') return
      for (const [i, { who }] of others.entries()) await arena.send(arena.game(who).getFunction(name)(games[i], ...args.slice(1)))
    })
    expect(played.status).to.equal(STATUS.CHALLENGER_WINS)
    const reward: bigint = await arena.claims(0).getFunction('rewardOf')(lying.id)
    expect(reward > ETHER / 10n && reward < ETHER / 5n, 'the base and what the moves cost').to.equal(true)
    return { reward, truth, requestId: asked.requestId, lying, honest, killer, others: games, roots }
  }

  async function settle({ requestId, honest }: Fight): Promise<void> {
    await arena.pass(3601)
    await arena.send(arena.oracle(0).getFunction('settle')(requestId, honest.output))
  }

  /** Opens the drawn leaves under the salts of `who` and of the settling asserter. */
  async function prove({ truth, requestId, honest }: Fight, gameId: string, who: number, root?: Uint8Array): Promise<string> {
    const claims = arena.claims(who)
    const drawn: bigint[] = await claims.getFunction('drawnKernels')(gameId)
    const mine = traceTree(truth, arena.salt(requestId, who))
    const settled = traceTree(truth, honest.salt)
    const leaves = drawn.map(Number).map((kernel) => {
      return { tensorRoot: rootOf(truth.trees[kernel]!), mine: branch(mine, kernel), settled: branch(settled, kernel) }
    })
    return revertName(claims.getFunction('proveClaim')(gameId, root ?? rootOf(mine), leaves))
  }

  async function start(gameId: string, who: number): Promise<string> {
    const name = await revertName(arena.claims(who).getFunction('startClaim')(gameId))
    for (let i = 0; i < 3; i++) await arena.provider.send('evm_mine', [])
    return name
  }

  const pay = (assertion: Asserted) => revertName(arena.claims(0).getFunction('payClaim')(assertion.id))

  it('goes to the killer, and not to mirrors of its moves with a random, zero or copied root', async () => {
    const roots = [() => new Uint8Array(32).fill(0xab), () => new Uint8Array(32), (own: Uint8Array) => own]
    const each = await fight(
      1,
      roots.map((root) => ({ who: MIRROR, root })),
    )
    expect(await revertName(arena.claims(CHALLENGER).getFunction('startClaim').staticCall(each.killer))).to.equal('RewardClaims_NotSettled')
    await settle(each)
    expect(await start(each.killer, CHALLENGER)).to.equal('none')
    expect(await revertName(arena.claims(CHALLENGER).getFunction('startClaim').staticCall(each.killer))).to.equal(
      'RewardClaims_AlreadyStarted',
    )
    for (const [i, game] of each.others.entries()) {
      expect(await revertName(arena.claims(CHALLENGER).getFunction('startClaim').staticCall(game))).to.equal('RewardClaims_NotClaimant')
      expect(await start(game, MIRROR)).to.equal('none')
      expect(await prove(each, game, MIRROR, each.roots[i])).to.equal('RewardClaims_LeafDiffers')
      expect(await prove(each, game, CHALLENGER, each.roots[i]), 'another’s salt').to.equal('RewardClaims_LeafDiffers')
      expect(await prove(each, game, MIRROR), 'a root that the game was not opened with').to.equal('RewardClaims_NotRootOf')
    }
    expect(await pay(each.lying)).to.equal('RewardClaims_WindowOpen')
    expect(await prove(each, each.killer, CHALLENGER)).to.equal('none')
    const [before, mirror] = [await arena.payout(CHALLENGER), await arena.payout(MIRROR)]
    await arena.pass(TERMS.claimWindow + 1)
    expect(await pay(each.lying)).to.equal('none')
    expect((await arena.payout(CHALLENGER)) - before).to.equal(each.reward)
    expect(await arena.payout(MIRROR)).to.equal(mirror)
    expect(await pay(each.lying), 'once').to.equal('RewardClaims_NoReward')
    for (const game of each.others) {
      await arena.send(arena.game(0).getFunction('refund')(game))
      expect((await stateOf(arena, game)).status).to.equal(STATUS.VOID)
    }
    expect((await arena.payout(MIRROR)) - mirror, 'void games give their bonds back').to.equal(3n * TERMS.gameBond)
  })

  it('goes to the next in opening order where the killer does not claim, and to the killer whenever it does', async () => {
    for (const killerClaims of [false, true]) {
      const each = await fight(10 + Number(killerClaims), [
        { who: SECOND, root: (_, requestId, truth) => arena.ownRoot(SECOND, requestId, truth) },
      ])
      const open = arena.game(SECOND).getFunction('open')
      expect(await revertName(open.staticCall(each.lying.id, new Uint8Array(32), { value: TERMS.gameBond }))).to.equal(
        'InferenceOracle_NotStanding',
      )
      await settle(each)
      const second = each.others[0]!
      expect(await start(second, SECOND)).to.equal('none')
      expect(await prove(each, second, SECOND)).to.equal('none')
      if (killerClaims) {
        expect(await start(each.killer, CHALLENGER)).to.equal('none')
        expect(await prove(each, each.killer, CHALLENGER)).to.equal('none')
      }
      const winner = killerClaims ? CHALLENGER : SECOND
      const before = await arena.payout(winner)
      await arena.pass(TERMS.claimWindow + 1)
      expect(await pay(each.lying)).to.equal('none')
      expect((await arena.payout(winner)) - before).to.equal(each.reward)
    }
  })

  it('is burned when nobody claims, and when the request expires', async () => {
    const each = await fight(20, [])
    await settle(each)
    await arena.pass(TERMS.claimWindow + 1)
    expect(await revertName(arena.claims(CHALLENGER).getFunction('startClaim').staticCall(each.killer))).to.equal(
      'RewardClaims_WindowClosed',
    )
    const burned = () => arena.provider.getBalance('0x000000000000000000000000000000000000dEaD')
    const before = await burned()
    expect(await pay(each.lying)).to.equal('none')
    expect((await burned()) - before).to.equal(each.reward)

    const asked = await arena.ask(CONSUMER, sampleImage(30), { liveness: 3600 })
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(LIAR, asked, tellLie(truth, parseLie('3:4:downstream:0x800000')).trace)
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    await play(arena, gameId, lying, truth, { asserter: LIAR, challenger: CHALLENGER })
    expect(await pay(lying)).to.equal('RewardClaims_NotSettled')
    expect(await revertName(arena.oracle(0).getFunction('expire').staticCall(asked.requestId))).to.equal('InferenceOracle_BeforeDeadline')
    await arena.pass(41 * 86_400)
    const fee = await arena.payout(CONSUMER)
    await arena.send(arena.oracle(0).getFunction('expire')(asked.requestId))
    expect((await arena.payout(CONSUMER)) - fee, 'the fee comes back').to.equal(ETHER / 100n)
    expect(await pay(lying)).to.equal('none')
  })

  it('comes from a vault that holds exactly what it owes', async () => {
    const operators = arena.operators(0)
    let owed = 0n
    const { oracle, game, claims } = arena.deployment
    for (const address of [...arena.addresses, oracle, game, claims]) {
      owed += (await operators.getFunction('stakeOf')(address)).total + (await operators.getFunction('payoutOf')(address))
    }
    expect(await arena.provider.getBalance(arena.deployment.operators)).to.equal(owed)
    for (const who of [CHALLENGER, HONEST, SECOND]) {
      const to = `0x${(0x1000 + who).toString(16).padStart(40, '0')}`
      const amount = await arena.payout(who)
      await arena.send(arena.operators(who).getFunction('withdraw')(to))
      expect(await arena.provider.getBalance(to)).to.equal(amount)
      expect(await revertName(arena.operators(who).getFunction('withdraw').staticCall(to))).to.equal('OperatorRegistry_NothingToWithdraw')
    }
  })
})
