import { describe, it } from 'node:test'
import { CORE, SIMD } from '@opine/models/exec/wasm/opcodes.ts'
import type { Kernel, Program } from '@opine/models/ir/types.ts'
import { expect } from 'chai'
import { firstDifference, fuzzCase } from './compare.ts'

const PROGRAMS = 500

/** The first program on which the executor is seen to be wrong; it may also break. */
function noticed(change: (program: Program) => Program = (program) => program): number | null {
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const { program, inputs } = fuzzCase(seed)
    try {
      if (firstDifference(program, inputs, change(program)) !== null) return seed
    } catch {
      return seed
    }
  }
  return null
}

/** As if the generator wrote another instruction. */
function withInstruction(table: Record<string, number>, name: string, code: number, work: () => void): void {
  const right = table[name]!
  expect(right, name).to.be.a('number').and.not.equal(code)
  table[name] = code
  try {
    work()
  } finally {
    table[name] = right
  }
}

const WRONG: readonly (readonly [string, Record<string, number>, string, number])[] = [
  ['leaves NaNs as they are', SIMD, 'f32x4.eq', SIMD['i32x4.eq']],
  ['leaves the NaNs of single values as they are', CORE, 'f32.eq', CORE['f32.le']],
  ['takes minima that lose NaN and the sign of zero', SIMD, 'f32x4.min', 0xea],
  ['takes maxima that lose NaN and the sign of zero', SIMD, 'f32x4.max', 0xeb],
  ['rounds halves away', SIMD, 'f32x4.nearest', SIMD['f32x4.trunc']],
  ['takes guards for signed', SIMD, 'i32x4.lt_u', SIMD['i32x4.lt_s']],
  ['forgets the signs of bytes', SIMD, 'i16x8.extend_low_i8x16_s', SIMD['i16x8.extend_low_i8x16_u']],
  ['divides without signs', CORE, 'i32.div_s', 0x6e],
  ['takes the greater of two integers for the smaller', SIMD, 'i32x4.min_s', SIMD['i32x4.max_s']],
  ['adds in place of subtracting', SIMD, 'f32x4.sub', SIMD['f32x4.add']],
]

const changed =
  (change: (kernel: Kernel) => Kernel) =>
  (program: Program): Program => ({ ...program, kernels: program.kernels.map(change) })

const CHANGES: readonly (readonly [string, (kernel: Kernel) => Kernel])[] = [
  [
    'sums in other blocks',
    (kernel) => ({ ...kernel, reduce: kernel.reduce && { ...kernel.reduce, block: (kernel.reduce.block % 128) + 1 } }),
  ],
  ['sums without blocks', (kernel) => ({ ...kernel, reduce: kernel.reduce && { ...kernel.reduce, block: 0x7fffffff } })],
  ['fills with one bit more', (kernel) => ({ ...kernel, loads: kernel.loads.map((load) => ({ ...load, fill: (load.fill ^ 1) >>> 0 })) })],
]

describe('a wrong WebAssembly executor is noticed: one that', () => {
  for (const [what, table, name, code] of WRONG) {
    it(what, () => {
      withInstruction(table, name, code, () => {
        expect(noticed()).to.be.a('number')
      })
    })
  }
  for (const [what, change] of CHANGES) {
    it(what, () => {
      expect(noticed(changed(change))).to.be.a('number')
    })
  }
  it('is the right one, but not so', () => {
    expect(noticed()).to.equal(null)
  })
})
