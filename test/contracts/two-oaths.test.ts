import { before, describe, it } from 'node:test'
import { sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { concat } from 'ethers'
import { Arena, ETHER, revertName } from '../support/arena.ts'
import { beginFight } from '../support/fight.ts'
import { oathsOf, packRoots, packTotals } from '../support/oaths.ts'
import { playUntil, STATUS, sendDefence, stateOf } from '../support/player.ts'

const [CONSUMER, LIAR, CHALLENGER, STRANGER] = [1, 2, 3, 4] as const
const WHO = { asserter: LIAR, challenger: CHALLENGER }
const KERNEL = 1
const LANE = 3
const ZERO = `0x${'00'.repeat(32)}`

describe('two contents sworn for one place', () => {
  let arena: Arena
  let seed = 0
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    await arena.stake(LIAR, 100n * ETHER)
  })

  async function fight() {
    const begun = await beginFight(arena, seed++, { consumer: CONSUMER, liar: LIAR, challenger: CHALLENGER })
    const by = (who: number) => oathsOf(arena, who, begun.assertion.id)
    return { ...begun, oaths: by(LIAR), forger: by(STRANGER) }
  }
  const prove = (...args: unknown[]) => arena.game(STRANGER).getFunction('proveTwoOaths')(...args)
  const dry = (...args: unknown[]) =>
    revertName(
      arena
        .game(STRANGER)
        .getFunction('proveTwoOaths')
        .staticCall(...args),
    )
  const list = (byte: number) => Array.from({ length: 3 }, (_, i) => new Uint8Array(32).fill(byte + i))
  const signed = (entries: string, signature: string) => ({ list: entries, signature })

  it('win at once, two signatures under interiors or under totals, to anybody’s proof, with the asserter in turn', async () => {
    for (const phase of [KERNEL, LANE]) {
      const { gameId, oaths } = await fight()
      const [one, other] =
        phase === KERNEL
          ? [signed(packRoots(list(1)), oaths.interior(0, list(1))), signed(packRoots(list(5)), oaths.interior(0, list(5)))]
          : [signed(packTotals([1, 2]), oaths.totals(3, 2, [1, 2])), signed(packTotals([1, 3]), oaths.totals(3, 2, [1, 3]))]
      const [kernel, element] = phase === KERNEL ? [0, 0] : [3, 2]
      expect(await dry(gameId, phase, kernel, element, one, one)).to.equal('DisputeGame_OneOath')
      expect(await dry(gameId, phase, kernel + 1, element, one, other), 'sworn for another place').to.equal('DisputeGame_NotAsserter')
      expect(await dry(gameId, 0, kernel, element, one, other)).to.equal('DisputeGame_WrongPhase')
      await arena.send(prove(gameId, phase, kernel, element, one, other))
      expect((await stateOf(arena, gameId)).status).to.equal(STATUS.CHALLENGER_WINS)
    }
  })

  it('win at once, one on record and another signed', async () => {
    for (const phase of ['KERNEL', 'LANE'] as const) {
      const { gameId, assertion, truth, oaths } = await fight()
      await playUntil(arena, gameId, assertion, truth, WHO, 'CHALLENGER', phase)
      const { first, length } = arena.program.places[3]!
      const recorded =
        phase === 'KERNEL' ? arena.game(0).filters.InteriorSworn!(assertion.id) : arena.game(0).filters.TotalsSworn!(assertion.id)
      const { args } = (await arena.game(0).queryFilter(recorded))[0] as unknown as { args: { roots: string[]; totals: bigint[] } }
      const [kernel, element] = phase === 'KERNEL' ? [first, 0] : [3, 2]
      const entries = phase === 'KERNEL' ? concat(args.roots) : packTotals(args.totals.map(Number))
      const [other, last] =
        phase === 'KERNEL'
          ? [list(9).slice(0, length), packRoots(list(9).slice(0, length))]
          : [args.totals.map((total) => (Number(total) ^ 1) >>> 0), packTotals(args.totals.map((total) => (Number(total) ^ 1) >>> 0))]
      const signature = phase === 'KERNEL' ? oaths.interior(first, other as Uint8Array[]) : oaths.totals(3, 2, other as number[])
      const number = phase === 'KERNEL' ? KERNEL : LANE
      // What is shown as recorded must be it, and a signature of another content is none.
      expect(await dry(gameId, number, kernel, element, signed(last, '0x'), signed(last, signature))).to.equal('DisputeGame_NotAsserter')
      expect(await dry(gameId, number, kernel, element, signed(entries, '0x'), signed(entries, signature))).to.equal(
        'DisputeGame_NotAsserter',
      )
      await arena.send(prove(gameId, number, kernel, element, signed(entries, '0x'), signed(last, signature)))
      expect((await stateOf(arena, gameId)).status).to.equal(STATUS.CHALLENGER_WINS)
    }
  })

  it('are not made of a stranger’s signature, of nothing, nor of zeros after the recorded list', async () => {
    const { gameId, assertion, truth, oaths, forger } = await fight()
    const honest = signed(packRoots(list(1)), oaths.interior(0, list(1)))
    const forged = signed(packRoots(list(5)), forger.interior(0, list(5)))
    expect(await dry(gameId, KERNEL, 0, 0, honest, forged)).to.equal('DisputeGame_NotAsserter')
    expect(await dry(gameId, KERNEL, 0, 0, honest, signed(ZERO, '0x')), 'nobody swore yet').to.equal('DisputeGame_NotAsserter')
    expect(await dry(gameId, KERNEL, 0, 0, honest, signed(packRoots(list(5)), honest.signature))).to.equal('DisputeGame_NotAsserter')
    await playUntil(arena, gameId, assertion, truth, WHO, 'CHALLENGER', 'KERNEL')
    const { first, length } = arena.program.places[3]!
    const { args } = (await arena.game(0).queryFilter(arena.game(0).filters.InteriorSworn!(assertion.id)))[0] as unknown as {
      args: { roots: string[] }
    }
    const roots = args.roots.map((root) => Uint8Array.from(Buffer.from(root.slice(2), 'hex')))
    expect(roots).to.have.length(length)
    const recorded = signed(concat(args.roots), oaths.interior(first, roots))
    const padded = signed(concat([...args.roots, ...Array<string>(4 - (length % 4 || 4)).fill(ZERO)]), '0x')
    expect(await dry(gameId, KERNEL, first, 0, padded, recorded)).to.equal('DisputeGame_OneOath')
    expect((await stateOf(arena, gameId)).status).to.equal(STATUS.IN_PROGRESS)
  })

  it('win nothing in the block of the opening or after the challenger’s time, and a second oath is not recorded over the first', async () => {
    const { gameId, assertion, truth, oaths } = await fight()
    const [one, other] = [list(1), list(5)].map((roots) => signed(packRoots(roots), oaths.interior(0, roots)))
    await playUntil(arena, gameId, assertion, truth, WHO, 'CHALLENGER', 'KERNEL')
    const swear = arena.game(LIAR).getFunction('swearInterior')
    const { length } = arena.program.places[3]!
    expect(await revertName(swear.staticCall(gameId, list(7).slice(0, length), '0x'))).to.equal('DisputeGame_AlreadySworn')
    await arena.pass(3601)
    expect(await dry(gameId, KERNEL, 0, 0, one, other)).to.equal('DisputeGame_OutOfTime')
    expect(await revertName(sendDefence(arena, LIAR, gameId, { kind: 'swearInterior', roots: list(7).slice(0, length) }))).to.equal(
      'DisputeGame_AlreadySworn',
    )
  })
})
