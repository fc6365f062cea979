import { OpineError } from '@opine/dispute-game/errors.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { hashPairs, sha256, WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { TAG_INPUTS } from '@opine/dispute-game/merkle/tags.ts'
import { depthFor, rootOf, type Tree, tensorTree, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { checkInputs } from '../exec/reference/execute.ts'
import { byteSize, type Program } from '../ir/types.ts'
import type { Commitment } from './commitment.ts'
import type { Trace } from './trace.ts'

/**
 * The trace tree of SPEC section 6: salted roots of committed kernels, zero for interiors and past the last kernel.
 * @param salt  32 bytes, see `saltOf`
 */
export function traceTree({ program, trees, leafOverrides }: Trace, salt: Uint8Array): Tree {
  return saltedTree(program, (kernel) => rootOf(trees[kernel]!), salt, leafOverrides)
}

/** The same tree of an execution of which the commitment alone is at hand. */
export const commitmentTree = ({ program, roots }: Commitment, salt: Uint8Array): Tree =>
  saltedTree(program, (kernel) => roots.subarray(WORD * kernel, WORD * (kernel + 1)), salt)

const committedKernels = new WeakMap<Program, readonly number[]>()

/** Found once for a program that is asked again and again. */
function committedIn(program: Program): readonly number[] {
  const known = committedKernels.get(program) ?? program.places.flatMap(({ committed }, kernel) => (committed ? [kernel] : []))
  committedKernels.set(program, known)
  return known
}

const NONE: ReadonlyMap<number, Uint8Array> = new Map()

function saltedTree(program: Program, rootAt: (kernel: number) => Uint8Array, salt: Uint8Array, overrides = NONE): Tree {
  const committed = committedIn(program)
  // A salt and a root are as long as two nodes: all leaves are hashed in one call.
  const pairs = new Uint8Array(2 * WORD * committed.length)
  const salted = new Uint8Array(WORD * committed.length)
  committed.forEach((kernel, i) => {
    pairs.set(salt, 2 * WORD * i)
    pairs.set(rootAt(kernel), 2 * WORD * i + WORD)
  })
  if (committed.length > 0) hashPairs(pairs, salted)
  const depth = depthFor(program.places.length)
  const leaves = new Uint8Array(WORD * (1 << depth))
  committed.forEach((kernel, i) => {
    leaves.set(salted.subarray(WORD * i, WORD * (i + 1)), WORD * kernel)
  })
  for (const [leaf, bytes] of overrides) leaves.set(bytes, WORD * leaf)
  return treeOfLeaves(leaves, depth)
}

/**
 * The interior list of a segment, SPEC section 6: the tensor roots of its interior kernels, zero words for committed ones.
 * @throws {OpineError} `SEGMENT` if these kernels are no segment
 */
export function interiorList(trace: Trace, first: number, length: number): Uint8Array[] {
  const places = trace.program.places.slice(first, first + length)
  if (places.length === 0 || places.length !== length || !places.every((place) => place.first === first && place.length === length)) {
    throw new OpineError('SEGMENT', `the ${length} kernels from ${first} on are no segment of the program`, { first, length })
  }
  return places.map(({ committed }, i) => (committed ? new Uint8Array(WORD) : rootOf(trace.trees[first + i]!)))
}

/** The input root of SPEC section 6. @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH` */
export function inputRoot(program: Program, inputs: readonly Uint8Array[]): Uint8Array {
  checkInputs(program, inputs)
  return sha256(TAG_INPUTS, ...inputs.map((bytes) => rootOf(tensorTree(bytes))))
}

/** What consumers get: the outputs' bytes in header order. */
export const outputBytes = ({ program, buffers }: Pick<Trace, 'program' | 'buffers'>): Uint8Array =>
  concatBytes(...program.outputs.map((kernel) => buffers[kernel]!))

/**
 * Cuts a request's input bytes into the program's inputs.
 * @throws {OpineError} `INPUT_BYTES` unless there are exactly as many as the inputs take together
 */
export function splitInputs(program: Program, bytes: Uint8Array): Uint8Array[] {
  const lengths = program.inputs.map(({ type, count }) => count * byteSize(type))
  const expected = lengths.reduce((sum, length) => sum + length, 0)
  if (bytes.length !== expected) {
    const message = `the program's ${lengths.length} inputs take ${expected} bytes (${lengths.join(' + ')}), got ${bytes.length}`
    throw new OpineError('INPUT_BYTES', message, { expected, given: bytes.length })
  }
  let at = 0
  return lengths.map((length) => {
    at += length
    return bytes.slice(at - length, at)
  })
}
