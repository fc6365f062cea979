import { test } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { claimsOf } from './claims.ts'
import { decodeKernel } from './decode.ts'
import { encodeKernel } from './encode.ts'
import { decodeHeader, encodeHeader, headerOf } from './header.ts'
import { decodeMeta, encodeMeta, metaOf } from './meta.ts'
import { Random } from './random.ts'
import { randomProgram } from './random-program.ts'
import type { Kernel, Program } from './types.ts'
import { validateProgram } from './validate.ts'

const bad = (program: Program) => {
  try {
    validateProgram(program)
  } catch (error) {
    if (!(error instanceof OpineError) || error.code !== 'PROGRAM_INVALID') throw error
    return error.details.rule
  }
  return null
}

test('random programs are valid and their bytes round-trip', () => {
  for (let seed = 0; seed < 300; seed++) {
    const program = randomProgram(new Random(seed))
    validateProgram(program)
    for (const kernel of program.kernels) expect(decodeKernel(encodeKernel(kernel))).to.deep.equal(kernel)
    expect(decodeHeader(encodeHeader(program))).to.deep.equal(headerOf(program))
    const meta = metaOf(program, program.inputs.length)
    expect(encodeMeta(decodeMeta(meta))).to.deep.equal(meta)
  }
})

test('the decoders are total and canonical on damaged bytes', () => {
  const random = new Random(7)
  const counts = { refused: 0, decoded: 0 }
  const total = (decode: () => Uint8Array, bytes: Uint8Array) => {
    try {
      expect(decode()).to.deep.equal(bytes)
      counts.decoded += 1
    } catch (error) {
      expect(error).to.be.instanceOf(OpineError)
      expect((error as OpineError).code).to.be.oneOf(['KERNEL_BYTES', 'EXPRESSION_BYTES', 'META_BYTES'])
      counts.refused += 1
    }
  }
  for (let round = 0; round < 4000; round++) {
    const program = randomProgram(new Random(round % 40))
    const original = round % 4 === 0 ? metaOf(program, 0) : encodeKernel(random.pick(program.kernels))
    const bytes = random.chance(0.2) ? original.slice(0, random.below(original.length)) : original.slice()
    for (let flips = random.below(3); flips > 0; flips--) bytes[random.below(bytes.length)]! ^= 1 << random.below(8)
    if (round % 4 === 0) total(() => encodeMeta(decodeMeta(bytes)), bytes)
    else total(() => encodeKernel(decodeKernel(bytes)), bytes)
  }
  expect(counts.refused).to.be.greaterThan(1000)
  expect(counts.decoded).to.be.greaterThan(1000)
})

const one: Kernel = {
  foldType: 'f32',
  resultType: 'f32',
  storeType: 'f32',
  shape: [4],
  reduce: null,
  loads: [{ buffer: 0, lag: 0, base: 0, fill: 0, axes: [] }],
  term: [],
  result: [{ op: 'load', arg: 0 }],
}
const reading = (buffer: number): Kernel => ({ ...one, loads: [{ buffer, lag: 0, base: 0, fill: 0, axes: [] }] })
const alone = (first: number) => ({ committed: true, first, length: 1 })
const chain: Program = {
  inputs: [{ type: 'f32', count: 4 }],
  constants: [],
  kernels: [one, reading(1), reading(2), one],
  places: [alone(0), { committed: false, first: 1, length: 2 }, { committed: true, first: 1, length: 2 }, alone(3)],
  outputs: [2],
  claims: [0, 3],
}

test('each rule on whole programs refuses a program that breaks it alone', () => {
  expect(bad(chain)).to.equal(null)
  const cases: [string, Partial<Program>][] = [
    ['HEADER', { places: [alone(0)] }],
    ['HEADER', { inputs: [] }],
    ['HEADER', { inputs: [{ type: 'f32', count: 0 }] }],
    ['HEADER', { outputs: [] }],
    ['HEADER', { outputs: [2, 2] }],
    ['HEADER', { outputs: [4] }],
    ['HEADER', { claims: [3, 0] }],
    ['HEADER', { claims: [2] }],
    ['HEADER', { kernels: [], places: [] }],
    ['CONSTANT', { constants: [{ type: 'f16', count: 2, bytes: new Uint8Array(3) }] }],
    ['OUTPUT', { outputs: [1], claims: [0, 3] }],
    ['CLAIMS', { claims: [0] }],
    ['CLAIMS', { outputs: [0], claims: [3, 2].toSorted() }],
    ['BYTES', { kernels: [one, { ...one, shape: [2 ** 32] }, one, one] }],
    ['BYTES', { kernels: [one, { ...one, shape: [1.5] }, one, one] }],
    ['BUFFER', { kernels: [one, reading(3), one, one] }],
    ['BUFFER', { kernels: [one, one, one, reading(2)] }],
    ['META', { places: [alone(0), alone(1), { committed: true, first: 1, length: 2 }, alone(3)] }],
    ['META', { places: [alone(0), alone(1), alone(2), alone(2)] }],
    ['META', { places: [{ committed: true, first: 0, length: 2 }, alone(1), alone(2), alone(3)] }],
  ]
  for (const [rule, change] of cases) expect(bad({ ...chain, ...change }), rule).to.equal(rule)
})

test('claims leave out outputs and all that depends on them, and thin evenly', () => {
  expect(claimsOf({ ...chain, outputs: [0] })).to.deep.equal([3])
  const kernels = Array.from({ length: 100 }, () => one)
  const wide = { ...chain, kernels, places: kernels.map((_, index) => alone(index)), outputs: [99] }
  const claims = claimsOf(wide)
  expect(claims.length).to.equal(64)
  expect(claims).to.deep.equal(Array.from({ length: 64 }, (_, entry) => Math.floor((entry * 99) / 64)))
  expect(bad({ ...wide, claims })).to.equal(null)
})
