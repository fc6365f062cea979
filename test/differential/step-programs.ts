/** Programs written by hand for the step verifier, beside `sampleNetwork`. */
import { axis, code, floats, kernel, load, program, weights } from '@opine/models/exec/reference/sample.ts'
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
