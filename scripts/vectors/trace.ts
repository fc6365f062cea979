import { interiorTree } from '@opine/dispute-game/merkle/interior.ts'
/** Vectors for commitments: a small program, an input, and every root, salt and proof that follow. `node scripts/vectors/trace.ts` writes the file. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { multiProof, wordsAt } from '@opine/dispute-game/merkle/multiproof.ts'
import { branch, rootOf, type Tree, tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { encodeProgramFile } from '@opine/models/ir/file.ts'
import { blockCount } from '@opine/models/ir/types.ts'
import { inputRoot, interiorList, outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import { bufferProof, programTree } from '@opine/models/trace/program-tree.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'

export const TRACE_VECTORS = join(import.meta.dirname, '../../test/vectors/trace.json')

const CONTEXTS = [1n, 31337n, (1n << 256n) - 1n].map((chainId, i) => ({
  chainId,
  oracle: `0x${'0123456789abcdef'.repeat(3).slice(i, i + 40)}`,
  requestId: `0x${`${i}f`.repeat(32)}`,
  account: `0x${`a${i}`.repeat(20)}`,
}))

const hexes = (nodes: readonly Uint8Array[]): Hex[] => nodes.map(toHex)
const root = (tree: Tree): Hex => toHex(rootOf(tree))

const opened = (tree: Tree, indices: readonly number[]) => ({
  root: root(tree),
  depth: tree.depth,
  indices,
  words: hexes(wordsAt(tree, indices)),
  siblings: hexes(multiProof(tree, indices)),
})

/** The vectors as they are written; the same on every machine. */
export function traceVectors() {
  const program = sampleNetwork()
  const image = sampleImage(2026)
  const ports = {
    inputs: [{ name: 'image', type: 'u8' as const, shape: [8, 8] }],
    outputs: [
      { name: 'scores', type: 'f32' as const, shape: [10] },
      { name: 'rank', type: 'u8' as const, shape: [1] },
    ],
  }
  const committed = programTree(program)
  const trace = buildTrace(program, [image], execute)
  const segments = program.places.filter((place, k) => place.first === k).map(({ first, length }) => ({ first, length }))
  const folds = program.kernels.flatMap((kernel, k) => (blockCount(kernel) > 1 ? [k] : []))
  const salts = CONTEXTS.map((context) => ({ context, salt: saltOf(context) }))
  return {
    about: 'Written by scripts/vectors/trace.ts; SPEC sections 2, 3, 6 and 9.',
    program: {
      file: toHex(encodeProgramFile(program, ports)),
      header: toHex(committed.header),
      root: toHex(committed.root),
      bufferRoot: toHex(committed.bufferRoot),
      buffers: committed.metas.map((_, buffer) => {
        const { meta, body, siblings } = bufferProof(committed, buffer)
        return { meta: toHex(meta), body: toHex(body), siblings: hexes(siblings) }
      }),
    },
    input: { bytes: toHex(image), tensorRoot: root(tensorTree(image)), root: toHex(inputRoot(program, [image])) },
    output: toHex(outputBytes(trace)),
    kernels: trace.buffers.map((bytes, k) => ({ bytes: toHex(bytes), tensorRoot: root(trace.trees[k]!) })),
    totals: folds.map((kernel) => ({ kernel, element: 7, totals: [...trace.totals(kernel, 7)] })),
    interiors: segments.map(({ first, length }) => {
      const list = interiorList(trace, first, length)
      return { first, length, list: hexes(list), root: root(interiorTree(list)) }
    }),
    traces: salts.map(({ context, salt }) => {
      const tree = traceTree(trace, salt)
      const branches = program.kernels.map((_, k) => hexes(branch(tree, k)))
      return { ...context, chainId: `0x${context.chainId.toString(16)}`, salt: toHex(salt), root: root(tree), branches }
    }),
    multiProofs: [[0], [31], [0, 1], [3, 4], [0, 7, 8, 9, 30], Array.from({ length: 32 }, (_, i) => i), [1, 2, 5, 13, 21, 22, 23]].map((indices) =>
      opened(trace.trees[1]!, indices),
    ),
  }
}

export const traceVectorsText = (): string => `${JSON.stringify(traceVectors(), null, 1)}\n`

if (import.meta.main) {
  if (process.argv.includes('--print')) process.stdout.write(traceVectorsText())
  else writeFileSync(TRACE_VECTORS, traceVectorsText())
}
