/** Kernels as operators describe them: loads are views with coordinates. */
import { type Expression, product, type ReduceOp, type ScalarType, type StoreType, scalarOf } from '../ir/types.ts'
import { MAX_TERMS } from './block.ts'
import type { Index } from './draft-load.ts'
import type { View } from './view.ts'

/** A view with one coordinate a dimension; reads outside of a dimension give `fill` (bits, 0 if not given). */
export type Operand = { readonly view: View; readonly at: readonly Index[]; readonly fill?: number }

/**
 * A kernel as operators describe it. Iteration variables are the output coordinates over `shape`, then the reduce coordinates over
 * `reduce.extents`; expressions number loads as `operands` and may read variables. `result` reads `fold` where there is a `reduce`, whose
 * `term` is then given; its `type` is that of the first operand if not given.
 */
export type KernelSource = {
  readonly type: Exclude<StoreType, 'f16'>
  readonly shape: readonly number[]
  readonly operands: readonly Operand[]
  readonly reduce?: Terms
  readonly result: Expression
}

export type Terms = { readonly op: ReduceOp; readonly extents: readonly number[]; readonly term: Expression; readonly type?: ScalarType }

export type FoldSource = KernelSource & { readonly reduce: Terms }

export const isLongFold = (source: KernelSource): source is FoldSource =>
  source.reduce !== undefined && product(source.reduce.extents) > MAX_TERMS

export const foldTypeOf = ({ reduce, operands }: FoldSource): ScalarType => reduce.type ?? scalarOf(operands[0]!.view.buffer.type)
