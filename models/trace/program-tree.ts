import { OpineError } from '@opine/dispute-game/errors.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { sha256, WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { TAG_BUFFER, TAG_PROGRAM } from '@opine/dispute-game/merkle/tags.ts'
import { branch, depthFor, rootOf, type Tree, tensorTree, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { encodeKernel } from '../ir/encode.ts'
import { encodeHeader } from '../ir/header.ts'
import { metaOf } from '../ir/meta.ts'
import { bufferOf, type Program } from '../ir/types.ts'

/**
 * A program as it is committed to, SPEC section 3.
 * @param root    the program root; `bufferRoot` that of `tree`, whose leaves are the buffers in order
 * @param header  the header's bytes
 * @param metas   32 bytes a buffer; `bodies` likewise: zero, a constant's tensor root, or the hash of a kernel's descriptor
 */
export type ProgramTree = {
  readonly root: Uint8Array
  readonly bufferRoot: Uint8Array
  readonly header: Uint8Array
  readonly tree: Tree
  readonly metas: readonly Uint8Array[]
  readonly bodies: readonly Uint8Array[]
}

/** A leaf of the buffer tree with its siblings, bottom up. */
export type BufferProof = { readonly meta: Uint8Array; readonly body: Uint8Array; readonly siblings: readonly Uint8Array[] }

/**
 * Hashes a program, its constants included.
 * @throws {OpineError} those of the encoders
 */
export function programTree(program: Program): ProgramTree {
  const bodies = [
    ...program.inputs.map(() => new Uint8Array(WORD)),
    ...program.constants.map(({ bytes }) => rootOf(tensorTree(bytes)).slice()),
    ...program.kernels.map((kernel) => sha256(encodeKernel(kernel))),
  ]
  const metas = bodies.map((_, buffer) => metaOf(program, buffer))
  const leaves = bodies.map((body, buffer) => sha256(TAG_BUFFER, metas[buffer]!, body))
  const tree = treeOfLeaves(concatBytes(...leaves), depthFor(bufferOf(program, program.kernels.length)))
  const header = encodeHeader(program)
  const bufferRoot = rootOf(tree)
  return { root: sha256(TAG_PROGRAM, sha256(header), bufferRoot), bufferRoot, header, tree, metas, bodies }
}

/** Proof of a buffer's meta and body under the buffer root. @throws {OpineError} `BUFFER_OUT_OF_RANGE` */
export function bufferProof({ metas, bodies, tree }: ProgramTree, buffer: number): BufferProof {
  const [meta, body] = [metas[buffer], bodies[buffer]]
  if (meta && body) return { meta, body, siblings: branch(tree, buffer) }
  throw new OpineError('BUFFER_OUT_OF_RANGE', `there is no buffer ${buffer}; the program has ${metas.length}`, { buffer })
}
