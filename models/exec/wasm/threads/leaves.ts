import { tensorRoot } from '@opine/dispute-game/merkle/roots.ts'
import { hashPairs, WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { rootOverRoots, tensorDepth } from '@opine/dispute-game/merkle/tree.ts'
import { bufferOf, type Program } from '../../../ir/types.ts'
import { isKept, type Keep, type Layout } from '../layout.ts'

/** Depth of the trees over which tickets go: 256 leaves, some ten microseconds. */
const DEPTH = 8
const BYTES = WORD << DEPTH
/** Of the levels of such a tree, and its leaves where they have to be filled up. */
export const ROOM = 2 * BYTES

/**
 * How buffers are hashed in parts.
 * @property leaves  three words a ticket: address, bytes, depth of the tree over them
 * @property ends    of every kernel, the end of its tickets, which follow those of the kernels before it
 */
export type LeafPlan = { readonly leaves: Uint32Array; readonly ends: readonly number[] }

/** The committed kernels, as far as their buffers are kept. */
export const hashedIn =
  (program: Program, keep: Keep): ((kernel: number) => boolean) =>
  (kernel) =>
    program.places[kernel]!.committed && isKept(program, kernel, keep)

/** @param slots  bytes of each slot @param hashed  whether a kernel's buffer is */
export function leafPlan(program: Program, slots: readonly number[], { addresses }: Layout, hashed: (kernel: number) => boolean): LeafPlan {
  const leaves: number[] = []
  const ends = program.kernels.map((_, kernel) => {
    if (hashed(kernel)) {
      const slot = bufferOf(program, kernel)
      const bytes = slots[slot]!
      const depth = Math.min(DEPTH, tensorDepth(bytes))
      for (let at = 0; at < bytes; at += BYTES) leaves.push(addresses[slot]! + at, Math.min(BYTES, bytes - at), depth)
    }
    return leaves.length / 3
  })
  return { leaves: Uint32Array.from(leaves), ends }
}

/** The tensor root of each hashed kernel, from the roots of its parts; null for the others. */
export function rootsOf({ ends }: LeafPlan, bytes: (kernel: number) => number, tops: Uint8Array): (Uint8Array | null)[] {
  return ends.map((end, kernel) => {
    const begin = ends[kernel - 1] ?? 0
    if (end === begin) return null
    const depth = tensorDepth(bytes(kernel))
    return rootOverRoots(tops.slice(WORD * begin, WORD * end), depth, Math.min(DEPTH, depth))
  })
}

/** The same roots by this thread alone: `onKernel` hashes a kernel's buffer when it is done, as long as it is in the caches. */
export function rootsHere(
  program: Program,
  keep: Keep,
  bytesOf: (kernel: number) => Uint8Array,
): { readonly onKernel: (kernel: number) => void; readonly roots: (Uint8Array | null)[] } {
  const hashed = hashedIn(program, keep)
  const roots: (Uint8Array | null)[] = program.kernels.map(() => null)
  const onKernel = (kernel: number): void => {
    if (hashed(kernel)) roots[kernel] = tensorRoot(bytesOf(kernel))
  }
  return { onKernel, roots }
}

/**
 * The root of the tree of this depth over these bytes and zeros behind them.
 * @param room  twice the leaves' bytes or more; what is returned lies there
 */
export function partRoot(bytes: Uint8Array, depth: number, room: Uint8Array): Uint8Array {
  const size = WORD << depth
  let level = bytes
  let at = 0
  if (bytes.length < size || depth === 0) {
    room.set(bytes)
    room.fill(0, bytes.length, size)
    level = room.subarray(0, size)
    at = size
  }
  for (let above = 0; above < depth; above++) {
    const to = room.subarray(at, at + level.length / 2)
    hashPairs(level, to)
    at += to.length
    level = to
  }
  return level
}
