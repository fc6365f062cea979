/**
 * A program in the making: buffers are objects instead of numbers, loads hold one coefficient an iteration variable, and kernels have
 * neither place nor final order. `assemble.ts` turns it into a `Program`.
 */
import type { Expression, ReduceOp, ScalarType, StoreType } from '../ir/types.ts'

export type InputBuffer = { readonly kind: 'input'; readonly name: string; readonly type: StoreType; readonly count: number }

/** `wide` holds the values of an `i64` tensor that do not all fit `i32`; such a constant can be read while compiling, never loaded. */
export type ConstantBuffer = {
  readonly kind: 'constant'
  readonly name: string
  readonly type: StoreType
  readonly count: number
  readonly bytes: Uint8Array
  readonly wide: BigInt64Array | null
}

export type KernelBuffer = { readonly kind: 'kernel'; readonly name: string; readonly type: StoreType; readonly count: number }

export type Buffer = InputBuffer | ConstantBuffer | KernelBuffer

/**
 * A coordinate `offset + sum steps * variable` that must lie in `0 .. extent - 1`, and adds `stride` times itself to the address. With
 * `index` it is `offset` plus the value of that load of the same kernel, which has no `index` itself; all steps are 0 then.
 */
export type DraftGuard = {
  readonly extent: number
  readonly stride: number
  readonly offset: number
  readonly steps: readonly number[]
  readonly index?: number
}

/** Reads `base + sum steps * variable + guards` where all guards hold, else `fill` (bits). */
export type DraftLoad = {
  readonly buffer: Buffer
  readonly base: number
  readonly steps: readonly number[]
  readonly guards: readonly DraftGuard[]
  readonly fill: number
}

export type DraftReduce = { readonly op: ReduceOp; readonly extents: readonly number[]; readonly block: number }

/** Iteration variables are the output coordinates over `shape`, then the reduce coordinates. */
export type DraftKernel = {
  readonly output: KernelBuffer
  readonly foldType: ScalarType
  readonly resultType: ScalarType
  readonly shape: readonly number[]
  readonly reduce: DraftReduce | null
  readonly loads: readonly DraftLoad[]
  readonly term: Expression
  readonly result: Expression
}

export const extentsOf = (kernel: DraftKernel): readonly number[] => [...kernel.shape, ...(kernel.reduce?.extents ?? [])]
