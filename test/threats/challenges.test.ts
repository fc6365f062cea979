import { before, describe, it } from 'node:test'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { blockCount } from '@opine/models/ir/types.ts'
import { falseTransitions } from '@opine/models/trace/false-transitions.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { expect } from 'chai'
import { type Arena, ETHER, revertName, TERMS } from '../support/arena.ts'
import { attackCall, STATUS, sendDefence, stateOf } from '../support/player.ts'
import { wander } from '../support/wander.ts'
import { CHALLENGER, CONSUMER, Duel, FRIEND, HONEST, LIAR, LIES, STRANGER, smallArena } from './duel.ts'

const SPAM = 40

describe('challenges that are not meant', () => {
  let arena: Arena
  before(async () => {
    arena = await smallArena()
  })

  it('threat: spam of challenges', async (test) => {
    const asked = await arena.ask(CONSUMER, sampleImage(1))
    const assertion = await arena.assert(HONEST, asked, arena.truth(asked.input))
    const games: string[] = []
    for (let i = 0; i < SPAM; i++) games.push(await arena.open(STRANGER + (i % 3), assertion, new Uint8Array(32).fill(i + 1)))
    // One reveal answers all of them: it counts in every game over the assertion, those to come included.
    await sendDefence(
      arena,
      HONEST,
      games[0]!,
      defend(await stateOf(arena, games[0]!), providerOf(assertion.trace, assertion.salt, arena.levels)),
    )
    games.push(await arena.open(STRANGER, assertion, new Uint8Array(32).fill(0xee)))
    await arena.pass(TERMS.clock + TERMS.extension)
    const before = await arena.payout(HONEST)
    for (const game of games) await arena.send(arena.game(HONEST).getFunction('timeout')(game))
    expect((await arena.payout(HONEST)) - before).to.equal(BigInt(games.length) * TERMS.gameBond)
    await arena.pass(86_400)
    await arena.send(arena.oracle(0).getFunction('settle')(asked.requestId, assertion.output))
    test.diagnostic(`${games.length} games, one reveal`)
  })

  it('threat: sham challenger that loses on purpose', async () => {
    const duel = await Duel.begin(arena, 2, LIES[2])
    // The liar's friend comes, goes the wrong way as far as it can, and is timed out; it takes nobody's turn away.
    const sham = await arena.open(FRIEND, duel.lying, new Uint8Array(32).fill(7))
    await duel.play((_, { name }) => name === 'step')
    const step = await duel.next()
    await arena.pass(TERMS.clock - 300)
    await arena.pass(200)
    const early = await stateOf(arena, sham)
    expect([early.turn, early.status]).to.deep.equal(['CHALLENGER', STATUS.IN_PROGRESS])
    await duel.send(step)
    expect((await duel.state()).status).to.equal(STATUS.CHALLENGER_WINS)

    // Nor does it when it has lost before: its defeat is its own alone.
    const other = await Duel.begin(arena, 3, LIES[0])
    const lost = await arena.open(FRIEND, other.lying, new Uint8Array(32).fill(8))
    await sendDefence(arena, LIAR, lost, defend(await stateOf(arena, lost), providerOf(other.lying.trace, other.lying.salt, arena.levels)))
    await arena.pass(TERMS.clock - 100)
    const late = await arena.open(CHALLENGER, other.lying, new Uint8Array(32).fill(9))
    await arena.pass(200)
    await arena.send(arena.game(LIAR).getFunction('timeout')(lost))
    expect((await stateOf(arena, lost)).status).to.equal(STATUS.DEFENDER_WINS)
    expect((await stateOf(arena, late)).status).to.equal(STATUS.IN_PROGRESS)
    expect(await arena.oracle(0).getFunction('isFinal')(other.lying.id)).to.equal(false)
  })

  it('threat: self-challenge', async () => {
    const wealth = async () => {
      const stake: bigint = (await arena.operators(0).getFunction('stakeOf')(arena.addresses[LIAR])).total
      return stake + (await arena.payout(LIAR)) + (await arena.payout(CHALLENGER))
    }
    const before = await wealth()
    // The liar's second account kills the lie, with its bond of `TERMS.gameBond` brought from outside, and gets it back.
    const duel = await Duel.begin(arena, 4, LIES[3])
    expect(await duel.play()).to.equal(STATUS.CHALLENGER_WINS)
    const reward: bigint = await arena.claims(0).getFunction('rewardOf')(duel.lying.id)
    const after = (await wealth()) - TERMS.gameBond + reward
    expect(before - after >= ETHER / 2n, 'at least half of the bond is gone, the reward counted in').to.equal(true)
  })

  it('threat: a true lane stepped by the liar', async () => {
    // A friend of the liar walks to true lanes of the lie, so that the games are spent; the steps there change nothing.
    const duel = await Duel.begin(arena, 5, LIES[1])
    const { lying } = duel
    const own = providerOf(lying.trace, lying.salt, arena.levels)
    for (let seed = 0; seed < 6; seed++) {
      const spent = await arena.open(FRIEND, lying, new Uint8Array(32).fill(seed + 1))
      const { kernel, element } = await wander(arena, spent, lying, { asserter: LIAR, challenger: FRIEND }, seed)
      expect(falseTransitions(lying.trace).some((each) => each.kernel === kernel && each.element === element)).to.equal(false)
      const blocks = blockCount(arena.program.kernels[kernel]!)
      const totals = blocks > 1 ? Array.from(own.totals(kernel, element)) : []
      const evaluations = blocks > 1 ? (['BLOCK', 'RESULT'] as const) : (['ELEMENT'] as const)
      for (const evaluation of evaluations) {
        const move = { kind: 'step', kernel, element, evaluation, block: 0, totals } as const
        const { name, args } = await attackCall(arena, spent, lying.id, lying.trace, own, move)
        for (const who of [FRIEND, LIAR, STRANGER]) {
          expect(await revertName(duel.attempt({ who, name, args }))).to.equal('DisputeGame_NoFraud')
        }
      }
    }
    expect(await duel.play()).to.equal(STATUS.CHALLENGER_WINS)
  })
})
