/** Tables of integers that kernels read: positions that follow no rule. */
import { OpineError } from '@opine/dispute-game/errors.ts'
import { packTensor } from '../onnx/encode.ts'
import type { Builder } from './builder.ts'
import { constantOf, MAX_KNOWN } from './constant.ts'
import type { View } from './view.ts'

/**
 * `of(0) .. of(count - 1)`.
 * @throws {OpineError} `TENSOR_TOO_LARGE`
 */
export function tabulate(builder: Builder, count: number, of: (index: number) => number): number[] {
  checkTable(builder, count)
  return Array.from({ length: count }, (_, index) => of(index))
}

/** @throws {OpineError} `TENSOR_TOO_LARGE` for tables of more positions than are computed while compiling */
export function checkTable(builder: Builder, count: number): void {
  if (count <= MAX_KNOWN) return
  const message = `'${builder.label}' needs a table of ${count} positions; at most ${MAX_KNOWN} are computed while compiling.`
  throw new OpineError('TENSOR_TOO_LARGE', message, { node: builder.label, count })
}

/** The positions as a constant. */
export const tableOf = (builder: Builder, shape: readonly number[], data: ArrayLike<number>): View =>
  constantOf(packTensor({ name: `${builder.label} positions`, type: 'i32', shape, data }))

/** 0 .. count - 1 as a constant of one dimension: kernels compare with it where merging variables must stay free. */
export function iota(builder: Builder, count: number): View {
  checkTable(builder, count)
  return tableOf(
    builder,
    [count],
    Int32Array.from({ length: count }, (_, index) => index),
  )
}
