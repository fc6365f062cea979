import { before, describe, it } from 'node:test'
import { axis, code, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import { expect } from 'chai'
import { Arena, type Asked, ETHER, TERMS } from '../support/arena.ts'

const [CONSUMER, OPERATOR] = [1, 2] as const
const MOST = { assert: 150_000n, whole: 350_000n }
const DAY = 86_400

/** Eight kernels of one number each, so that input and output are four bytes: what is left is the cost of the protocol itself. */
function tiny() {
  const copy = (buffer: number) => kernel({ shape: [1], loads: [load(buffer, [axis(1, 1, 0, [0, 1])])], result: code('load 0') })
  return program([{ type: 'f32', count: 1 }], [], [0, 1, 2, 3, 4, 5, 6, 7].map(copy))
}

/**
 * Gas of whole transactions, the 21,000 of each included, on an oracle in use: another request is always under way, and the operator has been
 * paid before. The consumer is an account, so that the callback is the oracle's work alone.
 */
describe('the gas of a request with a callback, its answer and its settlement', () => {
  let arena: Arena
  before(async () => {
    arena = await Arena.create(tiny(), { ...TERMS, airGap: 7 * DAY })
    await arena.stake(OPERATOR, 100n * ETHER)
    const other = await ask(0)
    await arena.assert(OPERATOR, other, arena.truth(other.input))
  })

  const ask = (seed: number): Promise<Asked> =>
    arena.ask(CONSUMER, new Uint8Array(Float32Array.of(seed).buffer), { liveness: 3600, callbackGas: 100_000 })
  const lastGas = async (): Promise<bigint> => {
    const [hash] = (await arena.provider.getBlock('latest'))!.transactions
    return (await arena.provider.getTransactionReceipt(hash!))!.gasUsed
  }

  async function round(seed: number): Promise<{ request: bigint; assert: bigint; settle: bigint }> {
    const asked = await ask(seed)
    const request = await lastGas()
    const answer = await arena.assert(OPERATOR, asked, arena.truth(asked.input))
    const assert = await lastGas()
    await arena.pass(3601)
    const settled = await arena.send(arena.oracle(OPERATOR).getFunction('settle')(asked.requestId, answer.output))
    expect(arena.events(settled, arena.oracle(0), 'CallbackDelivered')).to.have.length(1)
    return { request, assert, settle: settled.gasUsed }
  }

  it('is within the limits', async (test) => {
    await round(1)
    const { request, assert, settle } = await round(2)
    const whole = request + assert + settle
    test.diagnostic(`request ${request}, assertion ${assert}, settlement with callback ${settle}; together ${whole}`)
    expect(assert <= MOST.assert, `${assert}`).to.equal(true)
    expect(whole <= MOST.whole, `${whole}`).to.equal(true)
  })
})
