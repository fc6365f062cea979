import { depthOf } from '../merkle/position.ts'
import { descendants, type Tree } from '../merkle/tree.ts'
import type { TraceProvider } from './provider.ts'
import { type DefenderMove, type GameView, LEVELS } from './types.ts'

/** Levels that a reveal at a position of a tree spans: `levels`, fewer near the leaves. */
export const levelsBelow = (treeDepth: number, position: number, levels = LEVELS): number => Math.min(levels, treeDepth - depthOf(position))

const reveal = (tree: Tree, position: number, levels: number): DefenderMove => ({
  kind: 'reveal',
  nodes: descendants(tree, position, levelsBelow(tree.depth, position, levels)),
})

/**
 * The asserter's answer when it is in turn: it opens what it committed to, and swears what nothing commits. It has no choice to make.
 * @param own  the trace that it asserted
 */
export function defend(view: GameView, own: TraceProvider): DefenderMove {
  switch (view.phase) {
    case 'TRACE':
      return reveal(own.traceTree(), view.position, own.levels)
    case 'KERNEL': {
      const { first, length } = own.facts(view.kernel)
      return { kind: 'swearInterior', roots: own.interior(first, length) }
    }
    case 'TENSOR':
      return reveal(own.tensorTree(view.kernel), view.position, own.levels)
    case 'LANE':
      return { kind: 'swearTotals', totals: Array.from(own.totals(view.kernel, view.element)) }
  }
}
