import { OpineError } from '@opine/dispute-game/errors.ts'
import { tensorRoots } from '@opine/dispute-game/merkle/roots.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { bufferBytes } from '../exec/reference/kernel.ts'
import { bufferOf, type Program } from '../ir/types.ts'
import type { Trace } from './trace.ts'

/**
 * What an assertion commits to, of one execution: enough to assert, to check another's assertion and to claim a reward. A dispute takes the `Trace`.
 * @property outputs  raw buffers, in the program's order
 * @property roots    tensor roots, 32 bytes a kernel, packed; zero for interiors
 */
export type Commitment = { readonly program: Program; readonly outputs: readonly Uint8Array[]; readonly roots: Uint8Array }

/** Any executor that can do without a trace: bit for bit what `commitmentOfBuffers` makes of the buffers of `reference`. */
export type Commit = (program: Program, inputs: readonly Uint8Array[]) => Commitment

/**
 * The commitment to buffers that were computed.
 * @param buffers  one a kernel; interiors are not looked at
 * @throws {OpineError} `BUFFER_COUNT`, `BUFFER_LENGTH` if there is not one buffer of the right length a committed kernel
 */
export function commitmentOfBuffers(program: Program, buffers: readonly (Uint8Array | null)[]): Commitment {
  const { length } = program.kernels
  if (buffers.length !== length) {
    throw new OpineError('BUFFER_COUNT', `the program has ${length} kernels, but ${buffers.length} buffers are given`)
  }
  const committed = buffers.map((bytes, kernel) => {
    if (!program.places[kernel]!.committed) return null
    const expected = bufferBytes(program, bufferOf(program, kernel))
    if (bytes?.length === expected) return bytes
    const message = `the buffer of kernel ${kernel} must have ${expected} bytes, got ${bytes?.length ?? 'none'}`
    throw new OpineError('BUFFER_LENGTH', message, { kernel, expected, given: bytes?.length ?? null })
  })
  return { program, outputs: program.outputs.map((kernel) => committed[kernel]!), roots: tensorRoots(committed) }
}

/** What an honest asserter of this trace commits to. */
export function commitmentOfTrace({ program, buffers, trees }: Trace): Commitment {
  const roots = new Uint8Array(WORD * program.kernels.length)
  program.places.forEach(({ committed }, kernel) => {
    if (committed) roots.set(rootOf(trees[kernel]!), WORD * kernel)
  })
  return { program, outputs: program.outputs.map((kernel) => buffers[kernel]!), roots }
}

/** Roots one after the other, zero for null. */
export function packRoots(roots: readonly (Uint8Array | null)[]): Uint8Array {
  const packed = new Uint8Array(WORD * roots.length)
  for (let kernel = 0; kernel < roots.length; kernel++) {
    const root = roots[kernel]
    if (root) packed.set(root, WORD * kernel)
  }
  return packed
}

/** Tensor root of a committed kernel. */
export const committedRoot = ({ roots }: Commitment, kernel: number): Uint8Array => roots.slice(WORD * kernel, WORD * (kernel + 1))

/** Bytes that a commitment takes. */
export const commitmentBytes = ({ outputs, roots }: Commitment): number => outputs.reduce((sum, { length }) => sum + length, roots.length)
