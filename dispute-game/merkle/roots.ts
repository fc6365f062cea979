import { OpineError } from '../errors.ts'
import { hashPairs, WORD } from './sha256.ts'
import { zeroRoot } from './tree.ts'

const PAIR = 2 * WORD
const FEW = 128

/** A place for the few nodes of a low or small tree, and views of its beginning: making them anew costs more than hashing what they show. */
class Place {
  readonly bytes = new Uint8Array(WORD * FEW)
  /** By their number. */
  readonly nodes = Array.from({ length: FEW + 1 }, (_, count) => this.bytes.subarray(0, WORD * count))
}

/** Levels that a part of a great tree is hashed at a time, and its nodes: what is in between stays in the processor's cache. */
const STEPS = 6
const PART = 64 << STEPS

const scratch = [new Uint8Array((WORD * PART) / 2), new Uint8Array((WORD * PART) / 4)] as const
const lastPair = new Uint8Array(PAIR)
const places = [new Place(), new Place()] as const

/**
 * The roots of the tensor trees over these buffers, SPEC section 2: those of `tensorTree`, without keeping what is below.
 * @param buffers  raw bytes; null where no root is wanted
 * @returns        32 bytes for each, packed; zero where no root is wanted
 * @throws {OpineError} `TREE_EMPTY`
 */
export function tensorRoots(buffers: readonly (Uint8Array | null)[]): Uint8Array {
  const roots = new Uint8Array(WORD * buffers.length)
  for (let index = 0; index < buffers.length; index++) {
    const bytes = buffers[index]
    if (!bytes) continue
    if (bytes.length === 0) throw new OpineError('TREE_EMPTY', `a tree needs at least one leaf, buffer ${index} is empty`, { index })
    roots.set(viewOfRoot(bytes), WORD * index)
  }
  return roots
}

/** The root of the tensor tree over a buffer that is not empty, as `tensorRoots`. */
export const tensorRoot = (bytes: Uint8Array): Uint8Array => viewOfRoot(bytes).slice()

function viewOfRoot(bytes: Uint8Array): Uint8Array {
  let [nodes, level] = [bytes, 0]
  while (nodes.length > WORD * FEW) [nodes, level] = lowered(nodes, level)
  return topOf(nodes, level)
}

/** The root above a few nodes. @param level  above the leaves @returns a view that the next call overwrites */
function topOf(nodes: Uint8Array, level: number): Uint8Array {
  let [below, above]: readonly [Place, Place] = places
  let count = Math.ceil(nodes.length / WORD)
  below.bytes.set(nodes)
  below.bytes.fill(0, nodes.length, WORD * count)
  for (let at = level; count > 1; at++) {
    if (count % 2 === 1) below.bytes.set(zeroRoot(at), WORD * count++)
    count /= 2
    hashPairs(below.nodes[2 * count]!, above.nodes[count]!)
    ;[below, above] = [above, below]
  }
  return below.nodes[1]!
}

/** A level some steps higher: no more than it takes for few nodes. */
function lowered(nodes: Uint8Array, level: number): [Uint8Array, number] {
  const count = Math.ceil(nodes.length / WORD)
  let steps = 1
  while (steps < STEPS && count > FEW << steps) steps++
  const above = new Uint8Array(WORD * Math.ceil(count / (1 << steps)))
  for (let part = 0; PART * part < count; part++) {
    const start = WORD * PART * part
    climb(nodes.subarray(start, start + WORD * PART), level, steps, above.subarray(start >> steps))
  }
  return [above, level + steps]
}

/** Hashes `steps` levels above these nodes. @param to  receives the nodes of the highest, at its beginning */
function climb(nodes: Uint8Array, level: number, steps: number, to: Uint8Array): void {
  let below = nodes
  for (let step = 0; step < steps; step++) {
    const whole = Math.floor(below.length / PAIR)
    const rest = below.subarray(PAIR * whole)
    const above = (step === steps - 1 ? to : scratch[step % 2]!).subarray(0, WORD * Math.ceil(below.length / PAIR))
    if (whole > 0) hashPairs(below.subarray(0, PAIR * whole), above.subarray(0, WORD * whole))
    if (rest.length > 0) {
      lastPair.fill(0)
      lastPair.set(rest)
      if (rest.length <= WORD) lastPair.set(zeroRoot(level + step), WORD)
      hashPairs(lastPair, above.subarray(WORD * whole))
    }
    below = above
  }
}
