import { axis, code, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import type { Program } from '@opine/models/ir/types.ts'

const integers = { foldType: 'i32', resultType: 'i32', storeType: 'i32' } as const

/**
 * Five kernels in two segments and three padding leaves: an interior of two words with padding below and a short one after a committed fold of
 * three blocks; an interior of one word below the answer, which is a fold of one block. All that a game can come across, and little else.
 */
export function tinyProgram(): Program {
  const kernels = [
    kernel({ ...integers, shape: [12], loads: [load(0, [axis(8, 1, 0, [0, 1])], 7)], result: code('load 0 i32.const 3 i32.mul') }),
    kernel({
      ...integers,
      shape: [9],
      reduce: { op: 'sum', extents: [6], block: 2 },
      loads: [load(1, [axis(12, 1, 0, [0, 1], [1, 1])], 5)],
      term: code('load 0'),
      result: code('fold i32.const 1 i32.add'),
    }),
    kernel({ ...integers, shape: [1], loads: [load(2, [axis(9, 1, 0, [0, 1])])], result: code('load 0') }),
    kernel({ ...integers, shape: [3], loads: [load(2, [axis(9, 1, 2, [0, 1])])], result: code('load 0 i32.const 5 i32.xor') }),
    kernel({
      ...integers,
      shape: [2],
      reduce: { op: 'sum', extents: [3], block: 3 },
      loads: [load(4, [axis(3, 1, 0, [1, 1])]), load(2, [axis(9, 1, 0, [0, 1])])],
      term: code('load 0'),
      result: code('fold load 1 i32.add'),
    }),
  ]
  const places = [
    { committed: false, first: 0, length: 3 },
    { committed: true, first: 0, length: 3 },
    { committed: false, first: 0, length: 3 },
    { committed: false, first: 3, length: 2 },
    { committed: true, first: 3, length: 2 },
  ]
  return { ...program([{ type: 'i32', count: 8 }], [], kernels, [3, 2]), places, claims: [1] }
}

/** An input: eight small numbers. */
export const tinyInput = (seed: number): Uint8Array => new Uint8Array(Int32Array.from({ length: 8 }, (_, i) => i * seed + 1).buffer)
