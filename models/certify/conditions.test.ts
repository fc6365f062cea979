import { describe, it } from 'node:test'
import { expect } from 'chai'
import { Random } from '../ir/random.ts'
import { bitsOf, fromBits } from '../numerics/bits.ts'
import { lowBit, power } from './binary.ts'
import { inputsMeet } from './conditions.ts'

const COUNT = 2500

const meet = (values: Float32Array, exponent: number, least: number, greatest: number): boolean => {
  const shifted = new Uint8Array(values.byteLength + 1).subarray(1)
  shifted.set(new Uint8Array(values.buffer))
  const program = {
    inputs: [{ type: 'f32', count: values.length }],
    constants: [],
    kernels: [],
    places: [],
    outputs: [],
    claims: [],
  } as const
  const [found, moved] = [new Uint8Array(values.buffer), shifted].map((bytes) =>
    inputsMeet(program, [{ input: 0, exponent, least, greatest }], [bytes]),
  )
  expect(moved).to.equal(found)
  return found!
}

/** By the places of a number's bits. */
const byDefinition = (value: number, exponent: number, least: number, greatest: number): boolean =>
  value >= least && value <= greatest && Number.isFinite(value) && (value === 0 || lowBit(value) >= exponent)

describe('the condition of an input of floats', () => {
  it('holds where each element meets it, wherever the one is that does not', () => {
    const random = new Random(7)
    const seen = [0, 0]
    for (let turn = 0; turn < 1000; turn++) {
      const exponent = random.pick([-160, -149, -100, -24, -3, 0, 5, 104, 127, 128, 300])
      const limit = random.pick([power(64), 255, 1, power(-20), fromBits(0x7f7fffff), Infinity, 0.1, 0])
      const [least, greatest] = random.pick([
        [-limit, limit],
        [0, limit],
        [-limit / 3, limit],
        [limit / 2, limit],
      ])
      const near = [least, greatest, power(exponent), power(exponent + 23), 0, 1].map((value) => bitsOf(Math.fround(value)))
      const value = fromBits(random.chance(0.7) ? random.pick(near) + random.between(-2, 2) : random.bits())
      const fine = [greatest, power(exponent + 30), power(exponent), 0].find((each) =>
        byDefinition(Math.fround(each), exponent, least, greatest),
      )
      const values = new Float32Array(random.pick([1, 1024, COUNT])).fill(fine ?? value)
      values[random.below(values.length)] = value
      const expected = byDefinition(value, exponent, least, greatest)
      expect(meet(values, exponent, least, greatest), `${value} in ${least} .. ${greatest} of 2^${exponent}`).to.equal(expected)
      seen[expected ? 1 : 0]!++
    }
    expect(Math.min(...seen)).to.be.greaterThan(100)
  })
})
