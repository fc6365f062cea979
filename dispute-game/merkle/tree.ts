import { OpineError } from '../errors.ts'
import { depthOf, indexOf, type Position } from './position.ts'
import { hashPairs, sha256, WORD } from './sha256.ts'

/** A binary SHA-256 tree. `levels[0]` are the `2^depth` leaves, packed, 32 bytes each; `levels[depth]` is the root. With depth 0 the root is the leaf. */
export type Tree = { readonly depth: number; readonly levels: readonly Uint8Array[] }

/** The least depth whose tree has room for `leaves` leaves: `ceil(log2 leaves)`. */
export function depthFor(leaves: number): number {
  if (!Number.isSafeInteger(leaves) || leaves < 1)
    throw new OpineError('TREE_EMPTY', `a tree needs at least one leaf, got ${leaves}`, { leaves })
  let depth = 0
  while (2 ** depth < leaves) depth += 1
  return depth
}

/** Depth of the tensor tree over `bytes` bytes, SPEC section 2. */
export const tensorDepth = (bytes: number): number => depthFor(Math.ceil(bytes / WORD))

/**
 * The tree over `2^depth` leaves.
 * @param leaves  packed leaves; if fewer than `2^depth`, zero leaves follow; the last one may be cut short and is then zero-padded
 * @throws {OpineError} `TREE_LEAVES` if there is none or are too many
 */
export function treeOfLeaves(leaves: Uint8Array, depth: number): Tree {
  const size = WORD * 2 ** depth
  if (leaves.length === 0 || leaves.length > size) {
    throw new OpineError('TREE_LEAVES', `a tree of depth ${depth} takes 1 to ${size} bytes of leaves, got ${leaves.length}`, { depth })
  }
  const base = new Uint8Array(size)
  base.set(leaves)
  return { depth, levels: levelsAbove(base, Math.ceil(leaves.length / WORD), 0, depth) }
}

/** The root of a tree of this depth from the first of its nodes at `level`; all others are over zero leaves. @param nodes  packed */
export function rootOverRoots(nodes: Uint8Array, depth: number, level: number): Uint8Array {
  const used = nodes.length / WORD
  const all = new Uint8Array(WORD * 2 ** (depth - level))
  all.set(nodes)
  for (let at = nodes.length; at < all.length; at += WORD) all.set(zeroRoot(level), at)
  return levelsAbove(all, used, level, depth).at(-1)!
}

/** A level of a tree and all above it. @param used  nodes; what follows is padding: above it every node of a level is the same, and not hashed */
function levelsAbove(nodes: Uint8Array, used: number, level: number, depth: number): Uint8Array[] {
  const levels = [nodes]
  // All in one piece of memory: of a small tree that is most of the time.
  const above = new Uint8Array(nodes.length - WORD)
  let filled = used
  let start = 0
  for (let at = level; at < depth; at++) {
    const below = levels.at(-1)!
    filled = Math.ceil(filled / 2)
    const [full, end] = [start + filled * WORD, start + below.length / 2]
    hashPairs(2 * filled * WORD === below.length ? below : below.subarray(0, 2 * filled * WORD), above.subarray(start, full))
    for (let place = full; place < end; place += WORD) above.set(zeroRoot(at + 1), place)
    levels.push(above.subarray(start, end))
    start = end
  }
  return levels
}

const zeroRoots: Uint8Array[] = [new Uint8Array(WORD)]

/** The root of a tree of this depth whose leaves are all zero. */
export function zeroRoot(depth: number): Uint8Array {
  for (let known = zeroRoots.length; known <= depth; known++) {
    const half = zeroRoots[known - 1]!
    zeroRoots.push(sha256(half, half))
  }
  return zeroRoots[depth]!
}

/** The tensor tree over a buffer's bytes, SPEC section 2: words of 32 bytes, zero-padded to a power of two. */
export const tensorTree = (bytes: Uint8Array): Tree => treeOfLeaves(bytes, tensorDepth(bytes.length))

/**
 * The tree over words that bring their padding with them, whatever it is.
 * @param words  packed, `2^depth` of them
 * @throws {OpineError} `TREE_LEAVES` if their number is no power of two
 */
export function paddedTree(words: Uint8Array): Tree {
  const depth = tensorDepth(words.length)
  if (words.length !== WORD * 2 ** depth) {
    throw new OpineError('TREE_LEAVES', `padded words must fill a power of two of 32-byte words, got ${words.length} bytes`)
  }
  return treeOfLeaves(words, depth)
}

/** The node `index` of a level, counted from the leaves; a view, not a copy. */
function nodeOfLevel(tree: Tree, level: number, index: number): Uint8Array {
  const nodes = tree.levels[level]
  if (nodes === undefined || !Number.isInteger(index) || index < 0 || (index + 1) * WORD > nodes.length) {
    throw new OpineError('TREE_INDEX', `a tree of depth ${tree.depth} has no node ${index} at level ${level} above its leaves`, {
      level,
      index,
    })
  }
  return nodes.subarray(index * WORD, (index + 1) * WORD)
}

export const rootOf = (tree: Tree): Uint8Array => nodeOfLevel(tree, tree.depth, 0)

/** Leaf `index`, 32 bytes. @throws {OpineError} `TREE_INDEX` */
export const leafAt = (tree: Tree, index: number): Uint8Array => nodeOfLevel(tree, 0, index)

/** The node at a position. @throws {OpineError} `TREE_INDEX` */
export const nodeAt = (tree: Tree, position: Position): Uint8Array => nodeOfLevel(tree, tree.depth - depthOf(position), indexOf(position))

/** The siblings of leaf `index` and of its ancestors, bottom up: `depth` of them. @throws {OpineError} `TREE_INDEX` */
export function branch(tree: Tree, index: number): Uint8Array[] {
  leafAt(tree, index)
  const siblings: Uint8Array[] = []
  for (let level = 0, at = index; level < tree.depth; level++, at = Math.floor(at / 2)) {
    siblings.push(nodeOfLevel(tree, level, at % 2 === 0 ? at + 1 : at - 1))
  }
  return siblings
}

/** The `2^levels` nodes that lie `levels` below a position, from the left. @throws {OpineError} `TREE_INDEX` */
export function descendants(tree: Tree, position: Position, levels: number): Uint8Array[] {
  const level = tree.depth - depthOf(position) - levels
  const first = indexOf(position) * 2 ** levels
  return Array.from({ length: 2 ** levels }, (_, i) => nodeOfLevel(tree, level, first + i))
}

/** The root to which a leaf and its siblings (bottom up) hash. The caller checks that there are as many siblings as the tree is deep. */
export function rootFromBranch(leaf: Uint8Array, index: number, siblings: readonly Uint8Array[]): Uint8Array {
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** siblings.length) {
    throw new OpineError('TREE_INDEX', `a tree of depth ${siblings.length} has no leaf ${index}`, { index })
  }
  let node = leaf
  let at = index
  for (const sibling of siblings) {
    node = at % 2 === 0 ? sha256(node, sibling) : sha256(sibling, node)
    at = Math.floor(at / 2)
  }
  return node
}
