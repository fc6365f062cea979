import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { expect } from 'chai'
import { FUNCTIONS } from '../../scripts/ulp/functions.ts'
import { errorInUlp } from '../../scripts/ulp/measure.ts'
import { errorIn, rowOf } from '../../scripts/ulp/report.ts'
import { compileExpression } from '../exec/reference/expression.ts'
import { typeOf } from '../ir/check-code.ts'
import { encodeExpression } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { fromBits } from './bits.ts'
import { randomWords, SPECIAL_BITS } from './cases.ts'
import { compileUnary } from './machine.ts'

const PAGE = readFileSync(new URL('../../docs/NUMERICS.md', import.meta.url), 'utf8')

/** Arguments and results where these are exact, signs of zeros included. */
const EXACT: Readonly<Record<string, string>> = {
  exp: '0:1 -0:1 Infinity:Infinity -Infinity:0 89:Infinity -104:0',
  log: '0:-Infinity -0:-Infinity 1:0 Infinity:Infinity -1:NaN -Infinity:NaN -1e-45:NaN',
  tanh: '0:0 -0:-0 Infinity:1 -Infinity:-1 1e-45:1e-45 -10:-1 3e38:1',
  sigmoid: '0:0.5 -0:0.5 Infinity:1 -Infinity:0 20:1 -104:0',
  erf: '0:0 -0:-0 Infinity:1 -Infinity:-1 1e-45:1e-45 -4:-1 3e38:1',
  sin: '0:0 -0:-0 Infinity:NaN -Infinity:NaN 1e-45:1e-45 -1e-45:-1e-45',
  cos: '0:1 -0:1 Infinity:NaN -Infinity:NaN 1e-45:1',
  expm1: '0:0 -0:-0 1e-45:1e-45 Infinity:Infinity -Infinity:-1 -104:-1',
  asin: '0:0 -0:-0 1e-45:1e-45 1.5:NaN -1.5:NaN Infinity:NaN',
  acos: '1:0 -1:3.14159265 0:1.57079633 1.5:NaN -1.5:NaN -Infinity:NaN',
  atan: '0:0 -0:-0 1e-45:1e-45 Infinity:1.57079633 -Infinity:-1.57079633',
  sinh: '0:0 -0:-0 1e-45:1e-45 Infinity:Infinity -Infinity:-Infinity 90:Infinity',
  cosh: '0:1 -0:1 Infinity:Infinity -Infinity:Infinity -90:Infinity',
  log1p: '0:0 1e-45:1e-45 -1:-Infinity -1.5:NaN -Infinity:NaN Infinity:Infinity',
  asinh: '0:0 -0:-0 1e-45:1e-45 Infinity:Infinity -Infinity:-Infinity',
  acosh: '1:0 0.5:NaN 0:NaN -2:NaN -1e6:NaN -Infinity:NaN Infinity:Infinity',
  atanh: '0:0 -0:-0 1e-45:1e-45 1:Infinity -1:-Infinity 1.5:NaN -1e7:NaN Infinity:NaN',
  softplus: '-Infinity:0 -105:0 20:20 3e38:3e38 Infinity:Infinity',
  mish: '0:0 -0:-0 -Infinity:-0 -1e38:-0 3e38:3e38 Infinity:Infinity',
  gelu: '0:0 -0:-0 -Infinity:-0 -15:-0 3e38:3e38 Infinity:Infinity',
  'gelu-tanh': '0:0 -0:-0 -Infinity:-0 -12:-0 3e38:3e38 Infinity:Infinity',
  tan: '0:0 -0:-0 Infinity:NaN -Infinity:NaN 1e-45:1e-45 -1e-45:-1e-45',
}

/** Of 512 that fused code may have. */
const BYTES_BESIDE_OTHERS = 502
const RANDOM = 40_000
const SIZES = [128, 4, 1]
/** 1/2, 1, 2, 88.7228, 89.416 and -103.972: bounds of branches, overflow and underflow. */
const CRITICAL = [0x3f000000, 0x3f800000, 0x40000000, 0x42b17218, 0x42b2d4fc, 0xc2cff1b4]

/** Special values, numbers around critical ones, then for every exponent some arguments of random fractions, then some between -128 and 128, -4 and 4, -1 and 1 as they come. */
function* samples(): Generator<number> {
  for (const bits of SPECIAL_BITS) yield fromBits(bits)
  for (const bits of CRITICAL) for (let near = -200; near < 200; near++) yield fromBits(bits + near)
  const random = randomWords(29)
  for (let index = 0; index < RANDOM; index++) yield fromBits(random())
  for (let index = 0; index < RANDOM; index++) yield Math.fround(((random() - 2 ** 31) / 2 ** 31) * SIZES[index % 3]!)
}

for (const measured of FUNCTIONS) {
  const { name, expression, locals, reference, bound } = measured
  describe(name, () => {
    const code: Expression = [{ op: 'load', arg: 0 }, ...expression]

    it('is valid code, leaves room, and touches its declared locals alone', () => {
      expect(typeOf(code, { loads: ['f32'], variables: 0, fold: null })).to.equal('f32')
      expect(encodeExpression(code).length).to.be.at.most(BYTES_BESIDE_OTHERS)
      const touched = new Set(expression.filter(({ op }) => op === 'set' || op === 'get').map(({ arg }) => arg))
      expect([...touched].sort()).to.deep.equal([...locals].sort())
    })

    it('has its published error in docs/NUMERICS.md, measured with this very code', () => {
      const line = rowOf(measured, PAGE)
      expect(line, 'npm run ulp').to.be.a('string')
      expect(errorIn(line!)).to.be.within(0.5, bound)
    })

    let argument = 0
    const evaluate = compileExpression(code, {
      loads: [{ value: () => argument, inRange: () => 1 }],
      variables: new Int32Array(0),
      fold: { value: 0 },
    })
    const at = (x: number): number => {
      argument = x
      return evaluate()
    }

    it('is exact where it must be', () => {
      expect(at(Number.NaN)).to.satisfy(Number.isNaN)
      for (const pair of EXACT[name]!.split(' ')) {
        const [x, result] = pair.split(':').map((value) => Math.fround(Number(value)))
        expect(Object.is(at(x!), result), `${name}(${x}) is ${at(x!)}`).to.equal(true)
      }
    })

    it(`is within ${bound} ulp on samples, and the machine code that is measured agrees`, () => {
      const machine = compileUnary(expression)
      let worst = 0
      for (const x of samples()) {
        const result = at(x)
        if (!Object.is(machine(x), result)) expect.fail(`${name}(${x}) is ${result}, compiled ${machine(x)}`)
        worst = Math.max(worst, errorInUlp(result, reference(x)))
      }
      expect(worst).to.be.within(0.5, bound)
    })
  })
}
