import { axis, code, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import type { Program } from '@opine/models/ir/types.ts'

/** Every buffer but the last is one word of eight numbers. */
const LANES = 8
const each = (buffer: number) => load(buffer, [axis(LANES, 1, 0, [0, 1])])
const whole = { resultType: 'i32', storeType: 'i32' } as const

/**
 * The program that Tiny.sol calculates: `a = x + 1`, `b = 3 a`, `c = b ^ a`, and the sum of `c` in two blocks. Every tensor tree is one word, so
 * that a trace is four words; there is an interior kernel (`b`), and a fold with running totals.
 */
export function tinyProgram(): Program {
  const kernels = [
    kernel({ ...whole, shape: [LANES], loads: [each(0)], result: code('load 0 i32.const 1 i32.add') }),
    kernel({ ...whole, shape: [LANES], loads: [each(1)], result: code('load 0 i32.const 3 i32.mul') }),
    kernel({ ...whole, shape: [LANES], loads: [each(1), each(2)], result: code('load 1 load 0 i32.xor') }),
    kernel({
      ...whole,
      foldType: 'i32',
      shape: [1],
      reduce: { op: 'sum', extents: [LANES], block: LANES / 2 },
      loads: [load(3, [axis(LANES, 1, 0, [1, 1])])],
      term: code('load 0'),
      result: code('fold'),
    }),
  ]
  return program([{ type: 'i32', count: LANES }], [], kernels, [1, 2, 1])
}
