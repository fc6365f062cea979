import { type Opening, openWords } from '../game/opening.ts'
import { equalBytes } from '../merkle/bytes.ts'
import { rootFromMultiProof } from '../merkle/multiproof.ts'
import { WORD } from '../merkle/sha256.ts'
import { depthFor, paddedTree, rootFromBranch, tensorDepth } from '../merkle/tree.ts'
import { operandsOf, type ReadLetter, type ToyTransition } from './evaluate.ts'
import { segmentOf, shapeOf, TEXT, type ToyProgram } from './program.ts'
import { saltedLeaf, type ToyTrace } from './trace.ts'

/** The opened operands of a transition, by buffer in ascending order. The text is no operand: everybody has it. */
export type ToyWitness = readonly (Opening & { readonly buffer: number })[]

/** Siblings of a committed kernel's leaf in the asserter's trace tree, and of an interior one in its sworn list, bottom up. */
export type PlaceSiblings = {
  readonly leaf: (kernel: number) => readonly Uint8Array[]
  readonly interior: (kernel: number) => readonly Uint8Array[]
}

/** Opens what a transition reads from one's own trace; only the siblings of the places are the asserter's. */
export function toyWitness(own: ToyTrace, transition: ToyTransition, siblings: PlaceSiblings): ToyWitness {
  const { program } = own
  const reads = new Map<number, Set<number>>()
  for (const { buffer, element } of operandsOf(program, transition)) {
    const word = Math.floor((element * shapeOf(program, buffer).size) / WORD)
    if (buffer !== TEXT) reads.set(buffer, (reads.get(buffer) ?? new Set()).add(word))
  }
  return [...reads.keys()]
    .sort((a, b) => a - b)
    .map((buffer) => {
      const indices = [...reads.get(buffer)!].sort((a, b) => a - b)
      const place = program.kernels[buffer]!.committed ? siblings.leaf(buffer) : siblings.interior(buffer)
      return { buffer, ...openWords(paddedTree(own.words[buffer]!), indices, place) }
    })
}

/**
 * What a witness opens, checked against what the asserter committed to and swore.
 * @param interiorRoot  sworn root of the transition's segment, if any
 * @returns             undefined if some word does not stand where it should
 */
export function openToyWitness(
  program: ToyProgram,
  text: Uint8Array,
  witness: ToyWitness,
  committed: { readonly traceRoot: Uint8Array; readonly salt: Uint8Array; readonly interiorRoot: Uint8Array | undefined },
): ReadLetter | undefined {
  const words = new Map<string, Uint8Array>()
  for (const opening of witness) {
    const { buffer, root, place, indices } = opening
    const { committed: leaf, count, size } = program.kernels[buffer]!
    const { first, length } = segmentOf(program, buffer)
    const tree = leaf ? committed.traceRoot : committed.interiorRoot
    const [node, index] = leaf ? [saltedLeaf(committed.salt, root), buffer] : [root, buffer - first]
    if (!tree || place.length !== depthFor(leaf ? program.kernels.length : length)) return undefined
    if (!equalBytes(rootFromBranch(node, index, place), tree)) return undefined
    if (!equalBytes(rootFromMultiProof(tensorDepth(count * size), indices, opening.words, opening.siblings), root)) return undefined
    indices.forEach((word, i) => {
      words.set(`${buffer}:${word}`, opening.words[i]!)
    })
  }
  return (buffer, element) => {
    if (buffer === TEXT) return text.subarray(element, element + 1)
    const { size } = shapeOf(program, buffer)
    const word = words.get(`${buffer}:${Math.floor((element * size) / WORD)}`)
    if (!word) throw new RangeError(`the witness lacks letter ${element} of kernel ${buffer}`)
    return word.subarray((element * size) % WORD, ((element * size) % WORD) + size)
  }
}
