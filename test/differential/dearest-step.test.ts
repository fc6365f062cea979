import { describe, it } from 'node:test'
import { replay } from '@opine/cli/replay.ts'
import { axis, code, floats, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import { validateProgram } from '@opine/models/ir/validate.ts'
import { expect } from 'chai'

/** Gas of one transaction, EIP-7825. */
const CAP = 2 ** 24
const INPUT = [new Uint8Array(4)]

async function dearest(term: string, constants: number, loads: Parameters<typeof kernel>[0]['loads']): Promise<number> {
  const each = kernel({ shape: [1], reduce: { op: 'sum', extents: [128], block: 128 }, loads, term: code(term), result: code('fold') })
  const values = Array.from({ length: 128 * 1024 }, (_, i) => (i % 251) / 16)
  const whole = program(
    [{ type: 'f32', count: 1 }],
    Array.from({ length: constants }, () => floats(values)),
    [each],
  )
  validateProgram(whole)
  const { mismatches, gas } = await replay(whole, INPUT, { steps: 1, seed: 1, allKernels: true })
  expect(mismatches).to.deep.equal([])
  return gas.max
}

describe('the dearest steps that validity allows fit a transaction', () => {
  for (const name of ['f32.sqrt', 'f32.nearest', 'f32.floor', 'f32.neg']) {
    it(`as much ${name} as the WORK rule allows`, async (test) => {
      const gas = await dearest(`var 1 f32.from_i32 ${`${name} `.repeat(60)}`, 0, [])
      test.diagnostic(`${gas} gas`)
      expect(gas).to.be.below(CAP)
    })
  }

  it('as much division as the rule allows', async (test) => {
    const gas = await dearest(`var 1 f32.from_i32 ${'f32.const 0x3f99999a f32.div '.repeat(10)}`, 0, [])
    test.diagnostic(`${gas} gas`)
    expect(gas).to.be.below(CAP)
  })

  it('eight loads, each of whose 128 words lies by itself in a buffer of half a megabyte', async (test) => {
    const scattered = Array.from({ length: 8 }, (_, i) => load(1 + i, [axis(128 * 1024, 1, 8 * i, [1, 1024])]))
    const gas = await dearest(`load 0 ${[1, 2, 3, 4, 5, 6, 7].map((i) => `load ${i} f32.mul `).join('')}`, 8, scattered)
    test.diagnostic(`${gas} gas`)
    expect(gas).to.be.below(CAP)
  })
})
