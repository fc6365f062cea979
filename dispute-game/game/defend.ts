import { depthOf } from '../merkle/position.ts'
import { descendants, type Tree } from '../merkle/tree.ts'
import type { TraceProvider } from './provider.ts'
import { type DefenderMove, type GameView, LEVELS } from './types.ts'

/** Levels that a reveal at a position of a tree spans: five, fewer near the leaves. */
export const levelsBelow = (treeDepth: number, position: number): number => Math.min(LEVELS, treeDepth - depthOf(position))

const reveal = (tree: Tree, position: number): DefenderMove => ({
  kind: 'reveal',
  nodes: descendants(tree, position, levelsBelow(tree.depth, position)),
})

/**
 * The asserter's answer when it is in turn: it opens what it committed to, and swears what nothing commits. It has no choice to make.
 * @param own  the trace that it asserted
 */
export function defend(view: GameView, own: TraceProvider): DefenderMove {
  switch (view.phase) {
    case 'TRACE':
      return reveal(own.traceTree(), view.position)
    case 'KERNEL': {
      const { first, length } = own.facts(view.kernel)
      return { kind: 'swearInterior', roots: own.interior(first, length) }
    }
    case 'TENSOR':
      return reveal(own.tensorTree(view.kernel), view.position)
    case 'LANE':
      return { kind: 'swearTotals', totals: Array.from(own.totals(view.kernel, view.element)) }
  }
}
