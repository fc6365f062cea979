import { before, test } from 'node:test'
import { OPCODES } from '@opine/models/ir/opcodes.ts'
import { bitsOf, fromBits } from '@opine/models/numerics/bits.ts'
import { operandPairs } from '@opine/models/numerics/cases.ts'
import { denseCases } from '@opine/models/numerics/dense-cases.ts'
import { productCases } from '@opine/models/numerics/product-cases.ts'
import { SCALAR_OPS } from '@opine/models/numerics/scalar.ts'
import { canonical } from '@opine/models/numerics/soft/bits.ts'
import { fromHalf } from '@opine/models/numerics/soft/convert.ts'
import { SOFT_OPS, type SoftOp } from '@opine/models/numerics/soft/ops.ts'
import { sumOfProducts } from '@opine/models/numerics/soft/sum.ts'
import { expect } from 'chai'
import { type FloatChain, floatChain, packed } from './float32-chain.ts'
import { ARITHMETIC, hex, SUM_LENGTHS } from './float32-compare.ts'

/* The Solidity libraries against the same algorithms in integers, which float32-machine.test.ts compares with the machine. */

const CASES = 20_000

let chain: FloatChain
before(async () => {
  chain = await floatChain()
})

/** The first pair for which the chain gives other bits, in words. */
async function firstDifference(code: number, soft: SoftOp, pairs: Uint32Array, on = chain): Promise<string | undefined> {
  const results = await on.run(code, pairs)
  const index = results.findIndex((got, at) => got !== soft(pairs[2 * at]!, pairs[2 * at + 1]!))
  if (index < 0) return undefined
  const [a, b] = [pairs[2 * index]!, pairs[2 * index + 1]!]
  return `${hex(a)} ${hex(b)}: ${hex(results[index]!)} on chain, ${hex(soft(a, b))} in integers`
}

function drawn(name: string, count: number): Uint32Array {
  const pairs = new Uint32Array(2 * count)
  denseCases(name, 1000 + OPCODES[name]!.code, pairs)
  return pairs
}

for (const name of ARITHMETIC) {
  test(`${name} on chain equals that in integers on ${CASES.toLocaleString('en')} cases`, async () => {
    expect(await firstDifference(OPCODES[name]!.code, SOFT_OPS[name]!, drawn(name, CASES))).to.equal(undefined)
  })
}

test('the one NaN and the widening of all halves on chain equal those in integers', async () => {
  expect(await firstDifference(0x40, canonical, operandPairs(CASES, 5))).to.equal(undefined)
  const halves = Uint32Array.from({ length: 131072 }, (_, index) => (index % 2 === 0 ? index / 2 : 0))
  expect(await firstDifference(0x41, fromHalf, halves)).to.equal(undefined)
})

test('with another NaN in its code, every operation that makes one differs', async () => {
  const changed = await floatChain()
  await changed.replace((code) => {
    expect(code).to.contain('637fc00000')
    return code.replaceAll('637fc00000', '637fc00001')
  })
  const names = [
    'f32.add',
    'f32.sub',
    'f32.mul',
    'f32.div',
    'f32.sqrt',
    'f32.neg',
    'f32.abs',
    'f32.floor',
    'f32.ceil',
    'f32.trunc',
    'f32.nearest',
  ]
  for (const name of [...names, 'f32.min', 'f32.max', 'i32.bits']) {
    expect(await firstDifference(OPCODES[name]!.code, SOFT_OPS[name]!, drawn(name, 2_000), changed), name).to.contain('7fc00001 on chain')
  }
})

test('an operation in the place of another differs', async () => {
  for (const [name, other] of [
    ['f32.sub', 'f32.add'],
    ['f32.min', 'f32.max'],
    ['f32.lt', 'f32.le'],
    ['f32.trunc', 'f32.floor'],
    ['i32.shr_u', 'i32.shr_s'],
  ] as const) {
    expect(await firstDifference(OPCODES[other]!.code, SOFT_OPS[name]!, drawn(name, 2_000)), name).to.contain('on chain')
  }
})

for (const length of SUM_LENGTHS) {
  test(`sums of ${length} products on chain equal those in integers`, async () => {
    const pairs = new Uint32Array(2 * length * Math.floor(20_000 / length))
    productCases(300 + length, length, pairs)
    const step = length * Math.ceil(2_000 / length)
    for (let first = 0; first < pairs.length / 2; first += step) {
      const part = pairs.subarray(2 * first, 2 * (first + step))
      const [results] = await chain.harness.getFunction('sums').staticCall(length, packed(part))
      const want = Array.from({ length: part.length / 2 / length }, (_, group) => sumOfProducts(part, group * length, length))
      expect(results.map(Number)).to.deep.equal(want)
    }
  })
}

test('a multiplication and an addition take at most 1000 gas', async (context) => {
  const pairs = operandPairs(9_000, 77).map((bits) => ((bits & 0x83ffffff) | 0x3c000000) >>> 0)
  const [mul, add] = [SCALAR_OPS['f32.mul']!, SCALAR_OPS['f32.add']!]
  const block = pairs.subarray(pairs.length - 256)
  let sum = 0
  for (let index = 0; index < block.length; index += 2) sum = add(sum, mul(fromBits(block[index]!), fromBits(block[index + 1]!)))
  const [bits, gas] = await chain.harness.getFunction('dot').staticCall(packed(block))
  expect(Number(bits)).to.equal(bitsOf(sum))
  const [[same], less] = await chain.harness.getFunction('sums').staticCall(block.length / 2, packed(block))
  expect(Number(same)).to.equal(bitsOf(sum))
  const each = Number(gas) / (block.length / 2)
  const together = Number(less) / (block.length / 2)
  context.diagnostic(
    `mul + add: ${each.toFixed(0)} gas on average over a block of ${block.length / 2} terms, together ${together.toFixed(0)}`,
  )
  expect(each).to.be.within(100, 1000)
  expect(together).to.be.within(100, 900)
})
