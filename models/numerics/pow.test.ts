import { test } from 'node:test'
import { expect } from 'chai'
import { errorInUlp } from '../../scripts/ulp/measure.ts'
import { compileExpression } from '../exec/reference/expression.ts'
import { typeOf } from '../ir/check-code.ts'
import type { Expression } from '../ir/types.ts'
import { fromBits } from './bits.ts'
import { randomWords, SPECIAL_BITS } from './cases.ts'
import { compileBinary } from './machine.ts'
import { POW, POW_LOCALS } from './pow.ts'

const CODE: Expression = [{ op: 'load', arg: 0 }, { op: 'load', arg: 1 }, ...POW]
const INF = Number.POSITIVE_INFINITY
const NAN = Number.NaN

const operands: [number, number] = [0, 0]
const evaluate = compileExpression(CODE, {
  loads: [
    { value: () => operands[0], inRange: () => 1 },
    { value: () => operands[1], inRange: () => 1 },
  ],
  variables: new Int32Array(0),
  fold: { value: 0 },
})
function pow(x: number, y: number): number {
  operands[0] = x
  operands[1] = y
  return evaluate()
}
const machine = compileBinary(POW)

/** ECMAScript's power, but 1 where C has 1 and ECMAScript NaN. */
const reference = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === INF) ? 1 : x ** y)

test('is valid code and touches its declared locals alone', () => {
  expect(typeOf(CODE, { loads: ['f32', 'f32'], variables: 0, fold: null })).to.equal('f32')
  const touched = new Set(POW.filter(({ op }) => op === 'set' || op === 'get').map(({ arg }) => arg))
  expect([...touched].sort()).to.deep.equal([...POW_LOCALS])
})

test('has the special values of C, on every pair of special arguments', () => {
  for (const y of [0, -0, 1, -3, 0.5, INF, -INF, NAN]) expect(pow(1, y)).to.equal(1)
  for (const x of [0, -0, -1, 7, -0.5, INF, -INF, NAN]) expect([pow(x, 0), pow(x, -0)]).to.deep.equal([1, 1])
  const sizes = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 16777215, 16777216, 16777218, 2147483648, 2147483904, 3e38, INF, NAN]
  const special = [...SPECIAL_BITS.map(fromBits), ...sizes, ...sizes.map((size) => -size)]
  for (const x of special) {
    for (const y of special) {
      const result = pow(x, y)
      const exact = reference(x, y)
      const zero = Math.fround(exact) === 0 && result === 0
      if (zero ? !Object.is(result, Math.fround(exact)) : !(errorInUlp(result, exact) <= 2))
        expect.fail(`${x} ^ ${y} is ${result}, not ${exact}`)
    }
  }
})

type Draw = (unit: () => number, random: () => number) => readonly [number, number]

const nearRange = (x: number, power: number): readonly [number, number] => [Math.fround(x), Math.fround(power / Math.log2(Math.fround(x)))]

/** Random arguments by what they are after. */
const DRAWS: Readonly<Record<string, Draw>> = {
  'any bits': (_, random) => [fromBits(random() & 0x7fffffff), fromBits(random())],
  'moderate results': (unit) => [Math.fround(Math.exp(6 * unit() - 3)), Math.fround(20 * unit() - 10)],
  'results of any size': (unit, random) => nearRange(fromBits(random() & 0x7fffffff), 300 * unit() - 150),
  'results near the greatest and least': (unit) => nearRange(0.7 + 0.75 * unit(), (unit() < 0.5 ? 1 : -1) * (120 + 30 * unit())),
  'bases near 1': (unit, random) => nearRange(1 + (unit() - 0.5) / (1 << (random() % 20)), 256 * unit() - 128),
  'whole exponents of negative bases': (unit, random) => [Math.fround(-20 * unit()), (random() % 60) - 30],
}

for (const [name, draw] of Object.entries(DRAWS)) {
  test(`is within 2 ulp: ${name}`, () => {
    const random = randomWords(name.length)
    const unit = (): number => random() / 0x100000000
    let worst = 0
    for (let index = 0; index < 60_000; index++) {
      const [x, y] = draw(unit, random)
      const result = pow(x, y)
      if (!Object.is(machine(x, y), result)) expect.fail(`${x} ^ ${y} is ${result}, compiled ${machine(x, y)}`)
      worst = Math.max(worst, errorInUlp(result, reference(x, y)))
    }
    expect(worst).to.be.within(0.5, name === 'moderate results' ? 1.2 : 2)
  })
}
