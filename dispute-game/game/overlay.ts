import { concatBytes } from '../merkle/bytes.ts'
import { descendant, positionOf, ROOT, sibling } from '../merkle/position.ts'
import { nodeAt, type Tree, treeOfLeaves } from '../merkle/tree.ts'
import { levelsBelow } from './defend.ts'
import { LEVELS } from './types.ts'

/**
 * The asserter's trace tree as far as it is known: what was revealed of it, and the own tree elsewhere. Under the first difference the two
 * agree on every leaf to the left of it, so that any operand's path can be taken from here although the asserter withholds the rest.
 * @param own        the challenger's tree under the asserter's salt
 * @param revealed   the nodes posted at a position of the asserter's trace tree, if any
 * @param span       levels that one reveal spans
 * @returns          the siblings of a leaf and of its ancestors, bottom up
 */
export function overlayBranches(
  own: Tree,
  revealed: (position: number) => readonly Uint8Array[] | undefined,
  span = LEVELS,
): (leaf: number) => Uint8Array[] {
  const known = new Map<number, Uint8Array>()
  const visit = (position: number): void => {
    const levels = levelsBelow(own.depth, position, span)
    const nodes = levels > 0 ? revealed(position) : undefined
    if (!nodes) return
    const subtree = treeOfLeaves(concatBytes(...nodes), levels)
    for (let down = 1; down <= levels; down++) {
      for (let i = 0; i < 2 ** down; i++) known.set(descendant(position, down, i), nodeAt(subtree, positionOf(down, i)))
    }
    for (let i = 0; i < nodes.length; i++) visit(descendant(position, levels, i))
  }
  visit(ROOT)
  return (leaf) => {
    const siblings: Uint8Array[] = []
    for (let at = positionOf(own.depth, leaf); at > ROOT; at = Math.floor(at / 2)) {
      siblings.push(known.get(sibling(at)) ?? nodeAt(own, sibling(at)))
    }
    return siblings
  }
}
