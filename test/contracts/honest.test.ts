import { before, describe, it } from 'node:test'
import { defend } from '@opine/dispute-game/game/defend.ts'
import type { Evaluation } from '@opine/dispute-game/game/types.ts'
import { branch, descendants } from '@opine/dispute-game/merkle/tree.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { blockCount, bufferOf } from '@opine/models/ir/types.ts'
import { bufferProof } from '@opine/models/trace/program-tree.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { expect } from 'chai'
import { Arena, type Asserted, ETHER, revertName, TERMS } from '../support/arena.ts'
import { attackCall, STATUS, sendDefence, stateOf } from '../support/player.ts'
import { wander } from '../support/wander.ts'

const CONSUMER = 1
const HONEST = 2
const ATTACKER = 3
const STRANGER = 4
const DELAY = ETHER / 1000n
const SIDES = { asserter: HONEST, challenger: ATTACKER }

describe('an honest assertion under attack', () => {
  let arena: Arena
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    await arena.stake(HONEST, 100n * ETHER)
  })

  async function honest(seed: number): Promise<Asserted> {
    const asked = await arena.ask(CONSUMER, sampleImage(seed), { delayPrice: DELAY })
    return arena.assert(HONEST, asked, arena.truth(asked.input))
  }
  const root = (seed: number): Uint8Array => new Uint8Array(32).fill(seed)
  const call = (who: number, name: string, ...args: unknown[]) =>
    revertName(
      arena
        .game(who)
        .getFunction(name)
        .staticCall(...args),
    )
  const own = (assertion: Asserted) => providerOf(assertion.trace, assertion.salt)

  it('cannot be stepped on a true lane, and wins by the attacker’s clock (20 assertions)', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const assertion = await honest(seed)
      const gameId = await arena.open(ATTACKER, assertion, root(seed + 1))
      const { kernel, element } = await wander(arena, gameId, assertion, SIDES, seed)
      const blocks = blockCount(arena.program.kernels[kernel]!)
      const totals = blocks > 1 ? Array.from(own(assertion).totals(kernel, element)) : []
      const steps: { evaluation: Evaluation; block: number }[] = totals.map((_, block) => ({ evaluation: 'BLOCK', block }))
      for (const step of [...steps, { evaluation: blocks > 1 ? 'RESULT' : 'ELEMENT', block: 0 } as const]) {
        const move = { kind: 'step', kernel, element, totals, ...step } as const
        const { name, args } = await attackCall(arena, gameId, assertion.id, assertion.trace, own(assertion), move)
        expect(await call(ATTACKER, name, ...args)).to.equal('DisputeGame_NoFraud')
        if (blocks <= 1) continue
        args[3] = totals.map((total) => (total ^ 1) >>> 0)
        expect(await call(ATTACKER, name, ...args)).to.equal('DisputeGame_WrongTotals')
      }
      await arena.pass(TERMS.clock + 1)
      const before = [await arena.payout(HONEST), await arena.payout(CONSUMER)]
      await arena.send(arena.game(STRANGER).getFunction('timeout')(gameId))
      expect((await stateOf(arena, gameId)).status).to.equal(STATUS.DEFENDER_WINS)
      expect((await arena.payout(HONEST)) - before[0]!).to.equal(TERMS.gameBond)
      expect((await arena.payout(CONSUMER)) - before[1]!, 'for the delay').to.equal(DELAY)
      await arena.pass(86_400)
      expect(await arena.oracle(0).getFunction('isFinal')(assertion.id)).to.equal(true)
    }
  })

  it('takes no false reveal, no oath from a stranger, and nothing twice', async () => {
    const seen = new Set<string>()
    const logs = async () => (await arena.provider.getLogs({ address: arena.deployment.game, fromBlock: 0 })).length
    for (let seed = 0; seed < 8; seed++) {
      const assertion = await honest(60 + seed)
      const gameId = await arena.open(ATTACKER, assertion, root(seed))
      await wander(arena, gameId, assertion, SIDES, seed, async (state) => {
        const move = defend(state, own(assertion))
        seen.add(move.kind)
        if (move.kind === 'reveal') {
          const forged = move.nodes.map((node) => node.map((byte) => byte ^ 1))
          expect(await call(STRANGER, 'reveal', gameId, forged)).to.equal('DisputeGame_NodesDoNotHash')
          expect(await call(STRANGER, 'reveal', gameId, [...forged, ...forged])).to.equal('DisputeGame_WrongNodeCount')
          await sendDefence(arena, STRANGER, gameId, move)
        } else {
          const list = move.kind === 'swearInterior' ? move.roots : move.totals
          for (const signature of ['0x', `0x${'11'.repeat(65)}`]) {
            expect(await call(STRANGER, move.kind, gameId, list, signature)).to.equal('DisputeGame_NotAsserter')
          }
          expect(await call(HONEST, move.kind, gameId, list.slice(1), '0x')).to.equal('DisputeGame_WrongNodeCount')
          await sendDefence(arena, HONEST, gameId, move)
        }
        const before = await logs()
        await sendDefence(arena, STRANGER, gameId, move)
        expect(await logs(), 'a repetition changes nothing').to.equal(before)
      })
    }
    expect([...seen].sort()).to.deep.equal(['reveal', 'swearInterior', 'swearTotals'])
  })

  it('takes an oath under the asserter’s signature from anybody', async () => {
    const assertion = await honest(90)
    const gameId = await arena.open(ATTACKER, assertion, root(9))
    let sworn = 0
    await wander(arena, gameId, assertion, SIDES, 3, async (state) => {
      const move = defend(state, own(assertion))
      if (move.kind !== 'swearInterior') return
      const { first } = arena.program.places[state.kernel]!
      const signature = await arena.signInterior(HONEST, assertion.id, first, move.roots)
      const wrong = await arena.signInterior(STRANGER, assertion.id, first, move.roots)
      expect(await call(STRANGER, 'swearInterior', gameId, move.roots, wrong)).to.equal('DisputeGame_NotAsserter')
      await arena.send(arena.game(STRANGER).getFunction('swearInterior')(gameId, move.roots, signature))
      expect((await stateOf(arena, gameId)).turn).to.equal('CHALLENGER')
      sworn++
    })
    expect(sworn).to.equal(1)
  })

  it('is not timed out early, and a reveal counts in every game from the moment at which it was posted', async () => {
    const assertion = await honest(200)
    const first = await arena.open(ATTACKER, assertion, root(1))
    expect(await call(ATTACKER, 'timeout', first)).to.equal('DisputeGame_NotExpired')
    await arena.pass(TERMS.clock - 100)
    const second = await arena.open(STRANGER, assertion, root(2))
    await sendDefence(arena, HONEST, second, defend(await stateOf(arena, second), own(assertion)))
    for (const id of [first, second]) expect((await stateOf(arena, id)).turn).to.equal('CHALLENGER')
    const third = await arena.open(STRANGER, assertion, root(3))
    expect((await stateOf(arena, third)).turn, 'a game that begins at a revealed place').to.equal('CHALLENGER')
    await arena.pass(TERMS.clock - 10)
    expect(await call(ATTACKER, 'timeout', first), 'the clock began with the reveal').to.equal('DisputeGame_NotExpired')
    await arena.pass(100)
    for (const id of [first, second, third]) {
      await arena.send(arena.game(STRANGER).getFunction('timeout')(id))
      expect((await stateOf(arena, id)).status).to.equal(STATUS.DEFENDER_WINS)
      expect(await call(STRANGER, 'timeout', id)).to.equal('DisputeGame_NotInProgress')
    }
  })

  it('a late reveal does not revive a game whose time is over, and counts where it is not late', async () => {
    const assertion = await honest(201)
    const late = await arena.open(ATTACKER, assertion, root(1))
    await arena.pass(TERMS.clock + 10)
    await sendDefence(arena, HONEST, late, defend(await stateOf(arena, late), own(assertion)))
    expect((await stateOf(arena, late)).turn).to.equal('ASSERTER')
    const punctual = await arena.open(STRANGER, assertion, root(2))
    expect((await stateOf(arena, punctual)).turn).to.equal('CHALLENGER')
    await arena.send(arena.game(ATTACKER).getFunction('timeout')(late))
    expect((await stateOf(arena, late)).status).to.equal(STATUS.CHALLENGER_WINS)
  })

  it('is opened at its true depth, at the expected node, and by the challenger alone', async () => {
    const assertion = await honest(202)
    const gameId = await arena.open(ATTACKER, assertion, root(1))
    await sendDefence(arena, HONEST, gameId, defend(await stateOf(arena, gameId), own(assertion)))
    const { node } = await stateOf(arena, gameId)
    const tree = own(assertion).traceTree()
    const leaves = descendants(tree, 1, tree.depth)
    const inner = descendants(tree, 1, 1)
    const proof = bufferProof(arena.tree, bufferOf(arena.program, 0))
    const other = bufferProof(arena.tree, bufferOf(arena.program, 1))
    const path = (leaf: number) => branch(tree, leaf)
    const empty = leaves.length - 1
    const none = { meta: node, body: node, siblings: [] }
    const refusals: [number, string, unknown[], string][] = [
      [ATTACKER, 'descendTrace', [node, 0, inner[0], [inner[1]], proof], 'DisputeGame_WrongPath'],
      [ATTACKER, 'descendTrace', [node, leaves.length, leaves[0], path(0), proof], 'DisputeGame_NoSuchChild'],
      [ATTACKER, 'descendTrace', [leaves[0], 0, leaves[0], path(0), proof], 'DisputeGame_UnexpectedNode'],
      [
        ATTACKER,
        'descendTrace',
        [node, 0, leaves[0], path(0), { ...proof, siblings: proof.siblings.slice(1) }],
        'DisputeGame_WrongProgramLeaf',
      ],
      [ATTACKER, 'descendTrace', [node, 0, leaves[0], path(0), other], 'DisputeGame_WrongProgramLeaf'],
      [ATTACKER, 'descendTrace', [node, empty, leaves[empty], path(empty), none], 'DisputeGame_PaddingIsZero'],
      [ATTACKER, 'descendTensor', [node, 0, leaves[0], [], 0], 'DisputeGame_WrongPhase'],
      [STRANGER, 'descendTrace', [node, 0, leaves[0], path(0), proof], 'DisputeGame_NotChallenger'],
    ]
    for (const [who, name, args, expected] of refusals) expect(await call(who, name, gameId, ...args), expected).to.equal(expected)
  })
})
