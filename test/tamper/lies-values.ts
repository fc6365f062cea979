import { OpineError } from '@opine/dispute-game/errors.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { paddedTree, tensorDepth } from '@opine/dispute-game/merkle/tree.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { blockCount, byteSize, type Program, product } from '@opine/models/ir/types.ts'
import { type ConcreteLie, formatLie } from '@opine/models/trace/lie.ts'
import { paddingBytes } from '@opine/models/trace/random-lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Draw, Drawn, Form } from './told.ts'

/** Lies about values: elements of buffers, running totals, bytes behind a buffer's end. */

const kernelsOf = (program: Program, holds: (kernel: number) => boolean): number[] => program.kernels.map((_, k) => k).filter(holds)
export const committedIn = (program: Program): number[] => kernelsOf(program, (k) => program.places[k]!.committed)
export const interiorsIn = (program: Program): number[] => kernelsOf(program, (k) => !program.places[k]!.committed)
const isOutput = (program: Program, kernel: number): boolean => program.outputs.includes(kernel)
const foldsIn = (program: Program): number[] => kernelsOf(program, (k) => blockCount(program.kernels[k]!) > 1)

/** Committed kernels of segments with interiors: only about these an interior list is ever sworn. */
export const aboveInteriors = (program: Program): number[] =>
  committedIn(program).filter((k) => interiorsIn(program).some((i) => program.places[i]!.first === program.places[k]!.first))

/** The interiors of a committed kernel's segment. */
const besides = (program: Program, kernel: number): number[] =>
  interiorsIn(program).filter((k) => program.places[k]!.first === program.places[kernel]!.first)

export function bitOf(program: Program, kernel: number, random: Random): { element: number; xor: number } {
  const { shape, storeType } = program.kernels[kernel]!
  return { element: random.below(product(shape)), xor: (1 << random.below(8 * byteSize(storeType))) >>> 0 }
}

const elementLie = (program: Program, kernel: number, mode: Form, random: Random): ConcreteLie => ({
  kind: 'element',
  kernel,
  mode,
  ...bitOf(program, kernel, random),
})

/** Null if it changes nothing that is committed. */
function told(honest: Trace, lie: ConcreteLie): Drawn | null {
  try {
    return { name: formatLie(lie), trace: tellLie(honest, lie).trace }
  } catch (error) {
    if (error instanceof OpineError && error.code === 'LIE_WITHOUT_EFFECT') return null
    throw error
  }
}

/** One bit of an element of one of these kernels, all of them committed, or with everything downstream recomputed. */
const inKernels =
  (kernels: (program: Program) => number[], mode: Form): Draw =>
  ({ truth }, random) =>
    told(truth, elementLie(truth.program, random.pick(kernels(truth.program)), mode, random))

export const outputAlone = inKernels(({ outputs }) => outputs.slice(), 'alone')

/** Outputs that other kernels read. */
export const readOutputs = (program: Program): number[] => {
  const firstKernel = program.inputs.length + program.constants.length
  return program.outputs.filter((k) => program.kernels.some(({ loads }) => loads.some(({ buffer }) => buffer === firstKernel + k)))
}
export const outputDownstream = inKernels(readOutputs, 'downstream')

export const hiddenIn = (program: Program): number[] => committedIn(program).filter((k) => !isOutput(program, k))
export const committedAlone = inKernels(hiddenIn, 'alone')
export const committedDownstream = inKernels(hiddenIn, 'downstream')

/** A bit of an interior buffer alone changes nothing that is committed, so a committed lane of the same segment is false as well. */
export const interiorAlone: Draw = ({ truth }, random) => {
  const { program } = truth
  const above = random.pick(aboveInteriors(program))
  const base = told(truth, elementLie(program, above, 'alone', random))!
  const kernel = random.pick(besides(program, above))
  const { element, xor } = bitOf(program, kernel, random)
  const buffers = base.trace.buffers.slice()
  const bytes = buffers[kernel]!.slice()
  const size = byteSize(program.kernels[kernel]!.storeType)
  for (let byte = 0; byte < size; byte++) bytes[size * element + byte]! ^= (xor >>> (8 * byte)) & 0xff
  buffers[kernel] = bytes
  const trees = base.trace.trees.slice()
  trees[kernel] = paddedTree(padded(bytes, new Map()))
  return { name: `${kernel}:${element} beside ${base.name}`, trace: { ...base.trace, buffers, trees } }
}
export const interiorDownstream = inKernels(interiorsIn, 'downstream')

/** A false lane of a fold with several blocks, and one bit of the totals that are sworn of it. */
export const totalAlone: Draw = ({ truth }, random) => {
  const { program } = truth
  const kernel = random.pick(foldsIn(program))
  const lie = elementLie(program, kernel, program.places[kernel]!.committed ? 'alone' : 'downstream', random)
  const base = told(truth, lie)
  if (!base || lie.kind !== 'element') return null
  const block = random.below(blockCount(program.kernels[kernel]!))
  const bit = (1 << random.below(32)) >>> 0
  const totals = (k: number, element: number): Uint32Array => {
    const list = base.trace.totals(k, element).slice()
    if (k === kernel && element === lie.element) list[block]! ^= bit
    return list
  }
  return { name: `total ${block} beside ${base.name}`, trace: { ...base.trace, totals } }
}
export const hasTotals = (program: Program): boolean => foldsIn(program).length > 0
export const totalDownstream: Draw = ({ truth }, random) => {
  const { program } = truth
  const kernel = random.pick(foldsIn(program))
  const { element } = bitOf(program, kernel, random)
  const block = random.below(blockCount(program.kernels[kernel]!))
  return told(truth, { kind: 'total', kernel, element, block, xor: (1 << random.below(32)) >>> 0 })
}

/** Where the bytes behind a buffer's end lie: in its last word, or in words after it. */
export type Behind = 'inside the last word' | 'past the last word'

const bytesOf = (program: Program, kernel: number): number =>
  product(program.kernels[kernel]!.shape) * byteSize(program.kernels[kernel]!.storeType)

/** Bytes of padding of each sort behind a kernel's buffer. */
function behind(program: Program, kernel: number, where: Behind): { from: number; count: number } {
  const bytes = bytesOf(program, kernel)
  const inside = (WORD - (bytes % WORD)) % WORD
  if (where === 'inside the last word') return { from: 0, count: inside }
  return { from: inside, count: paddingBytes(program, kernel) - inside }
}

/** Kernels that can lie so: outputs cannot, since the contract computes their roots itself. */
export const paddedIn = (program: Program, where: Behind): number[] =>
  kernelsOf(program, (k) => !isOutput(program, k) && behind(program, k, where).count > 0)

/** One bit behind the end of a buffer. If that is interior, a committed lane of its segment is false as well, else nobody would look at it. */
export const paddingAlone =
  (where: Behind): Draw =>
  ({ truth }, random) => {
    const { program } = truth
    const kernel = random.pick(paddedIn(program, where))
    const { from, count } = behind(program, kernel, where)
    const byte = from + random.below(count)
    const above = aboveInteriors(program).filter((k) => program.places[k]!.first === program.places[kernel]!.first)
    const base = program.places[kernel]!.committed
      ? { name: '', trace: truth }
      : told(truth, elementLie(program, random.pick(above), 'alone', random))!
    const bytes = base.trace.buffers[kernel]!
    const trees = base.trace.trees.slice()
    trees[kernel] = paddedTree(padded(bytes, new Map([[bytes.length + byte, 1 << random.below(8)]])))
    return { name: `byte ${byte} behind kernel ${kernel} ${base.name}`, trace: { ...base.trace, trees } }
  }

/** A buffer's words, zero but for the given bytes behind its end. */
function padded(bytes: Uint8Array, extra: ReadonlyMap<number, number>): Uint8Array {
  const words = new Uint8Array(WORD * 2 ** tensorDepth(bytes.length))
  words.set(bytes)
  for (const [at, value] of extra) words[at] = value
  return words
}
