import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Evaluation } from '@opine/dispute-game/game/types.ts'
import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { type CompiledLoad, compileLoads, type Source } from '../exec/reference/address.ts'
import { readerOf, scalarOfBits } from '../exec/reference/buffer.ts'
import { setCoordinates } from '../exec/reference/fold.ts'
import { bufferSpec, kernelAt, type ReadBuffer } from '../exec/reference/kernel.ts'
import { blockCount, byteSize, type Expression, indicesOf, type Kernel, type Program, product, scalarOf, termCount } from '../ir/types.ts'

/** What a step recomputes, SPEC section 7; `block` speaks for `BLOCK` alone. */
export type Transition = { readonly kernel: number; readonly element: number; readonly evaluation: Evaluation; readonly block: number }

/** Words of one buffer: at least one, strictly ascending. */
export type BufferReads = { readonly buffer: number; readonly words: readonly number[] }

/** First term and the one past the last that a transition folds. */
function termsOf(kernel: Kernel, { evaluation, block }: Transition): readonly [number, number] {
  const blocks = blockCount(kernel)
  const fits = evaluation === 'ELEMENT' ? blocks <= 1 : blocks > 1 && (evaluation === 'RESULT' || (block >= 0 && block < blocks))
  if (!fits) {
    const what = evaluation === 'BLOCK' ? `block ${block}` : evaluation
    throw new OpineError('TRANSITION', `a kernel whose fold has ${blocks} blocks has no transition ${what}`, { blocks, evaluation, block })
  }
  if (evaluation === 'RESULT' || !kernel.reduce) return [0, 0]
  const start = evaluation === 'BLOCK' ? block * kernel.reduce.block : 0
  return [start, Math.min(start + kernel.reduce.block, termCount(kernel))]
}

const loadsIn = (code: Expression, op: 'load' | 'inrange'): number[] => [
  ...new Set(code.flatMap((instruction) => (instruction.op === op ? [instruction.arg ?? 0] : []))),
]

type OnLoad = (load: CompiledLoad) => void

/** Evaluates every load that a transition asks for, term after term; tells of each element that is read and of each load that was asked for. */
function visit(
  program: Program,
  transition: Transition,
  contents: ReadBuffer,
  onRead: (buffer: number, element: number, size: number) => void,
  onLoad: OnLoad,
): void {
  const kernel = kernelAt(program, transition.kernel)
  const [start, end] = termsOf(kernel, transition)
  const reduceExtents = kernel.reduce?.extents ?? []
  const variables = new Int32Array(kernel.shape.length + reduceExtents.length)
  if (!(transition.element >= 0 && transition.element < product(kernel.shape))) {
    throw new OpineError('TRANSITION', `kernel ${transition.kernel} has no element ${transition.element}`, { ...transition })
  }
  setCoordinates(variables, 0, kernel.shape, transition.element)

  const indices = new Set(kernel.loads.flatMap(indicesOf))
  const sources = kernel.loads.map(({ buffer, fill }, number): Source => {
    const { type, count } = bufferSpec(program, buffer)
    const size = byteSize(type)
    // Only an index decides what else is read.
    const valueAt = indices.has(number) ? readerOf(type, contents(buffer)) : () => 0
    const read = (element: number): number => {
      onRead(buffer, element, size)
      return valueAt(element)
    }
    return { read, count, fill: scalarOfBits(scalarOf(type), fill) }
  })
  const loads = compileLoads(kernel.loads, sources, variables)
  const reader = (code: Expression): (() => void) => {
    const [values, questions] = [loadsIn(code, 'load'), loadsIn(code, 'inrange')]
    return () => {
      for (const load of values) loads[load]?.value()
      for (const load of questions) loads[load]?.inRange()
      for (const load of values) onLoad(loads[load]!)
    }
  }
  const readTerm = reader(kernel.term)
  for (let term = start; term < end; term++) {
    setCoordinates(variables, kernel.shape.length, reduceExtents, term)
    readTerm()
  }
  if (transition.evaluation !== 'BLOCK') reader(kernel.result)()
}

/**
 * The words that a transition reads, by buffer in ascending order: what a witness opens. A load out of range reads nothing of its buffer;
 * one that is indexed reads its indices, as far as they are needed to decide whether it is in range.
 * Addresses are those of the reference executor.
 * @param contents  of buffers that hold indices
 * @throws {OpineError} `KERNEL_INDEX`, `TRANSITION`, and those of the addresses
 */
export function readsOf(program: Program, transition: Transition, contents: ReadBuffer): BufferReads[] {
  const words = new Map<number, Set<number>>()
  const onRead = (buffer: number, element: number, size: number): void => {
    const index = Math.floor((element * size) / WORD)
    const seen = words.get(buffer)
    if (seen) seen.add(index)
    else words.set(buffer, new Set([index]))
  }
  visit(program, transition, contents, onRead, () => {})
  const ascending = (a: number, b: number): number => a - b
  return [...words.keys()].sort(ascending).map((buffer) => ({ buffer, words: [...words.get(buffer)!].sort(ascending) }))
}

/** Whether a load that the transition asks for its value leaves an axis, so that its `fill` counts. Arguments and errors as for `readsOf`. */
export function readsFill(program: Program, transition: Transition, contents: ReadBuffer): boolean {
  let fills = false
  const onLoad: OnLoad = (load) => {
    fills ||= load.inRange() === 0
  }
  visit(program, transition, contents, () => {}, onLoad)
  return fills
}
