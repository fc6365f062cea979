import { descendants } from '../merkle/tree.ts'
import { levelsBelow } from './defend.ts'
import type { TraceProvider } from './provider.ts'

/** What an asserter swore. @property signature  its EIP-712 signature, SPEC section 7; null where the oath is on record already */
export type Sworn<Content> = { readonly content: Content; readonly signature: Uint8Array | null }

/**
 * What an asserter hands out off chain, one question after the other, where a walk comes to it; undefined if it does not. Nodes are the
 * descendants of a position that one reveal spans.
 */
export type Served = {
  readonly traceNodes: (position: number) => Promise<readonly Uint8Array[] | undefined>
  /** The interior list of the segment of a committed kernel at which the walk arrived. */
  readonly interior: (kernel: number) => Promise<Sworn<readonly Uint8Array[]> | undefined>
  readonly tensorNodes: (kernel: number, position: number) => Promise<readonly Uint8Array[] | undefined>
  readonly totals: (kernel: number, element: number) => Promise<Sworn<readonly number[]> | undefined>
}

/** An asserter's hand for its oaths. */
export type Signing = {
  readonly interior: (first: number, roots: readonly Uint8Array[]) => Promise<Uint8Array | null>
  readonly totals: (kernel: number, element: number, totals: readonly number[]) => Promise<Uint8Array | null>
}

/** Everything that a trace has, handed out to whoever asks. */
export function servedFrom(trace: TraceProvider, sign: Signing): Served {
  const { levels } = trace
  return {
    traceNodes: async (position) => {
      const tree = trace.traceTree()
      return descendants(tree, position, levelsBelow(tree.depth, position, levels))
    },
    interior: async (kernel) => {
      const { first, length } = trace.facts(kernel)
      const content = trace.interior(first, length)
      return { content, signature: await sign.interior(first, content) }
    },
    tensorNodes: async (kernel, position) => {
      const tree = trace.tensorTree(kernel)
      return descendants(tree, position, levelsBelow(tree.depth, position, levels))
    },
    totals: async (kernel, element) => {
      const content = Array.from(trace.totals(kernel, element))
      return { content, signature: await sign.totals(kernel, element, content) }
    },
  }
}
