import { describe, it } from 'node:test'
import { longestGame, mostTurns } from '@opine/dispute-game/game/bound.ts'
import type { Phase } from '@opine/dispute-game/game/types.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import { expect } from 'chai'
import hre from 'hardhat'
import { tinyInput, tinyProgram } from '../model/tiny-program.ts'
import { Arena, type Asserted, ETHER, TERMS } from '../support/arena.ts'
import { providerOn } from '../support/embedded-chain.ts'
import { STATUS } from '../support/player.ts'
import { at, honestChallenge, playSlowly, type SlowGame } from '../support/slow-play.ts'
import { aimless } from '../support/wander.ts'

const MANY = 20
const LIVENESS = 86_400
const [CONSUMER, HONEST, CHALLENGER, FIRST] = [1, 2, 3, 4] as const
const LIES = [
  '1:2:alone',
  '1:0:downstream:0x100',
  '4:1:alone',
  '4:0:alone',
  'interior:a',
  'total:1:3:1',
  'total:1:5:2',
  'padding:1:5',
  'leaf:6',
]
/** Some answer to the end, others fall silent on the way. */
const SILENCES: readonly (Phase | undefined)[] = [undefined, undefined, 'TRACE', 'KERNEL', 'TENSOR', 'LANE']

describe('an honest assertion settles in bounded time', () => {
  async function arenaWith(accounts: number): Promise<Arena> {
    const { provider } = await hre.network.create({ network: 'default', override: { accounts: { count: accounts } } })
    const chain = providerOn(provider)
    return Arena.create(tinyProgram(), { ...TERMS, levels: 1 }, chain)
  }

  /** Liveness, both clocks and an extension a turn: however many there are. */
  function boundOf(arena: Arena, honest: Asserted): number {
    const own = providerOf(honest.trace, honest.salt, arena.levels)
    const depths = arena.program.kernels.map((_, kernel) => own.facts(kernel).depth)
    const turns = mostTurns(own.traceTree().depth, Math.max(...depths), arena.levels)
    return LIVENESS + longestGame(turns, TERMS.clock, TERMS.extension)
  }

  /** Settles as soon as that can be. @returns the time */
  async function settle(arena: Arena, requestId: string, honest: Asserted, end: number): Promise<number> {
    await at(arena, end + 1)
    await arena.send(arena.oracle(0).getFunction('settle')(requestId, outputBytes(honest.trace)))
    const assertion = await arena.oracle(0).getFunction('assertion')(honest.id)
    expect(Number(assertion.status), 'the honest bond is free').to.equal(2)
    return arena.now()
  }

  /** @returns seconds from the honest assertion to the settlement */
  async function behindLiars(liars: number): Promise<{ readonly took: number; readonly bound: number }> {
    const arena = await arenaWith(FIRST + liars)
    const asked = await arena.ask(CONSUMER, tinyInput(3), { liveness: LIVENESS })
    const truth = arena.truth(asked.input)
    const who = Array.from({ length: liars }, (_, i) => FIRST + i)
    const lying: Asserted[] = []
    await arena.stake(HONEST, 2n * ETHER)
    for (const liar of who) await arena.stake(liar, 2n * ETHER)
    for (const [i, liar] of who.entries()) {
      lying.push(await arena.assert(liar, asked, tellLie(truth, parseLie(LIES[i % LIES.length]!)).trace))
    }
    const first = await arena.now()
    const honest = await arena.assert(HONEST, asked, truth)
    const asserted = await arena.now()
    await at(arena, first + LIVENESS - 2 * liars)
    const games: SlowGame[] = []
    for (const [i, assertion] of lying.entries()) {
      const id = await arena.open(CHALLENGER, assertion, arena.ownRoot(CHALLENGER, asked.requestId, truth))
      const silentIn = SILENCES[i % SILENCES.length]
      const challenge = honestChallenge(arena, id, assertion, truth)
      games.push({ id, assertion, asserter: who[i]!, challenger: CHALLENGER, challenge, ...(silentIn ? { silentIn } : {}) })
    }
    const statuses = await playSlowly(arena, games)
    expect(new Set(statuses)).to.deep.equal(new Set([STATUS.CHALLENGER_WINS]))
    const settled = await settle(arena, asked.requestId, honest, asserted + LIVENESS)
    return { took: settled - asserted, bound: boundOf(arena, honest) }
  }

  it(`behind ${MANY} lying assertions, each defended to the last second`, async (test) => {
    const [one, many] = [await behindLiars(1), await behindLiars(MANY)]
    test.diagnostic(`${many.took} seconds behind ${MANY} liars, ${one.took} behind one; the bound is ${many.bound}`)
    expect(many.took).to.be.at.most(many.bound)
    expect(many.took, 'the play was slow').to.be.greaterThan(LIVENESS + 2 * TERMS.clock)
  })

  it(`under ${MANY} sham challenges, each drawn out to the last second`, async (test) => {
    const arena = await arenaWith(FIRST + MANY)
    const asked = await arena.ask(CONSUMER, tinyInput(4), { liveness: LIVENESS })
    await arena.stake(HONEST, 2n * ETHER)
    const honest = await arena.assert(HONEST, asked, arena.truth(asked.input))
    const asserted = await arena.now()
    await at(arena, asserted + LIVENESS - 2 * MANY)
    const games: SlowGame[] = []
    for (let i = 0; i < MANY; i++) {
      const challenger = FIRST + i
      const id = await arena.open(challenger, honest, new Uint8Array(32).fill(i + 1))
      const challenge: SlowGame['challenge'] = async (state) => {
        const { name, args } = aimless(arena, state, honest, 7 * i + state.position)
        return { name, args: [id, ...args] }
      }
      games.push({ id, assertion: honest, asserter: HONEST, challenger, challenge, lapsesIn: 'LANE' })
    }
    const before = await arena.payout(HONEST)
    const statuses = await playSlowly(arena, games)
    expect(new Set(statuses)).to.deep.equal(new Set([STATUS.DEFENDER_WINS]))
    expect(Number((await arena.payout(HONEST)) - before), 'lost challenges pay the asserter').to.be.greaterThan(0)
    const took = (await settle(arena, asked.requestId, honest, asserted + LIVENESS)) - asserted
    const bound = boundOf(arena, honest)
    test.diagnostic(`${took} seconds under ${MANY} challenges; the bound is ${bound}`)
    expect(took).to.be.at.most(bound)
    expect(took, 'the play was slow').to.be.greaterThan(LIVENESS + TERMS.clock)
  })
})
