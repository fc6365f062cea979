import { before, test } from 'node:test'
import { axis, code, indexedAxis, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { metaOf } from '@opine/models/ir/meta.ts'
import type { Rule } from '@opine/models/ir/rules.ts'
import type { Axis, Kernel, Load } from '@opine/models/ir/types.ts'
import { validateKernelBytes } from '@opine/models/ir/validate-kernel.ts'
import { expect } from 'chai'
import type { Contract } from 'ethers'
import { kernelCaseOf, type Subject } from './subject.ts'
import { deployValidator, ruleOnChain } from './validator-chain.ts'

let validator: Contract
before(async () => {
  validator = await deployValidator()
})

const INPUTS = [
  { type: 'f32', count: 12 },
  { type: 'i32', count: 12 },
  { type: 'u8', count: 12 },
] as const
const [FLOATS, INTS, BYTES] = [0, 1, 2]

/** 4 elements that sum 3 terms each; variable 0 is the output coordinate, 1 the reduce coordinate. */
const sumOf = (loads: readonly Load[], term: string, result = 'fold'): Kernel =>
  kernel({ shape: [4], reduce: { op: 'sum', extents: [3], block: 3 }, loads, term: code(term), result: code(result) })
const at = (buffer: number, ...axes: Axis[]): Load => load(buffer, axes)
const byOutput = axis(4, 1, 0, [0, 1])
const byReduce = axis(3, 1, 0, [1, 1])
const by = (index: number, offset = 0, extent = 4, stride = 3): Axis => indexedAxis(extent, stride, offset, index)

const CASES: readonly (readonly [string, Kernel, Rule | null])[] = [
  ['a load by an i32 before it', sumOf([at(INTS, byReduce), at(FLOATS, by(0))], 'load 1'), null],
  ['a load by a byte, which code never reads', sumOf([at(BYTES, byOutput), at(FLOATS, by(0), axis(3, 1, 0, [1, 1]))], 'load 1'), null],
  ['a load by two indices', sumOf([at(INTS, byReduce), at(BYTES, byOutput), at(FLOATS, by(0), by(1, 1, 3, 1))], 'load 2'), null],
  ['a load twice by one index', sumOf([at(INTS, byReduce), at(FLOATS, by(0), by(0, 0, 3, 1))], 'load 1'), null],
  ['any offset', sumOf([at(INTS, byReduce), at(FLOATS, by(0, -0x80000000)), at(FLOATS, by(0, 0x7fffffff))], 'load 1'), null],
  ['an index of output coordinates in the result', sumOf([at(INTS, byOutput), at(FLOATS, by(0))], 'load 1', 'fold load 1 f32.add'), null],
  ['a load by itself', sumOf([at(INTS, byReduce), at(FLOATS, by(1))], 'load 1'), 'COORDINATE'],
  ['a load by one after it', sumOf([at(FLOATS, by(1)), at(INTS, byReduce)], 'load 0'), 'COORDINATE'],
  ['a load by one that does not exist', sumOf([at(INTS, byReduce), at(FLOATS, by(2))], 'load 1'), 'COORDINATE'],
  ['a load by number 255', sumOf([at(INTS, byReduce), at(FLOATS, by(255))], 'load 1'), 'COORDINATE'],
  ['a load by an indexed one', sumOf([at(INTS, byReduce), at(INTS, by(0)), at(FLOATS, by(1))], 'load 2'), 'COORDINATE'],
  ['a load by an f32', sumOf([at(FLOATS, byReduce), at(FLOATS, by(0))], 'load 1'), 'COORDINATE'],
  ['a load by an i32 and an f32', sumOf([at(INTS), at(FLOATS), at(FLOATS, by(0), by(1, 0, 3, 1))], 'load 2'), 'COORDINATE'],
  ['a load by an f32, of too small a buffer', sumOf([at(FLOATS), at(FLOATS, by(0, 0, 5))], 'load 1'), 'COORDINATE'],
  ['a buffer that is too small for the extents', sumOf([at(INTS, byReduce), at(FLOATS, by(0, 0, 5))], 'load 1'), 'ADDRESS'],
  ['addresses below the buffer', sumOf([at(INTS, byReduce), at(FLOATS, by(0, 0, 2, -1))], 'load 1'), 'ADDRESS'],
  ['an extent of 0', sumOf([at(INTS, byReduce), at(FLOATS, by(0, 0, 0))], 'load 1'), 'EXTENT'],
  ['an index that follows reduce coordinates', sumOf([at(INTS, byReduce), at(FLOATS, by(0))], 'load 1', 'fold load 1 f32.add'), 'CODE'],
  [
    'the same, asked for its range',
    sumOf([at(INTS, byReduce), at(FLOATS, by(0))], 'load 1', 'fold inrange 1 f32.from_i32 f32.add'),
    'CODE',
  ],
  [
    'two indices of which one follows them',
    sumOf([at(INTS, byOutput), at(BYTES, byReduce), at(FLOATS, by(0, 0, 3), by(1, 0, 3, 1))], 'load 2', 'load 2'),
    'CODE',
  ],
]

function subjectOf(judged: Kernel): Subject {
  const whole = program(INPUTS, [], [judged])
  const metas = Array.from({ length: INPUTS.length + 1 }, (_, buffer) => metaOf(whole, buffer))
  return { counts: { inputs: INPUTS.length, constants: 0, kernels: 1 }, kernel: 0, metas, descriptor: encodeKernel(judged) }
}

for (const [what, judged, rule] of CASES) {
  test(`${what}: ${rule ?? 'valid'}`, async () => {
    const subject = subjectOf(judged)
    expect(validateKernelBytes(kernelCaseOf(subject))?.rule ?? null).to.equal(rule)
    expect(await ruleOnChain(validator, subject)).to.equal(rule)
  })
}

test('an indexed load that is cut short', async () => {
  const { descriptor, ...others } = subjectOf(CASES[0]![1])
  for (let length = 0; length < descriptor.length; length++) {
    const subject = { ...others, descriptor: descriptor.slice(0, length) }
    expect(validateKernelBytes(kernelCaseOf(subject))?.rule, `${length} bytes`).to.equal('BYTES')
    expect(await ruleOnChain(validator, subject), `${length} bytes`).to.equal('BYTES')
  }
})
