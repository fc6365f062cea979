import type { Tree } from '../merkle/tree.ts'
import type { KernelFacts } from './types.ts'

/**
 * One side's trace, as the game asks for it. A defender answers from what it committed to, a challenger compares with what is true;
 * both under the asserter's salt, so that equal buffers give equal leaves.
 */
export type TraceProvider = {
  /** Levels of a tree that one reveal spans. */
  readonly levels: number
  readonly kernels: number
  readonly facts: (kernel: number) => KernelFacts
  /** The trace tree under the asserter's salt. */
  readonly traceTree: () => Tree
  /** The leaf of a committed kernel whose tensor has this root, under the same salt. */
  readonly leaf: (tensorRoot: Uint8Array) => Uint8Array
  readonly tensorTree: (kernel: number) => Tree
  /** Tensor roots of a segment's interior kernels, zero words for committed ones. */
  readonly interior: (first: number, length: number) => readonly Uint8Array[]
  /** Running totals after each block of an element's fold, 32 bits each. */
  readonly totals: (kernel: number, element: number) => ArrayLike<number>
}
