import { concatBytes } from './bytes.ts'
import { depthFor, type Tree, treeOfLeaves } from './tree.ts'

/** The binary tree over a segment's interior list of 32-byte roots, padded with zero words: SPEC section 6. */
export const interiorTree = (list: readonly Uint8Array[]): Tree => treeOfLeaves(concatBytes(...list), depthFor(list.length))
