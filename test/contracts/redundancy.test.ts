import { before, describe, it } from 'node:test'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { parseLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { Arena, type Asked, type Asserted, ETHER, revertName } from '../support/arena.ts'
import { play, STATUS } from '../support/player.ts'

const [CONSUMER, A, B, C, CHALLENGER] = [1, 2, 3, 4, 5] as const
const FEE = ETHER / 100n + 1n
const LIE = parseLie('3:4:downstream:0x800000')
/** The same lie at another place: another output. */
const OTHER = parseLie('3:2:downstream:0x800000')

/** Each request wants two or three operators that agree. */
describe('redundancy', () => {
  let arena: Arena
  before(async () => {
    arena = await Arena.create(sampleNetwork())
    for (const who of [A, B, C]) await arena.stake(who, 50n * ETHER)
  })

  const ask = (seed: number, redundancy: number, deadline?: number): Promise<Asked> =>
    arena.ask(CONSUMER, sampleImage(seed), { redundancy, liveness: 3600, fee: FEE, ...(deadline && { deadline }) })
  const settle = (asked: Asked, { output }: Asserted) => arena.oracle(0).getFunction('settle').staticCall(asked.requestId, output)
  const doSettle = (asked: Asked, { output }: Asserted) => arena.send(arena.oracle(0).getFunction('settle')(asked.requestId, output))
  const expire = (asked: Asked) => revertName(arena.oracle(0).getFunction('expire')(asked.requestId))
  const request = (asked: Asked) => arena.oracle(0).getFunction('request')(asked.requestId)
  const payouts = () => Promise.all([CONSUMER, A, B, C].map((who) => arena.payout(who)))
  const gains = async (before: bigint[]) => (await payouts()).map((amount, i) => amount - before[i]!)
  const locked = async (who: number): Promise<bigint> =>
    (await arena.operators(0).getFunction('stakeOf')(arena.addresses[who])).locked as bigint

  async function defeat(asked: Asked, lying: Asserted, liar: number, truth: Trace): Promise<void> {
    const gameId = await arena.open(CHALLENGER, lying, arena.ownRoot(CHALLENGER, asked.requestId, truth))
    expect((await play(arena, gameId, lying, truth, { asserter: liar, challenger: CHALLENGER })).status).to.equal(STATUS.CHALLENGER_WINS)
  }

  it('settles at the second of two that agree; the earliest two share the fee, and all bonds come free', async () => {
    const asked = await ask(1, 2)
    const truth = arena.truth(asked.input)
    const first = await arena.assert(A, asked, truth)
    await arena.pass(3601)
    expect(await revertName(settle(asked, first))).to.equal('InferenceOracle_TooFewAgree')
    await arena.assert(B, asked, truth)
    await arena.assert(C, asked, truth)
    expect(await revertName(settle(asked, first)), 'the second can still fall').to.equal('InferenceOracle_NotFinal')
    await arena.pass(3601)
    const before = await payouts()
    await doSettle(asked, first)
    expect(await gains(before), 'what does not divide goes to the first').to.deep.equal([0n, FEE / 2n + 1n, FEE / 2n, 0n])
    expect((await request(asked)).settledBy).to.equal(first.id)
    expect(await Promise.all([A, B, C].map(locked))).to.deep.equal([0n, 0n, ETHER])
    await arena.send(arena.oracle(C).getFunction('release')(asked.requestId, 2))
    expect(await locked(C)).to.equal(0n)
    expect(await revertName(arena.oracle(C).getFunction('release')(asked.requestId, 2)), 'again does nothing').to.equal('none')
    expect(await locked(C)).to.equal(0n)
  })

  it('with one asserter twice: an account counts once for an output', async () => {
    const asked = await ask(2, 2)
    const truth = arena.truth(asked.input)
    // Another trace under the same output: a tampered leaf that no output depends on.
    const honest = await arena.assert(A, asked, truth)
    const again = await arena.assert(A, asked, tellLie(truth, parseLie('leaf:6')).trace)
    expect(again.id).to.not.equal(honest.id)
    expect(Buffer.from(again.output).equals(Buffer.from(honest.output))).to.equal(true)
    await arena.pass(3601)
    expect(await revertName(settle(asked, honest))).to.equal('InferenceOracle_TooFewAgree')
    await arena.assert(B, asked, truth)
    await arena.pass(3601)
    const before = await payouts()
    await doSettle(asked, honest)
    expect(await gains(before)).to.deep.equal([0n, FEE / 2n + 1n, FEE / 2n, 0n])
  })

  it('with a defeated one: it does not count, and the others go on', async () => {
    const asked = await ask(3, 2)
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(A, asked, tellLie(truth, LIE).trace)
    const honest = await arena.assert(B, asked, truth)
    await defeat(asked, lying, A, truth)
    await arena.pass(3601)
    expect(await revertName(settle(asked, honest))).to.equal('InferenceOracle_TooFewAgree')
    await arena.assert(C, asked, truth)
    await arena.pass(3601)
    expect(await revertName(settle(asked, lying)), 'the defeated output').to.equal('InferenceOracle_WrongOutput')
    const before = await payouts()
    await doSettle(asked, honest)
    expect(await gains(before)).to.deep.equal([0n, 0n, FEE / 2n + 1n, FEE / 2n])
    expect((await request(asked)).settledBy).to.equal(honest.id)
  })

  it('with a lie that nobody disputed in between: the output that first has two settles', async () => {
    const asked = await ask(4, 2)
    const truth = arena.truth(asked.input)
    const lying = await arena.assert(A, asked, tellLie(truth, LIE).trace)
    const honest = await arena.assert(B, asked, truth)
    await arena.assert(C, asked, truth)
    await arena.pass(3601)
    expect(await revertName(settle(asked, lying))).to.equal('InferenceOracle_WrongOutput')
    const before = await payouts()
    await doSettle(asked, honest)
    expect(await gains(before)).to.deep.equal([0n, 0n, FEE / 2n + 1n, FEE / 2n])
    const { status, assertion, isFinal } = await arena.oracle(0).getFunction('resultOf')(asked.requestId)
    expect([status, assertion, isFinal]).to.deep.equal([2n, honest.id, true])
  })

  it('short at expiry: survivors keep their share, the rest goes back, and there is no answer', async () => {
    const asked = await ask(5, 3, (await arena.now()) + 5000)
    const truth = arena.truth(asked.input)
    const honest = await arena.assert(A, asked, truth)
    await arena.pass(3000)
    await arena.assert(B, asked, truth)
    await arena.pass(2001)
    expect(await expire(asked), 'the second is pending').to.equal('InferenceOracle_AssertionPending')
    await arena.pass(1700)
    const before = await payouts()
    const bound = await Promise.all([A, B].map(locked))
    const receipt = await arena.send(arena.oracle(0).getFunction('expire')(asked.requestId))
    expect(await gains(before)).to.deep.equal([FEE - 2n * (FEE / 3n), FEE / 3n, FEE / 3n, 0n])
    expect(arena.events(receipt, arena.oracle(0), 'RequestExpired')[0]!.status).to.equal(4n)
    expect((await request(asked)).status).to.equal(4n)
    expect(await revertName(settle(asked, honest))).to.equal('InferenceOracle_RequestNotOpen')
    const still = await Promise.all([A, B].map(locked))
    expect(still, 'their bonds are free').to.deep.equal(bound.map((amount) => amount - ETHER))
  })

  it('short at expiry because all disagree: no more is paid than the fee', async () => {
    const asked = await ask(6, 2, (await arena.now()) + 5000)
    const truth = arena.truth(asked.input)
    await arena.assert(A, asked, truth)
    await arena.assert(B, asked, tellLie(truth, LIE).trace)
    await arena.assert(C, asked, tellLie(truth, OTHER).trace)
    await arena.pass(5001)
    const before = await payouts()
    expect(await expire(asked)).to.equal('none')
    expect(await gains(before)).to.deep.equal([1n, FEE / 2n, FEE / 2n, 0n])
  })

  it('cannot expire once enough agree, nor without the deadline having passed', async () => {
    const asked = await ask(7, 2, (await arena.now()) + 5000)
    const truth = arena.truth(asked.input)
    const honest = await arena.assert(A, asked, truth)
    await arena.assert(B, asked, truth)
    expect(await expire(asked)).to.equal('InferenceOracle_BeforeDeadline')
    await arena.pass(5001)
    expect(await expire(asked)).to.equal('InferenceOracle_AssertionPending')
    await doSettle(asked, honest)
  })
})
