import { test } from 'node:test'
import { expect } from 'chai'
import { OPCODES } from '../ir/opcodes.ts'
import { bitsOf, canonicalBits, fromBits, fromHalf, NAN_BITS, widenHalf } from './bits.ts'
import { operandPairs, randomWords } from './cases.ts'
import { SCALAR_OPS } from './scalar.ts'

// The machine that the definition is tested against: WebAssembly, whose operators SPEC means. One function (i32, i32) -> i32 an operation.
const A = [0x20, 0]
const B = [0x20, 1]
const FLOAT = [0xbe]
const BITS = [0xbc]
const binary = (code: number) => [...A, ...FLOAT, ...B, ...FLOAT, code, ...BITS]
const unary = (code: number) => [...A, ...FLOAT, code, ...BITS]
const compare = (code: number) => [...A, ...FLOAT, ...B, ...FLOAT, code]
const integer = (code: number) => [...A, ...B, code]
const pick = (code: number) => [...A, ...B, ...A, ...B, code, 0x1b]
const BODIES: Readonly<Record<string, readonly number[]>> = {
  'f32.add': binary(0x92),
  'f32.sub': binary(0x93),
  'f32.mul': binary(0x94),
  'f32.div': binary(0x95),
  'f32.sqrt': unary(0x91),
  'f32.neg': unary(0x8c),
  'f32.abs': unary(0x8b),
  'f32.floor': unary(0x8e),
  'f32.ceil': unary(0x8d),
  'f32.trunc': unary(0x8f),
  'f32.nearest': unary(0x90),
  'f32.min': binary(0x96),
  'f32.max': binary(0x97),
  'f32.lt': compare(0x5d),
  'f32.le': compare(0x5f),
  'f32.eq': compare(0x5b),
  'i32.add': integer(0x6a),
  'i32.sub': integer(0x6b),
  'i32.mul': integer(0x6c),
  'i32.div': integer(0x6d),
  'i32.rem': integer(0x6f),
  'i32.and': integer(0x71),
  'i32.or': integer(0x72),
  'i32.xor': integer(0x73),
  'i32.shl': integer(0x74),
  'i32.shr_s': integer(0x75),
  'i32.shr_u': integer(0x76),
  'i32.min': pick(0x48),
  'i32.max': pick(0x4a),
  'i32.lt': integer(0x48),
  'i32.eq': integer(0x46),
  'i32.from_f32': [...A, ...FLOAT, 0xfc, 0x00],
  'f32.from_i32': [...A, 0xb2, ...BITS],
  'i32.bits': A,
  'f32.bits': A,
}

type Machine = (a: number, b: number) => number

// The compiler's library without the DOM has no types for it.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

function machine(body: readonly number[]): Machine {
  const section = (id: number, ...bytes: readonly number[]) => [id, bytes.length, ...bytes]
  const code = [0, ...body, 0x0b]
  const module = Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f),
    ...section(3, 1, 0),
    ...section(7, 1, 1, 0x66, 0, 0),
    ...section(10, 1, code.length, ...code),
  )
  return new WebAssembly.Instance(new WebAssembly.Module(module)).exports.f as Machine
}

/** What SPEC says beside WebAssembly: one NaN, and no traps of division. */
function expected(name: string, run: Machine, a: number, b: number): number {
  if (name === 'i32.div' || name === 'i32.rem') {
    if (b === 0) return 0
    if (a === 0x80000000 && b === 0xffffffff) return name === 'i32.div' ? 0x80000000 : 0
  }
  const result = run(a, b) >>> 0
  return OPCODES[name]!.gives[0] === 'f32' || name === 'i32.bits' ? canonicalBits(result) : result
}

function evaluate(name: string, a: number, b: number): number {
  const { takes, gives } = OPCODES[name]!
  const operand = takes[0] === 'f32' ? fromBits : (word: number) => word | 0
  const result = SCALAR_OPS[name]!(operand(a), operand(b))
  return gives[0] === 'f32' ? bitsOf(result) : result >>> 0
}

test('the table holds every arithmetic operation and no other', () => {
  const arithmetic = Object.keys(OPCODES).filter((name) => OPCODES[name]!.code >= 0x10)
  expect(Object.keys(SCALAR_OPS)).to.deep.equal(arithmetic)
  expect(Object.keys(BODIES)).to.deep.equal(arithmetic)
})

for (const [name, body] of Object.entries(BODIES)) {
  test(`${name} equals the machine`, () => {
    const run = machine(body)
    const pairs = operandPairs(120_000, 7)
    for (let index = 0; index < pairs.length; index += 2) {
      const a = pairs[index]!
      const b = pairs[index + 1]!
      const want = expected(name, run, a, b)
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
