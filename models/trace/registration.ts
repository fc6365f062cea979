import { bufferOf, type Program } from '../ir/types.ts'
import { type BufferProof, bufferProof, programTree } from './program-tree.ts'

/** What `ModelRegistry.register` takes: the header, the buffer root, and the leaves of inputs, output kernels and claim kernels. */
export type Registration = {
  readonly programRoot: Uint8Array
  readonly header: Uint8Array
  readonly bufferRoot: Uint8Array
  readonly proofs: readonly BufferProof[]
}

/** @throws {OpineError} those of the encoders */
export function registrationOf(program: Program): Registration {
  const tree = programTree(program)
  const kernels = [...program.outputs, ...program.claims].map((kernel) => bufferOf(program, kernel))
  const proofs = [...program.inputs.keys(), ...kernels].map((buffer) => bufferProof(tree, buffer))
  return { programRoot: tree.root, header: tree.header, bufferRoot: tree.bufferRoot, proofs }
}
