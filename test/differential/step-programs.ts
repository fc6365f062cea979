/** Programs written by hand for the step verifier, beside `sampleNetwork`. */
import { axis, code, floats, indexedAxis, kernel, load, program, weights } from '@opine/models/exec/reference/sample.ts'
import type { Axis, Constant, Expression, Program, StoreType } from '@opine/models/ir/types.ts'
import { EXP } from '@opine/models/numerics/exp.ts'

const along = (extent: number, stride: number, variable: number): Axis => axis(extent, stride, 0, [variable, 1])

const constant = (type: StoreType, count: number, bytes: ArrayBuffer): Constant => ({ type, count, bytes: new Uint8Array(bytes) })

/**
 * Constants of every narrow type: each copied as a whole, all NaNs and infinities of `f16` among them, and each as the left side of a matrix
 * product of 300 terms in 5 blocks, the last one short.
 */
export function narrowOperands(): Program {
  const constants = [
    constant('f16', 601, Uint16Array.from({ length: 601 }, (_, i) => i * 4973).buffer),
    constant('i8', 601, Uint8Array.from({ length: 601 }, (_, i) => i * 37).buffer),
    constant('u8', 601, Uint8Array.from({ length: 601 }, (_, i) => i * 37).buffer),
    constant('f16', 601, Uint16Array.from({ length: 601 }, (_, i) => (i * 4973) & 0xbfff).buffer),
  ]
  const copy = (buffer: number) => kernel({ shape: [601], loads: [load(buffer, [along(601, 1, 0)])], result: code('load 0') })
  const copied = (storeType: StoreType, buffer: number) => ({ ...copy(buffer), resultType: 'i32' as const, storeType })
  const product = (buffer: number, widen: string) =>
    kernel({
      shape: [2],
      reduce: { op: 'sum', extents: [300], block: 64 },
      loads: [load(0, [along(300, 1, 1)]), load(buffer, [along(2, 301, 0), along(300, 1, 1)])],
      term: code(`load 0 load 1${widen} f32.mul`),
      result: code('fold'),
    })
  const kernels = [copy(1), copied('i32', 2), copied('i8', 3), product(4, ''), product(2, ' f32.from_i32'), product(3, ' f32.from_i32')]
  return program([{ type: 'f32', count: 300 }], constants, kernels)
}

/** e to each input, then what the verifier does not see elsewhere: a maximum of all, with fills of -infinity at both ends. */
export function exponentials(): Program {
  const result: Expression = [...code('load 0'), ...EXP]
  return program(
    [{ type: 'f32', count: 40 }],
    [],
    [
      kernel({ shape: [40], loads: [load(0, [along(40, 1, 0)])], result }),
      kernel({
        shape: [44],
        reduce: { op: 'max', extents: [5], block: 5 },
        loads: [load(1, [axis(40, 1, -4, [0, 1], [1, 1])], 0xff800000)],
        term: code('load 0'),
        result: code('fold'),
      }),
    ],
    [2],
  )
}

/** A matrix product, blocks of 128 terms, both operands contiguous: what most steps of real models are; then a sum of squares. */
export function contiguousProduct(): Program {
  const [rows, terms] = [16, 4096]
  return program(
    [{ type: 'f32', count: terms }],
    [floats(weights(rows * terms, 3).map((value) => value * 1.2345))],
    [
      kernel({ shape: [terms], loads: [load(0, [along(terms, 1, 0)])], result: code('load 0 f32.neg') }),
      kernel({
        shape: [rows],
        reduce: { op: 'sum', extents: [terms], block: 128 },
        loads: [load(2, [along(terms, 1, 1)]), load(1, [along(rows, terms, 0), along(terms, 1, 1)])],
        term: code('load 0 load 1 f32.mul'),
        result: code('fold'),
      }),
      kernel({
        shape: [1],
        reduce: { op: 'sum', extents: [2, 50], block: 128 },
        loads: [load(2, [along(2, 60, 1), along(50, 1, 2)])],
        term: code('load 0 load 0 f32.mul'),
        result: code('fold'),
      }),
    ],
  )
}

/** Invalid: kernel 2 reads kernel 0, an interior of another segment. */
export function strayInterior(): Program {
  const copy = (buffer: number) => kernel({ shape: [8], loads: [load(buffer, [along(8, 1, 0)])], result: code('load 0') })
  return program([{ type: 'f32', count: 8 }], [], [copy(0), copy(1), copy(1), copy(3)], [2, 2])
}

/** For `gathers`: good indices of 7 rows, bad ones, and those whose sum with an offset of 32 bits would wrap into range. */
export const ROW_INDICES = Int32Array.of(0, 6, 7, -1, 3, -0x80000000, 0x7fffffff, 2, -0x7ffffffd, 5, -7, -8, 1, 4, 6, 0)

/** Kernels that read where other loads point; the input is 16 indices. */
export function gathers(): Program {
  const rows = Array.from({ length: 35 }, (_, i) => i + 0.5)
  const narrow = Int8Array.from({ length: 40 }, (_, i) => (i * 3) % 11)
  const halves = Uint16Array.from({ length: 130 }, (_, i) => 0x3c00 + i * 7)
  const constants = [floats(rows), constant('i8', 40, narrow.buffer), constant('f16', 130, halves.buffer), floats(weights(16, 5))]
  const index = load(0, [along(16, 1, 0)])
  const shifted = (offset: number) => load(1, [indexedAxis(7, 5, offset, 0), along(5, 1, 1)], 0xc0000000)
  const kernels = [
    // Rows by index, as they are and with offsets at both ends of 32 bits.
    kernel({ shape: [16, 5], loads: [index, shifted(0)], result: code('load 1') }),
    kernel({ shape: [16, 5], loads: [index, shifted(0x7fffffff)], result: code('load 1') }),
    kernel({ shape: [16, 5], loads: [index, shifted(-0x80000000)], result: code('load 1') }),
    // Single elements by two indices, the second of which is 2 where it leaves its own axis; an affine axis that is left as well.
    kernel({
      shape: [20, 3],
      loads: [
        load(2, [axis(20, 2, 0, [0, 1])]),
        load(2, [axis(18, -2, -1, [0, 1])], 2, 39),
        load(3, [indexedAxis(9, 1, -1, 0), axis(2, 65, 0, [1, 1]), indexedAxis(8, 8, 0, 1)], 0x7fc00000),
      ],
      result: code('load 2 f32.const 0x3f800000 inrange 2 f32.from_i32 f32.add f32.add'),
    }),
    // A sum of products whose left side is read by an index that changes with every term: 3 blocks.
    kernel({
      shape: [2],
      reduce: { op: 'sum', extents: [16], block: 6 },
      loads: [load(0, [along(16, 1, 1)]), load(1, [indexedAxis(7, 5, 0, 0), axis(5, 1, 1, [0, 1])]), load(4, [along(16, 1, 1)])],
      term: code('load 1 load 2 f32.mul'),
      result: code('fold'),
    }),
    // The same with the index in the output coordinates, and the innermost coordinate elsewhere.
    kernel({
      shape: [16],
      reduce: { op: 'sum', extents: [5], block: 5 },
      loads: [index, load(1, [indexedAxis(7, 5, 0, 0), along(5, 1, 1)]), load(4, [along(5, 1, 1)])],
      term: code('load 2 load 1 f32.mul'),
      result: code('fold inrange 1 f32.from_i32 f32.add'),
    }),
    // A scatter: every place takes the last update that points to it.
    kernel({
      shape: [7],
      foldType: 'i32',
      resultType: 'f32',
      reduce: { op: 'max', extents: [16], block: 16 },
      loads: [load(0, [along(16, 1, 1)])],
      term: code('var 1 i32.const -1 load 0 var 0 i32.eq select'),
      result: code('fold f32.from_i32'),
    }),
  ]
  return program([{ type: 'i32', count: 16 }], constants, kernels)
}
