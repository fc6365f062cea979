import { before, describe, it } from 'node:test'
import { defend } from '@opine/dispute-game/game/defend.ts'
import { sampleImage } from '@opine/models/exec/reference/sample.ts'
import { blockCount } from '@opine/models/ir/types.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { Oaths } from '@opine/node-kit/oaths.ts'
import { expect } from 'chai'
import { type Arena, type Asserted, revertName } from '../support/arena.ts'
import { type State, sendDefence, stateOf } from '../support/player.ts'
import { aimless } from '../support/wander.ts'
import { CONSUMER, FRIEND, HONEST, smallArena } from './duel.ts'

const [ATTACKER, MOST_TURNS] = [FRIEND, 20] as const

/**
 * The challenger signs two moves for one nonce, to two lanes of one game. The asserter sees the first and sends its oath; then the chain
 * reorganises, and the second move stands before that oath.
 */
describe('an honest oath, after a reorganisation that moved the game', () => {
  let arena: Arena
  before(async () => {
    arena = await smallArena()
  })

  const rpc = (method: string, ...params: unknown[]) => arena.provider.send(method, params)

  /** Leads a game over an honest assertion to where the challenger is about to choose between the given places. */
  async function lead(seed: number, ready: (state: State) => boolean): Promise<{ gameId: string; assertion: Asserted; state: State }> {
    const asked = await arena.ask(CONSUMER, sampleImage(seed))
    const assertion = await arena.assert(HONEST, asked, arena.truth(asked.input))
    const gameId = await arena.open(ATTACKER, assertion, new Uint8Array(32).fill(seed + 1))
    const own = providerOf(assertion.trace, assertion.salt, arena.levels)
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const state = await stateOf(arena, gameId)
      if (state.turn === 'ASSERTER') await sendDefence(arena, HONEST, gameId, defend(state, own))
      else if (ready(state)) return { gameId, assertion, state }
      else if (state.phase === 'LANE') break
      else {
        const { name, args } = aimless(arena, state, assertion, 31 * seed + turn)
        await arena.send(arena.game(ATTACKER).getFunction(name)(gameId, ...args))
      }
    }
    return lead(seed + 1, ready)
  }

  it('threat: reorganisation under an oath', async () => {
    const folds = (kernel: number) => blockCount(arena.program.kernels[kernel]!) > 1
    const { gameId, assertion, state } = await lead(1, ({ phase, kernel }) => phase === 'TENSOR' && folds(kernel))
    const own = providerOf(assertion.trace, assertion.salt, arena.levels)
    const { args } = aimless(arena, state, assertion, 1)
    const choose = (lane: number) => arena.send(arena.game(ATTACKER).getFunction('descendTensor')(gameId, ...args.slice(0, -1), lane))
    const fork: string = await rpc('evm_snapshot')
    await choose(0)
    const seen = await stateOf(arena, gameId)
    const totals = Array.from(own.totals(seen.kernel, seen.element))
    const oaths = new Oaths(arena.signers[HONEST]!, arena.deployment)
    const signature = await oaths.totals(assertion.id, seen.kernel, seen.element, totals)
    const swear = (who: number, list: readonly number[], signed: string) =>
      revertName(arena.game(who).getFunction('swearTotals').staticCall(gameId, list, signed))
    expect(await swear(HONEST, totals, signature), 'where it belongs').to.equal('none')
    await rpc('evm_revert', fork)

    await choose(1)
    const now = await stateOf(arena, gameId)
    expect([now.phase, now.element]).to.deep.equal(['LANE', seen.element + 1])
    expect(await swear(HONEST, totals, signature), 'its own transaction').to.equal('DisputeGame_NotAsserter')
    expect(await swear(ATTACKER, totals, signature), 'sent by the challenger').to.equal('DisputeGame_NotAsserter')
    const there = Array.from(own.totals(now.kernel, now.element))
    expect(await swear(HONEST, there, await oaths.totals(assertion.id, now.kernel, now.element, there)), 'the new place').to.equal('none')
  })
})
