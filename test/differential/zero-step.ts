import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import { TAG_BUFFER } from '@opine/dispute-game/merkle/tags.ts'
import { branch, depthFor, rootOf, type Tree, tensorDepth, treeOfLeaves } from '@opine/dispute-game/merkle/tree.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { metaOf } from '@opine/models/ir/meta.ts'
import { blockCount, bufferOf, byteSize, type Program } from '@opine/models/ir/types.ts'
import { readsOf } from '@opine/models/trace/reads.ts'
import type { StepCase } from '@opine/models/trace/step-case.ts'

/** Of buffers that hold indices, at most. */
const INDEX_BYTES = 4096
const ZERO: Uint8Array = new Uint8Array(32)

/** A tree of any depth all of whose leaves are zero: every node of a level is the same one. */
function zeroTree(depth: number): Tree {
  const nodes: Uint8Array[] = [ZERO]
  while (nodes.length <= depth) nodes.push(sha256(nodes.at(-1)!, nodes.at(-1)!))
  return { depth, levels: nodes }
}

/** Siblings of a multi-proof in a zero tree: only their number depends on the words. */
function zeroSiblings({ depth, levels }: Tree, words: readonly number[]): Uint8Array[] {
  const siblings: Uint8Array[] = []
  let known = words
  for (let level = 0; level < depth; level++) {
    const parents = [...new Set(known.map((index) => Math.floor(index / 2)))]
    for (let missing = 2 * parents.length - known.length; missing > 0; missing--) siblings.push(levels[level]!)
    known = parents
  }
  return siblings
}

/**
 * The step of element 0 and block 0 of a program's last kernel in a trace of zeros. Constants are zeros whatever their length, so that they can be
 * as long as a program allows; their bytes are never looked at.
 * @param program   of which every kernel but the last is left out of the trace
 */
export function zeroStep(
  program: Program,
  evaluation: 'ELEMENT' | 'BLOCK' = blockCount(program.kernels.at(-1)!) > 1 ? 'BLOCK' : 'ELEMENT',
): StepCase {
  const kernel = program.kernels.length - 1
  const descriptor = encodeKernel(program.kernels[kernel]!)
  const firstKernel = bufferOf(program, 0)
  const treeOf = (buffer: number): Tree => {
    const { type, count } = program.inputs[buffer] ?? program.constants[buffer - program.inputs.length] ?? { type: 'f32', count: 1 }
    return zeroTree(tensorDepth(count * byteSize(type)))
  }
  const top = (tree: Tree): Uint8Array => tree.levels.at(-1)!
  const bodyOf = (buffer: number): Uint8Array => {
    if (buffer === firstKernel + kernel) return sha256(descriptor)
    return buffer >= program.inputs.length && buffer < firstKernel ? top(treeOf(buffer)) : ZERO
  }
  const buffers = firstKernel + program.kernels.length
  const leaves = Array.from({ length: buffers }, (_, buffer) => sha256(TAG_BUFFER, metaOf(program, buffer), bodyOf(buffer)))
  const tree = treeOfLeaves(concatBytes(...leaves), depthFor(buffers))
  const proofOf = (buffer: number) => ({ meta: metaOf(program, buffer), body: bodyOf(buffer), siblings: branch(tree, buffer) })

  const { length } = program.places[kernel]!
  const interiors = zeroTree(depthFor(length))
  const salted = sha256(ZERO, ZERO)
  const leavesOfTrace = program.places.map(({ committed }) => (committed ? salted : ZERO))
  const trace = treeOfLeaves(concatBytes(...leavesOfTrace), depthFor(program.kernels.length))
  const operands = readsOf(program, { kernel, element: 0, evaluation, block: 0 }, () => new Uint8Array(INDEX_BYTES)).map(
    ({ buffer, words }) => {
      const own = treeOf(buffer)
      const index = buffer - firstKernel
      const committed = program.places[index]?.committed === true
      const place =
        index < 0 ? [] : committed ? branch(trace, index) : Array.from({ length: interiors.depth }, (_, level) => interiors.levels[level]!)
      return {
        buffer,
        proof: proofOf(buffer),
        root: top(own),
        place,
        indices: words,
        words: words.map(() => ZERO),
        siblings: zeroSiblings(own, words),
      }
    },
  )
  const transition = {
    ...{ bufferRoot: rootOf(tree), inputs: program.inputs.length, constants: program.constants.length, kernels: program.kernels.length },
    ...{ inputRoot: ZERO, traceRoot: rootOf(trace), salt: ZERO, interiorRoot: top(interiors) },
    ...{ kernel, element: 0, evaluation: ['ELEMENT', 'BLOCK'].indexOf(evaluation), block: 0, total: 0 },
  }
  return { transition, witness: { descriptor, proof: proofOf(firstKernel + kernel), inputRoots: [], operands }, expected: 0 }
}
