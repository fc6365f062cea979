import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { paddedTree, type Tree } from '@opine/dispute-game/merkle/tree.ts'
import { Random } from '@opine/models/ir/random.ts'
import { blockCount, type Program, product } from '@opine/models/ir/types.ts'
import { type ConcreteLie, formatLie } from '@opine/models/trace/lie.ts'
import { zeroLeaves } from '@opine/models/trace/random-lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'

export type ToldLie = { readonly name: string; readonly trace: Trace }

/** Flips that change what is computed downstream: sign, exponent, high fraction bits. */
const FLIPS = [0x80000000, 0x00800000, 0x01000000, 0x00400000, 0x00200000]
const ATTEMPTS = 400

/**
 * A lie at a random place, in its two forms: left alone, and with everything downstream recomputed so that exactly one transition is false.
 * Places in turn: an output; a hidden layer; a product with weights (a running total); padding; an interior.
 */
export function liesAt(honest: Trace, seed: number): readonly [ToldLie, ToldLie] {
  const random = new Random(seed)
  const { program } = honest
  const kernels = program.kernels.map((_, kernel) => kernel)
  const committed = kernels.filter((k) => program.places[k]!.committed)
  const interior = kernels.filter((k) => !program.places[k]!.committed)
  const element = (from: readonly number[], mode: 'alone' | 'downstream') => (): ConcreteLie => {
    const kernel = random.pick(from)
    return { kind: 'element', kernel, element: random.below(product(program.kernels[kernel]!.shape)), mode, xor: random.pick(FLIPS) }
  }
  const told = (label: string, draw: () => ConcreteLie): ToldLie => tell(honest, label, draw)
  switch (seed % 5) {
    case 0:
      return [told('output alone', element(program.outputs, 'alone')), told('output downstream', element(program.outputs, 'downstream'))]
    case 1: {
      const hidden = committed.filter((k) => !program.outputs.includes(k))
      return [told('hidden alone', element(hidden, 'alone')), told('hidden downstream', element(hidden, 'downstream'))]
    }
    case 2: {
      const folds = committed.filter((k) => blockCount(program.kernels[k]!) > 1)
      return [told('product alone', element(folds, 'alone')), told('product downstream', () => falseTotal(program, folds, random))]
    }
    case 3: {
      const leaf = told('padding of the trace tree', () => ({ kind: 'leaf', index: random.pick(zeroLeaves(program)) }))
      const last = program.outputs.at(-1)!
      const padded = interior.filter((k) => k < last && program.places[k]!.first === program.places[last]!.first)
      const base = told('', element([last], 'alone'))
      const kernel = random.pick(padded)
      return [leaf, { name: `padding of interior ${kernel}, ${base.name}`, trace: withPadding(base.trace, kernel) }]
    }
    default: {
      const above = committed.filter((k) => program.places[k]!.length > 1)
      return [
        told('committed lane over a true interior', element(above, 'alone')),
        told('interior that makes the committed lane locally true', element(interior, 'downstream')),
      ]
    }
  }
}

function falseTotal(program: Program, folds: readonly number[], random: Random): ConcreteLie {
  const kernel = random.pick(folds)
  const { shape } = program.kernels[kernel]!
  return {
    kind: 'total',
    kernel,
    element: random.below(product(shape)),
    block: random.below(blockCount(program.kernels[kernel]!)),
    xor: random.pick(FLIPS),
  }
}

/** Draws until the lie changes something that is committed. */
function tell(honest: Trace, label: string, draw: () => ConcreteLie): ToldLie {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lie = draw()
    try {
      return { name: `${label} ${formatLie(lie)}`, trace: tellLie(honest, lie).trace }
    } catch (error) {
      if ((error as { code?: string }).code !== 'LIE_WITHOUT_EFFECT') throw error
    }
  }
  throw new Error(`${label}: none of ${ATTEMPTS} lies has an effect`)
}

/** The same trace with a non-zero byte behind the end of an interior buffer: nothing commits to it, but it will be sworn. */
function withPadding(trace: Trace, kernel: number): Trace {
  const bytes = trace.buffers[kernel]!
  const words = new Uint8Array(WORD * 2 ** trace.trees[kernel]!.depth)
  words.set(bytes)
  words[words.length - 1] = 1
  const trees: Tree[] = trace.trees.slice()
  trees[kernel] = paddedTree(words)
  return { ...trace, trees }
}
