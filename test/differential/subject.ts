import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import { TAG_BUFFER } from '@opine/dispute-game/merkle/tags.ts'
import { branch, depthFor, rootOf, type Tree, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { metaOf } from '@opine/models/ir/meta.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { randomProgram } from '@opine/models/ir/random-program.ts'
import { bufferOf } from '@opine/models/ir/types.ts'
import type { KernelCase } from '@opine/models/ir/validate-kernel.ts'
import type { KernelMutation } from './kernel-mutations.ts'

/** One kernel to be judged, with the metas of all buffers of its program, any of which may be damaged. */
export type Subject = {
  readonly counts: { readonly inputs: number; readonly constants: number; readonly kernels: number }
  readonly kernel: number
  readonly metas: Uint8Array[]
  descriptor: Uint8Array
}

/** A kernel of a random program after `mutation`; its meta follows the change wherever it can. */
export function randomSubject(random: Random, mutation: KernelMutation): Subject {
  const program = randomProgram(random)
  const index = random.below(program.kernels.length)
  const kernel = mutation(program.kernels[index]!, random, bufferOf(program, index))
  const changed = { ...program, kernels: program.kernels.with(index, kernel) }
  const own = bufferOf(program, index)
  const metas = Array.from({ length: bufferOf(program, program.kernels.length) }, (_, buffer) => metaOf(program, buffer))
  try {
    metas[own] = metaOf(changed, own)
  } catch {
    // The count has no room in the meta: the old one stays, and META or an earlier rule is violated.
  }
  const counts = { inputs: program.inputs.length, constants: program.constants.length, kernels: program.kernels.length }
  return { counts, kernel: index, metas, descriptor: encodeKernel(kernel) }
}

export const ownBufferOf = ({ counts, kernel }: Subject): number => counts.inputs + counts.constants + kernel

/** The subject as the TypeScript validator takes it. */
export function kernelCaseOf(subject: Subject): KernelCase {
  const { counts, kernel, descriptor, metas } = subject
  return { ...counts, kernel, descriptor, meta: metas[ownBufferOf(subject)]!, operandMeta: (buffer) => metas[buffer]! }
}

/** The subject as the contract takes it: arguments with the proofs of all buffers below the kernel's own. */
export function callOf(subject: Subject): { readonly tree: Tree; readonly args: readonly unknown[] } {
  const { counts, kernel, descriptor, metas } = subject
  const own = ownBufferOf(subject)
  const bodies = metas.map((_, buffer) => (buffer === own ? sha256(descriptor) : sha256(Uint8Array.of(buffer))))
  const leaves = metas.map((meta, buffer) => sha256(TAG_BUFFER, meta, bodies[buffer]!))
  const tree = treeOfLeaves(concatBytes(...leaves), depthFor(leaves.length))
  const proofOf = (buffer: number) => ({
    meta: toHex(metas[buffer]!),
    body: toHex(bodies[buffer]!),
    siblings: branch(tree, buffer).map(toHex),
  })
  const operands = Array.from({ length: own }, (_, buffer) => ({ buffer, proof: proofOf(buffer) }))
  const { inputs, constants, kernels } = counts
  return { tree, args: [toHex(rootOf(tree)), inputs, constants, kernels, kernel, proofOf(own), toHex(descriptor), operands] }
}
