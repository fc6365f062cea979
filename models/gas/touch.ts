import { modulo } from './reach.ts'

/**
 * Addresses that are read together: `offsets` from an address of which only this is known, that it is `residue` modulo `alignment` (a power
 * of two, or infinite: then it is `residue`).
 * @property offsets  strictly ascending, at least one
 */
export type Cluster = { readonly offsets: readonly number[]; readonly alignment: number; readonly residue: number }

/** At each level of a tree, from the words up, the most nodes that may have to be known; the root's is 1. */
export type Touched = readonly number[]

/**
 * The most nodes above what is read, wherever that lies: each level by itself, so that no single place need touch as many.
 * @param lanes  elements of a word
 */
export function touch({ offsets, alignment, residue }: Cluster, lanes: number, depth: number): Touched {
  const levels: number[] = []
  let span = lanes
  for (let level = 0; level <= depth; level++, span *= 2) {
    const nodes = alignment >= span ? nodesAt(offsets, residue, span) : mostNodes(offsets, residue, alignment, span)
    levels.push(Math.min(nodes, levels.at(-1) ?? nodes, 1 << (depth - level)))
  }
  return levels
}

/** Nodes of `span` elements with one of the offsets from an address that is `residue` modulo a multiple of `span`. */
function nodesAt(offsets: readonly number[], residue: number, span: number): number {
  let nodes = 0
  let last = Number.NEGATIVE_INFINITY
  for (const offset of offsets) {
    const node = Math.floor((offset + residue) / span)
    if (node !== last) nodes += 1
    last = node
  }
  return nodes
}

/** The same for the worst of all addresses: offsets that are no more than a span apart from the next are one run, which lies as badly as it can. */
function mostNodes(offsets: readonly number[], residue: number, alignment: number, span: number): number {
  let nodes = 0
  let first = offsets[0]!
  let points = 1
  const close = (last: number): void => {
    const worst = span - alignment + modulo(residue + first, alignment)
    nodes += Math.min(points, Math.floor((worst + last - first) / span) + 1)
  }
  for (const [index, offset] of offsets.entries()) {
    if (index === 0) continue
    const before = offsets[index - 1]!
    if (offset - before < span) {
      points += 1
      continue
    }
    close(before)
    first = offset
    points = 1
  }
  close(offsets.at(-1)!)
  return nodes
}

/** Of several reads of one tree. */
export function together(touched: readonly Touched[], depth: number): Touched {
  const levels = Array.from({ length: depth + 1 }, (_, level) => touched.reduce((sum, each) => sum + each[level]!, 0))
  return levels.map((nodes, level) => Math.min(nodes, 1 << (depth - level)))
}

/** Words, hashes above them, and siblings of the multi-proof: whatever is touched is hashed in pairs, half of them given. */
export function proofOf(touched: Touched): { readonly words: number; readonly hashes: number; readonly siblings: number } {
  const words = touched[0]!
  const hashes = touched.slice(1).reduce((sum, nodes) => sum + nodes, 0)
  return { words, hashes, siblings: hashes + 1 - words }
}
