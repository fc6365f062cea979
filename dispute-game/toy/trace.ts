import type { TraceProvider } from '../game/provider.ts'
import { LEVELS } from '../game/types.ts'
import { sha256, WORD } from '../merkle/sha256.ts'
import { depthFor, leafAt, paddedTree, rootOf, type Tree, tensorDepth, treeOfLeaves } from '../merkle/tree.ts'
import { evaluateElement, type ReadLetter, runningTotals } from './evaluate.ts'
import { blocksOf, segmentOf, shapeOf, TEXT, type ToyProgram } from './program.ts'

/**
 * One execution as somebody claims it.
 * @property words   each kernel's letters in words of 32 bytes, with the padding
 * @property oaths   running totals that this party would swear though they are not those of its words, by `oathKey`; empty but in a lie
 * @property leaves  leaves of the trace tree that are not what they must be; empty but in a lie
 */
export type ToyTrace = {
  readonly program: ToyProgram
  readonly text: Uint8Array
  readonly words: readonly Uint8Array[]
  readonly oaths: ReadonlyMap<string, readonly number[]>
  readonly leaves: ReadonlyMap<number, Uint8Array>
}

/** Reads letters from a text and kernels' words. */
export const readerOf =
  (program: ToyProgram, text: Uint8Array, words: readonly Uint8Array[]): ReadLetter =>
  (buffer, element) => {
    const { size } = shapeOf(program, buffer)
    return (buffer === TEXT ? text : words[buffer]!).subarray(element * size, (element + 1) * size)
  }

/** The words of a kernel whose operands are there already. */
export function compute(program: ToyProgram, read: ReadLetter, kernel: number): Uint8Array {
  const { count, size } = program.kernels[kernel]!
  const words = new Uint8Array(WORD * 2 ** tensorDepth(count * size))
  for (let element = 0; element < count; element++) words.set(evaluateElement(program, read, kernel, element), element * size)
  return words
}

export const oathKey = (kernel: number, element: number): string => `${kernel}:${element}`

/** The running totals that a party would swear. */
export const totalsOf = ({ program, text, words, oaths }: ToyTrace, kernel: number, element: number): readonly number[] =>
  oaths.get(oathKey(kernel, element)) ?? runningTotals(program, readerOf(program, text, words), kernel, element)

/** The true trace. @param text  `program.text` letters; they are repeated or cut */
export function trueTrace(program: ToyProgram, text: string): ToyTrace {
  const bytes = Uint8Array.from({ length: program.text }, (_, i) => text.charCodeAt(i % text.length) & 0x7f)
  const words: Uint8Array[] = []
  const read = readerOf(program, bytes, words)
  program.kernels.forEach((_, kernel) => {
    words.push(compute(program, read, kernel))
  })
  return { program, text: bytes, words, oaths: new Map(), leaves: new Map() }
}

/** The leaf of a committed kernel: its tensor root under the asserter's salt. */
export const saltedLeaf = (salt: Uint8Array, root: Uint8Array): Uint8Array => sha256(salt, root)

/**
 * A toy trace as the game asks for it.
 * @param salt    the asserter's
 * @param levels  of a tree that one reveal spans
 */
export function toyProvider(trace: ToyTrace, salt: Uint8Array, levels = LEVELS): TraceProvider {
  const { program } = trace
  const trees = new Map<number, Tree>()
  const tensorTree = (kernel: number): Tree => {
    const tree = trees.get(kernel) ?? paddedTree(trace.words[kernel]!)
    trees.set(kernel, tree)
    return tree
  }
  let whole: Tree | undefined
  const buildTraceTree = (): Tree => {
    const depth = depthFor(program.kernels.length)
    const leaves = new Uint8Array(WORD * 2 ** depth)
    program.kernels.forEach(({ committed }, k) => {
      if (committed) leaves.set(saltedLeaf(salt, rootOf(tensorTree(k))), k * WORD)
    })
    for (const [index, leaf] of trace.leaves) leaves.set(leaf, index * WORD)
    return treeOfLeaves(leaves, depth)
  }
  return {
    levels,
    kernels: program.kernels.length,
    facts: (kernel) => {
      const { committed, count, size } = program.kernels[kernel]!
      const { first, length } = segmentOf(program, kernel)
      const blocks = blocksOf(program.kernels[kernel]!)
      return { committed, first, length, blocks, count, lanes: WORD / size, depth: tensorDepth(count * size) }
    },
    traceTree: () => {
      whole ??= buildTraceTree()
      return whole
    },
    leaf: (tensorRoot) => saltedLeaf(salt, tensorRoot),
    tensorTree,
    interior: (first, length) =>
      Array.from({ length }, (_, i) => (program.kernels[first + i]!.committed ? new Uint8Array(WORD) : rootOf(tensorTree(first + i)))),
    totals: (kernel, element) => totalsOf(trace, kernel, element),
  }
}

/** The leaf of the trace tree that stands for a kernel. */
export const leafOf = (provider: TraceProvider, kernel: number): Uint8Array => leafAt(provider.traceTree(), kernel)
