import { OpineError } from '../errors.ts'
import { equalBytes } from '../merkle/bytes.ts'
import { WORD } from '../merkle/sha256.ts'
import { depthFor } from '../merkle/tree.ts'
import { addUp, letterOf } from './evaluate.ts'
import { blocksOf, type ToyProgram } from './program.ts'
import { compute, oathKey, readerOf, type ToyTrace, totalsOf } from './trace.ts'

/**
 * Ways to falsify a toy trace; twin of the lies of models/trace/lie.ts, with oaths told apart.
 *
 * - `letter`: a byte of one letter is changed. `alone`: what comes after is as it truly was; `downstream`: it is recomputed from the false one.
 * - `total`: the running total after a block is false, and all after it recomputed, so that one block alone is false.
 * - `padding`: a byte past the end of a kernel's letters, in its last word or after it, is not zero.
 * - `leaf`: a leaf of the trace tree that must be zero is not.
 * - `oath`: totals are sworn that are not those of the trace, whatever it is.
 */
export type ToyLie =
  | { readonly kind: 'letter'; readonly kernel: number; readonly element: number; readonly mode: 'alone' | 'downstream' }
  | { readonly kind: 'total'; readonly kernel: number; readonly element: number; readonly block: number }
  | { readonly kind: 'padding'; readonly kernel: number; readonly byte: number }
  | { readonly kind: 'leaf'; readonly index: number }
  | { readonly kind: 'oath'; readonly kernel: number; readonly element: number; readonly totals: readonly number[] }

/** Leaves of the trace tree that must be zero: those of interior kernels and those past the last. */
export function zeroLeaves({ kernels }: ToyProgram): number[] {
  return Array.from({ length: 2 ** depthFor(kernels.length) }, (_, i) => i).filter((i) => !kernels[i]?.committed)
}

/** Bytes of padding behind a kernel's letters. */
export const paddingOf = ({ program, words }: ToyTrace, kernel: number): number =>
  words[kernel]!.length - program.kernels[kernel]!.count * program.kernels[kernel]!.size

/** Tells one more lie. @throws {OpineError} `LIE_IMPOSSIBLE` if the program has no such place */
export function toyLie(trace: ToyTrace, lie: ToyLie): ToyTrace {
  const { program } = trace
  const kernel = lie.kind === 'leaf' ? undefined : program.kernels[lie.kernel]
  const check = (possible: boolean): void => {
    if (!possible) throw new OpineError('LIE_IMPOSSIBLE', `the program has no place for the lie ${JSON.stringify(lie)}`, { lie })
  }
  switch (lie.kind) {
    case 'letter': {
      check(kernel !== undefined && lie.element < kernel.count)
      const words = changed(trace, lie.kernel, lie.element * kernel!.size, 5)
      return { ...trace, words: lie.mode === 'downstream' ? downstream(trace, words, lie.kernel) : words }
    }
    case 'total':
      check(kernel !== undefined && lie.element < kernel.count && lie.block < blocksOf(kernel) && blocksOf(kernel) > 1)
      return falseTotal(trace, lie)
    case 'padding':
      check(kernel !== undefined && lie.byte < paddingOf(trace, lie.kernel))
      return { ...trace, words: changed(trace, lie.kernel, kernel!.count * kernel!.size + lie.byte, 1) }
    case 'leaf':
      check(zeroLeaves(program).includes(lie.index))
      return { ...trace, leaves: new Map([...trace.leaves, [lie.index, new Uint8Array(WORD).fill(7)]]) }
    case 'oath':
      check(kernel !== undefined && blocksOf(kernel) === lie.totals.length)
      return withTotals(trace, lie.kernel, lie.element, lie.totals)
  }
}

function changed({ words }: ToyTrace, kernel: number, byte: number, by: number): Uint8Array[] {
  const copy = words[kernel]!.slice()
  copy[byte] = copy[byte]! ^ by
  return words.with(kernel, copy)
}

/** Recomputes every kernel after `from` that reads, at first or second hand, what is not what it was. */
function downstream({ program, text, words: before }: ToyTrace, words: Uint8Array[], from: number): Uint8Array[] {
  const read = readerOf(program, text, words)
  for (let k = from + 1; k < words.length; k++) {
    const touched = program.kernels[k]!.operands.some((buffer) => buffer >= from && !equalBytes(words[buffer]!, before[buffer]!))
    if (touched) words[k] = compute(program, read, k)
  }
  return words
}

function falseTotal(trace: ToyTrace, { kernel, element, block }: ToyLie & { kind: 'total' }): ToyTrace {
  const { program, text } = trace
  const read = readerOf(program, text, trace.words)
  const totals = [...totalsOf(trace, kernel, element)]
  totals[block] = (totals[block]! + 1) >>> 0
  for (let b = block + 1; b < totals.length; b++) {
    totals[b] = addUp(program, read, { kernel, element, evaluation: 'BLOCK', block: b }, totals[b - 1]!)
  }
  const letter = letterOf(program, kernel, totals.at(-1)!)
  const copy = trace.words[kernel]!.slice()
  copy.set(letter, element * letter.length)
  return withTotals({ ...trace, words: downstream(trace, trace.words.with(kernel, copy), kernel) }, kernel, element, totals)
}

const withTotals = (trace: ToyTrace, kernel: number, element: number, totals: readonly number[]): ToyTrace => ({
  ...trace,
  oaths: new Map([...trace.oaths, [oathKey(kernel, element), totals]]),
})
