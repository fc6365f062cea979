import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import { type KernelFacts, LEVELS } from '@opine/dispute-game/game/types.ts'
import { sha256, WORD } from '@opine/dispute-game/merkle/sha256.ts'
import type { Tree } from '@opine/dispute-game/merkle/tree.ts'
import { blockCount, byteSize, product } from '../ir/types.ts'
import { interiorList, traceTree } from './commit.ts'
import type { Trace } from './trace.ts'

/**
 * A trace as the game asks for it.
 * @param salt    the asserter's, whoever's trace this is: a challenger compares its own under the same salt
 * @param levels  of a tree that one reveal spans
 */
export function providerOf(trace: Trace, salt: Uint8Array, levels = LEVELS): TraceProvider {
  let tree: Tree | undefined
  const facts = (kernel: number): KernelFacts => {
    const { storeType, shape } = trace.program.kernels[kernel]!
    const { committed, first, length } = trace.program.places[kernel]!
    const blocks = blockCount(trace.program.kernels[kernel]!)
    return { committed, first, length, blocks, count: product(shape), lanes: WORD / byteSize(storeType), depth: trace.trees[kernel]!.depth }
  }
  return {
    levels,
    kernels: trace.program.kernels.length,
    facts,
    traceTree: () => {
      tree ??= traceTree(trace, salt)
      return tree
    },
    leaf: (tensorRoot) => sha256(salt, tensorRoot),
    tensorTree: (kernel) => trace.trees[kernel]!,
    interior: (first, length) => interiorList(trace, first, length),
    totals: trace.totals,
  }
}
