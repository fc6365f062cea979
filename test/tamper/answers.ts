import { levelsBelow } from '@opine/dispute-game/game/defend.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import type { DefenderMove, GameView } from '@opine/dispute-game/game/types.ts'
import { concatBytes, equalBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { depthOf, ROOT } from '@opine/dispute-game/merkle/position.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import { depthFor, descendants, rootOf, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import type { Scene } from './told.ts'

/**
 * The best answer that a liar has: whatever hashes up to the game's node, and any oath. It knows no pre-image of a flipped leaf or of another
 * party's salted one, and its trees may have another shape than the program's; then it has no answer, and falls silent.
 */
export function answerOf(view: GameView, liar: TraceProvider, { own, salt }: Scene): DefenderMove | null {
  const facts = own.facts(view.kernel)
  if (view.phase === 'KERNEL') return { kind: 'swearInterior', roots: liar.interior(facts.first, facts.length) }
  if (view.phase === 'LANE') return { kind: 'swearTotals', totals: Array.from(liar.totals(view.kernel, view.element)) }
  const inTrace = view.phase === 'TRACE'
  const tree = inTrace ? liar.traceTree() : liar.tensorTree(view.kernel)
  const levels = levelsBelow(inTrace ? depthFor(own.kernels) : facts.depth, view.position, own.levels)
  if (tree.depth < depthOf(view.position) + levels) return null
  const nodes = descendants(tree, view.position, levels)
  const root = rootOf(treeOfLeaves(concatBytes(...nodes), levels))
  const salted = !inTrace && view.position === ROOT && facts.committed
  return equalBytes(salted ? sha256(salt, root) : root, view.node) ? { kind: 'reveal', nodes } : null
}
