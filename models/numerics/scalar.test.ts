import { test } from 'node:test'
import { expect } from 'chai'
import { OPCODES } from '../ir/opcodes.ts'
import { bitsOf, canonicalBits, fromBits, fromHalf, NAN_BITS, widenHalf } from './bits.ts'
import { operandPairs, randomWords } from './cases.ts'
import { machineOp } from './machine-ops.ts'
import { SCALAR_OPS } from './scalar.ts'

function evaluate(name: string, a: number, b: number): number {
  const { takes, gives } = OPCODES[name]!
  const operand = takes[0] === 'f32' ? fromBits : (word: number) => word | 0
  const result = SCALAR_OPS[name]!(operand(a), operand(b))
  return gives[0] === 'f32' ? bitsOf(result) : result >>> 0
}

const ARITHMETIC = Object.keys(OPCODES).filter((name) => OPCODES[name]!.code >= 0x10)

test('the table holds every arithmetic operation and no other', () => {
  expect(Object.keys(SCALAR_OPS)).to.deep.equal(ARITHMETIC)
})

for (const name of ARITHMETIC) {
  test(`${name} equals the machine`, () => {
    const machine = machineOp(name)
    const pairs = operandPairs(120_000, 7)
    for (let index = 0; index < pairs.length; index += 2) {
      const a = pairs[index]!
      const b = pairs[index + 1]!
      const want = machine(a, b)
      const got = evaluate(name, a, b)
      if (got !== want) expect.fail(`${name} ${a.toString(16)} ${b.toString(16)}: ${got.toString(16)}, not ${want.toString(16)}`)
      if (OPCODES[name]!.gives[0] === 'i32' && !Object.is(got | 0, SCALAR_OPS[name]!(...operands(name, a, b))))
        expect.fail(`${name} ${a.toString(16)} ${b.toString(16)}: not an int32`)
    }
  })
}

function operands(name: string, a: number, b: number): [number, number] {
  return OPCODES[name]!.takes[0] === 'f32' ? [fromBits(a), fromBits(b)] : [a | 0, b | 0]
}

test('every NaN pattern is the one NaN in both directions', () => {
  const random = randomWords(3)
  for (let index = 0; index < 10_000; index++) {
    const bits = random()
    const canonical = (bits & 0x7fffffff) > 0x7f800000 ? NAN_BITS : bits
    expect(bitsOf(fromBits(bits))).to.equal(canonical)
    expect(canonicalBits(bits)).to.equal(canonical)
  }
  expect(bitsOf(fromBits(0xff800001))).to.equal(NAN_BITS)
  expect(bitsOf(-Number.NaN)).to.equal(NAN_BITS)
})

test('all 65536 halves widen exactly', () => {
  const typed = new Float16Array(1)
  const bytes = new Uint16Array(typed.buffer)
  for (let half = 0; half < 65536; half++) {
    bytes[0] = half
    expect(Object.is(fromHalf(half), typed[0]!)).to.equal(true)
    expect(widenHalf(half)).to.equal(bitsOf(typed[0]!))
  }
})
