import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import { TAG_BUFFER } from '@opine/dispute-game/merkle/tags.ts'
import { branch, depthFor, rootOf, type Tree, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { encodeMeta, metaOf } from '@opine/models/ir/meta.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { randomProgram } from '@opine/models/ir/random-program.ts'
import { bufferOf, type Load, type Place, type ScalarType } from '@opine/models/ir/types.ts'
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

type Plain = {
  readonly places?: readonly Place[]
  readonly kernel?: number
  readonly loads?: readonly Load[]
  /** Elements of the input. */
  readonly count?: number
  readonly resultType?: ScalarType
  /** Bytes of the result's code. */
  readonly code?: readonly number[]
}

/** A kernel of one element over an input, its parts chosen one by one; by default a valid one. */
export function plainSubject({ places = [ALONE], kernel = 0, loads = [PLAIN_LOAD], count = 1, resultType = 'f32', code }: Plain): Subject {
  const storeType = resultType
  const result = [{ op: 'load', arg: 0 }]
  const encoded = encodeKernel({
    foldType: 'f32',
    resultType,
    storeType,
    shape: [1],
    reduce: null,
    loads,
    term: [],
    result: code ? [] : result,
  })
  // The last two bytes are the length of an empty result.
  const descriptor = code ? concatBytes(encoded.subarray(0, -2), Uint8Array.of(code.length >> 8, code.length & 255, ...code)) : encoded
  const input = encodeMeta({ kind: 'input', type: 'f32', count, blocks: 0, place: { committed: false, first: 0, length: 0 } })
  const metas = [input, ...places.map((place) => encodeMeta({ kind: 'kernel', type: storeType, count: 1, blocks: 0, place }))]
  return { counts: { inputs: 1, constants: 0, kernels: places.length }, kernel, metas, descriptor }
}

const ALONE: Place = { committed: true, first: 0, length: 1 }
const PLAIN_LOAD: Load = { buffer: 0, lag: 0, base: 0, fill: 0, axes: [] }

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
