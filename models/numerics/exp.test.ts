import { test } from 'node:test'
import { expect } from 'chai'
import { errorInUlp } from '../../scripts/ulp/measure.ts'
import { compileExpression } from '../exec/reference/expression.ts'
import { typeOf } from '../ir/check-code.ts'
import type { Expression } from '../ir/types.ts'
import { bitsOf, fromBits } from './bits.ts'
import { randomWords, SPECIAL_BITS } from './cases.ts'
import { EXP, EXP_LOCALS } from './exp.ts'
import { compileUnary } from './machine.ts'

const CODE: Expression = [{ op: 'load', arg: 0 }, ...EXP]

let argument = 0
const evaluate = compileExpression(CODE, {
  loads: [{ value: () => argument, inRange: () => 1 }],
  variables: new Int32Array(0),
  fold: { value: 0 },
})
function exp(x: number): number {
  argument = x
  return evaluate()
}

test('is valid code and touches its declared locals alone', () => {
  expect(typeOf(CODE, { loads: ['f32'], variables: 0, fold: null })).to.equal('f32')
  const touched = new Set(EXP.filter(({ op }) => op === 'set' || op === 'get').map(({ arg }) => arg))
  expect([...touched].sort()).to.deep.equal([...EXP_LOCALS])
})

test('is exact where e^x is a binary32 number, infinite or NaN', () => {
  expect(exp(0)).to.equal(1)
  expect(exp(-0)).to.equal(1)
  expect(bitsOf(exp(Number.NEGATIVE_INFINITY))).to.equal(0)
  expect(exp(Number.POSITIVE_INFINITY)).to.equal(Number.POSITIVE_INFINITY)
  expect(bitsOf(exp(Number.NaN))).to.equal(0x7fc00000)
})

test('overflows and underflows at the right argument', () => {
  const lastFinite = 0x42b17217
  expect(exp(fromBits(lastFinite))).to.be.below(Number.POSITIVE_INFINITY)
  expect(exp(fromBits(lastFinite + 1))).to.equal(Number.POSITIVE_INFINITY)
  // ln 2^-150 = -103.9720770...: below it e^x is nearer to 0 than to the least subnormal number
  expect(exp(fromBits(0xc2cff1b4))).to.equal(2 ** -149)
  expect(exp(fromBits(0xc2cff1b5))).to.equal(0)
})

test('is within 0.78 ulp of e^x on special values, dense sweeps and random arguments', () => {
  const random = randomWords(11)
  const arguments_ = SPECIAL_BITS.map(fromBits).filter((x) => !Number.isNaN(x))
  for (let index = 0; index < 300_000; index++) arguments_.push(Math.fround((index / 300_000) * 196 - 106))
  for (let index = 0; index < 300_000; index++) {
    const bits = (random() & 0x83ffffff) | 0x40000000
    arguments_.push(fromBits(bits - ((index % 24) << 23)))
  }
  const machine = compileUnary(EXP)
  let worst = 0
  for (const x of arguments_) {
    const result = exp(x)
    // what `npm run ulp` measures is what the definition gives
    if (machine(x) !== result) expect.fail(`exp(${x}) is ${result}, compiled ${machine(x)}`)
    worst = Math.max(worst, errorInUlp(result, Math.exp(x)))
  }
  expect(worst).to.be.within(0.5, 0.78)
})
