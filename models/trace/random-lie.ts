import { OpineError } from '@opine/dispute-game/errors.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import { depthFor, tensorDepth } from '@opine/dispute-game/merkle/tree.ts'
import { bufferBytes } from '../exec/reference/kernel.ts'
import { blockCount, bufferOf, byteSize, type Program, product } from '../ir/types.ts'
import type { ConcreteLie } from './lie.ts'

/** A whole number from 0 to `bound - 1`. */
type Draw = (bound: number) => number

/** The same numbers for the same seed, on every machine. */
function drawsOf(seed: string): Draw {
  let count = 0
  return (bound) => {
    const bytes = sha256(new TextEncoder().encode(`${seed}/${count++}`))
    const word = bytes.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0)
    return word % bound
  }
}

const kernelsWhere = (program: Program, holds: (kernel: number) => boolean): number[] => program.kernels.map((_, k) => k).filter(holds)

/** Bytes of padding behind the last element of a kernel's buffer. */
export function paddingBytes(program: Program, kernel: number): number {
  const bytes = bufferBytes(program, bufferOf(program, kernel))
  return 32 * (1 << tensorDepth(bytes)) - bytes
}

/** Leaves of the trace tree that must be zero: those of interior kernels and those past the last one. */
export function zeroLeaves(program: Program): number[] {
  const leaves = Array.from({ length: 1 << depthFor(program.kernels.length) }, (_, leaf) => leaf)
  return leaves.filter((leaf) => !program.places[leaf]?.committed)
}

function elementLie(program: Program, draw: Draw, kernels: readonly number[], mode: 'alone' | 'downstream'): ConcreteLie {
  const kernel = kernels[draw(kernels.length)]!
  const { shape, storeType } = program.kernels[kernel]!
  return { kind: 'element', kernel, element: draw(product(shape)), mode, xor: (1 << draw(8 * byteSize(storeType))) >>> 0 }
}

/**
 * Some lie about a program's trace, the same for the same seed. Whether it changes what is committed depends on the trace: see `tellLie`.
 * @param only  `interior`: in a kernel that is not committed
 * @throws {OpineError} `LIE_IMPOSSIBLE` if the program has no such kernel
 */
export function randomLie(program: Program, seed: string, only: 'interior' | 'any' = 'any'): ConcreteLie {
  const draw = drawsOf(seed)
  const interiors = kernelsWhere(program, (k) => !program.places[k]!.committed)
  const committed = kernelsWhere(program, (k) => program.places[k]!.committed)
  if (only === 'interior') {
    if (interiors.length > 0) return elementLie(program, draw, interiors, 'downstream')
    throw new OpineError('LIE_IMPOSSIBLE', 'every kernel of this program is committed: there is no interior to lie in')
  }
  const padded = committed.filter((k) => paddingBytes(program, k) > 0 && !program.outputs.includes(k))
  const folds = kernelsWhere(program, (k) => blockCount(program.kernels[k]!) > 1)
  const leaves = zeroLeaves(program)
  const makers: (() => ConcreteLie)[] = [
    () => elementLie(program, draw, committed, 'alone'),
    () => elementLie(program, draw, [...committed, ...interiors], 'downstream'),
  ]
  if (interiors.length > 0) makers.push(() => elementLie(program, draw, interiors, 'downstream'))
  if (folds.length > 0) makers.push(() => totalLie(program, draw, folds))
  if (padded.length > 0) makers.push(() => paddingLie(program, draw, padded))
  if (leaves.length > 0) makers.push(() => ({ kind: 'leaf', index: leaves[draw(leaves.length)]! }))
  return makers[draw(makers.length)]!()
}

function totalLie(program: Program, draw: Draw, kernels: readonly number[]): ConcreteLie {
  const kernel = kernels[draw(kernels.length)]!
  const shape = program.kernels[kernel]!
  return { kind: 'total', kernel, element: draw(product(shape.shape)), block: draw(blockCount(shape)), xor: (1 << draw(32)) >>> 0 }
}

function paddingLie(program: Program, draw: Draw, kernels: readonly number[]): ConcreteLie {
  const kernel = kernels[draw(kernels.length)]!
  return { kind: 'padding', kernel, byte: draw(paddingBytes(program, kernel)) }
}
