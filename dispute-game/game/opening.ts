import { multiProof, wordsAt } from '../merkle/multiproof.ts'
import { rootOf, type Tree } from '../merkle/tree.ts'

/**
 * Words of one buffer, opened.
 * @property root      of the buffer's tensor tree
 * @property place     siblings of that root's place among what the asserter committed to or swore, bottom up
 * @property indices   of the words, strictly ascending, at least one
 * @property siblings  of the words' multi-proof under the root
 */
export type Opening = {
  readonly root: Uint8Array
  readonly place: readonly Uint8Array[]
  readonly indices: readonly number[]
  readonly words: readonly Uint8Array[]
  readonly siblings: readonly Uint8Array[]
}

/** Opens words of a buffer. @throws {OpineError} `MULTIPROOF_INDICES` */
export const openWords = (tree: Tree, indices: readonly number[], place: readonly Uint8Array[]): Opening => ({
  root: rootOf(tree),
  place,
  indices,
  words: wordsAt(tree, indices),
  siblings: multiProof(tree, indices),
})
