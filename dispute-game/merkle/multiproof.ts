import { OpineError } from '../errors.ts'
import { equalBytes } from './bytes.ts'
import { sha256, WORD } from './sha256.ts'
import { leafAt, type Tree } from './tree.ts'

/** One known node of the level that is being worked on. */
type Known = { readonly index: number; readonly node: Uint8Array }

function checkIndices(indices: readonly number[], depth: number): void {
  const ascending = indices.every((index, i) => Number.isInteger(index) && index > (indices[i - 1] ?? -1))
  if (indices.length === 0 || !ascending || (indices.at(-1) ?? 0) >= 2 ** depth) {
    throw new OpineError(
      'MULTIPROOF_INDICES',
      `leaf indices must be strictly ascending and below 2^${depth}, got [${indices.slice(0, 20)}]`,
      {
        indices,
        depth,
      },
    )
  }
}

/**
 * One step from a level to the one above: pairs up known nodes, asking `sibling` for each partner that is not known.
 * The order of these questions, left to right and level by level, is the order of siblings in a multi-proof.
 */
function climb(level: readonly Known[], sibling: (index: number) => Uint8Array): Known[] {
  const above: Known[] = []
  for (let i = 0; i < level.length; i++) {
    const { index, node } = level[i]!
    const next = level[i + 1]
    const paired = index % 2 === 0 && next?.index === index + 1
    const other = paired ? next.node : sibling(index % 2 === 0 ? index + 1 : index - 1)
    above.push({ index: Math.floor(index / 2), node: index % 2 === 0 ? sha256(node, other) : sha256(other, node) })
    if (paired) i += 1
  }
  return above
}

/**
 * Opens several leaves at once, SPEC section 2.
 * @param indices  strictly ascending, below `2^depth`, at least one
 * @returns        the siblings that are not derivable from the leaves, level by level from the leaves up, left to right
 * @throws {OpineError} `MULTIPROOF_INDICES`
 */
export function multiProof(tree: Tree, indices: readonly number[]): Uint8Array[] {
  checkIndices(indices, tree.depth)
  const siblings: Uint8Array[] = []
  let known = indices.slice()
  for (let level = 0; level < tree.depth; level++) {
    const nodes = tree.levels[level]!
    const present = new Set(known)
    for (const index of known) {
      const other = index % 2 === 0 ? index + 1 : index - 1
      if (!present.has(other)) siblings.push(nodes.subarray(other * WORD, (other + 1) * WORD))
    }
    known = [...new Set(known.map((index) => Math.floor(index / 2)))]
  }
  return siblings
}

/**
 * The root that leaves and siblings hash to.
 * @throws {OpineError} `MULTIPROOF_INDICES`; `MULTIPROOF_LENGTH` if there are too few or too many siblings, or words for other indices
 */
export function rootFromMultiProof(
  depth: number,
  indices: readonly number[],
  words: readonly Uint8Array[],
  siblings: readonly Uint8Array[],
): Uint8Array {
  checkIndices(indices, depth)
  const wrong = (what: string): OpineError => new OpineError('MULTIPROOF_LENGTH', what, { depth, indices })
  if (words.length !== indices.length) throw wrong(`${indices.length} indices, but ${words.length} words`)
  if (![...words, ...siblings].every((word) => word.length === WORD)) throw wrong('words and siblings are 32 bytes each')
  let used = 0
  let level: Known[] = indices.map((index, i) => ({ index, node: words[i]! }))
  for (let i = 0; i < depth; i++) {
    level = climb(level, () => {
      const node = siblings[used++]
      if (node === undefined) throw wrong(`the proof needs more than its ${siblings.length} siblings`)
      return node
    })
  }
  if (used !== siblings.length) throw wrong(`the proof needs ${used} siblings, got ${siblings.length}`)
  return level[0]!.node
}

/** Whether the words lie at these indices below the root; false as well for a proof of the wrong form. */
export function verifyMultiProof(
  root: Uint8Array,
  depth: number,
  indices: readonly number[],
  words: readonly Uint8Array[],
  siblings: readonly Uint8Array[],
): boolean {
  try {
    return equalBytes(rootFromMultiProof(depth, indices, words, siblings), root)
  } catch (error) {
    if (error instanceof OpineError) return false
    throw error
  }
}

/** The words at these indices of a tree, as a multi-proof's verifier takes them. */
export const wordsAt = (tree: Tree, indices: readonly number[]): Uint8Array[] => indices.map((index) => leafAt(tree, index))
