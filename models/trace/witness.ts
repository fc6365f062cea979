import { type Opening, openWords } from '@opine/dispute-game/game/opening.ts'
import { rootOf, type Tree, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { encodeKernel } from '../ir/encode.ts'
import { bufferOf } from '../ir/types.ts'
import { type BufferProof, bufferProof, type ProgramTree } from './program-tree.ts'
import { type BufferReads, readsOf, type Transition } from './reads.ts'
import { readTrace, type Trace } from './trace.ts'

/** The words of one operand; these types mirror contracts/interfaces/IStepVerifier.sol, ready to be encoded. */
export type Operand = Opening & { readonly buffer: number; readonly proof: BufferProof }

export type Witness = {
  readonly descriptor: Uint8Array
  readonly proof: BufferProof
  readonly inputRoots: readonly Uint8Array[]
  readonly operands: readonly Operand[]
}

/**
 * @param trace             the challenger's own, of the true execution
 * @param leafSiblings      siblings of a committed kernel's leaf in the asserter's trace tree, bottom up
 * @param interiorSiblings  siblings of an interior kernel in the asserter's sworn interior tree, bottom up
 */
export type WitnessRequest = Transition & {
  readonly programTree: ProgramTree
  readonly trace: Trace
  readonly leafSiblings: (kernel: number) => readonly Uint8Array[]
  readonly interiorSiblings: (kernel: number) => readonly Uint8Array[]
}

/**
 * Opens exactly the words that a transition reads; where the values of other loads decide which, the trace has them. A challenger descends to the first difference, so that the operands' content is the
 * asserter's as well as its own; only the siblings of their places need be the asserter's.
 * @throws {OpineError} those of `readsOf`
 */
export function buildWitness(request: WitnessRequest): Witness {
  const { programTree, trace, kernel } = request
  const { program } = trace
  const reads = readsOf(program, request, readTrace(trace))
  const readsInput = reads.some(({ buffer }) => buffer < program.inputs.length)
  return {
    descriptor: encodeKernel(program.kernels[kernel]!),
    proof: bufferProof(programTree, bufferOf(program, kernel)),
    inputRoots: readsInput ? trace.inputs.map((bytes) => rootOf(treeOf(bytes))) : [],
    operands: reads.map((read) => openOperand(request, read)),
  }
}

function openOperand(request: WitnessRequest, { buffer, words: indices }: BufferReads): Operand {
  const { programTree, trace } = request
  const { inputs, constants } = trace.program
  const given = trace.inputs[buffer] ?? constants[buffer - inputs.length]?.bytes
  const kernel = buffer - bufferOf(trace.program, 0)
  const tree = given ? treeOf(given) : trace.trees[kernel]!
  const siblingsOf = trace.program.places[kernel]?.committed ? request.leafSiblings : request.interiorSiblings
  return { buffer, proof: bufferProof(programTree, buffer), ...openWords(tree, indices, given ? [] : siblingsOf(kernel)) }
}

const trees = new WeakMap<Uint8Array, Tree>()

/** Trees of inputs and constants, which are opened again and again, live as long as their bytes. */
function treeOf(bytes: Uint8Array): Tree {
  const known = trees.get(bytes)
  if (known) return known
  const tree = tensorTree(bytes)
  trees.set(bytes, tree)
  return tree
}
