/**
 * Programs over letters, for tests of the game without any model: a kernel's element is the letter that the letters before it add up to.
 * They have all that the game knows of a program: committed and interior kernels, folds in blocks, words, lanes and padding.
 */

/** The operand number of the text that was asked; kernels have their own numbers from 0. */
export const TEXT = -1

/**
 * @property operands  kernels before this one, committed or of its segment, or `TEXT`; term `t` of an element reads from them in turn
 * @property count     letters in the buffer
 * @property size      bytes of a letter: 1, 2, 4, 8, 16 or 32; the tests have small trees with few lanes
 * @property terms     letters that an element adds up, 0 or more
 * @property block     terms of one block of the fold
 */
export type ToyKernel = {
  readonly committed: boolean
  readonly operands: readonly number[]
  readonly count: number
  readonly size: number
  readonly terms: number
  readonly block: number
}

/**
 * @property text      letters of the text, one byte each
 * @property segments  lengths, which add up to the number of kernels
 */
export type ToyProgram = { readonly text: number; readonly segments: readonly number[]; readonly kernels: readonly ToyKernel[] }

/** A kernel of one letter, committed, that copies the text, unless said otherwise. */
export const toyKernel = (parts: Partial<ToyKernel>): ToyKernel => ({
  committed: true,
  operands: [TEXT],
  count: 1,
  size: 1,
  terms: 1,
  block: 4,
  ...parts,
})

/** Blocks of a kernel's fold; one that reads nothing has none. */
export const blocksOf = ({ terms, block }: ToyKernel): number => Math.ceil(terms / block)

/** The segment of a kernel. */
export function segmentOf({ segments }: ToyProgram, kernel: number): { readonly first: number; readonly length: number } {
  let first = 0
  for (const length of segments) {
    if (kernel < first + length) return { first, length }
    first += length
  }
  throw new RangeError(`no segment holds kernel ${kernel}`)
}

/** Letters and their size, of a kernel or of the text. */
export const shapeOf = ({ text, kernels }: ToyProgram, buffer: number): { readonly count: number; readonly size: number } =>
  buffer === TEXT ? { count: text, size: 1 } : kernels[buffer]!

/** Which letter term `term` of an element is. */
export function operandOf(program: ToyProgram, kernel: number, element: number, term: number) {
  const { operands } = program.kernels[kernel]!
  const buffer = operands[term % operands.length]!
  return { buffer, element: (element + term) % shapeOf(program, buffer).count }
}

/**
 * Six kernels in three segments, two padding leaves: an interior of two words below and a short one after the first committed kernel, whose
 * fold has three blocks; a plain one; an interior of a single word below the answer.
 */
export const ALPHABET: ToyProgram = {
  text: 9,
  segments: [3, 1, 2],
  kernels: [
    toyKernel({ committed: false, count: 40, terms: 2 }),
    toyKernel({ operands: [0, TEXT], count: 5, size: 8, terms: 7, block: 3 }),
    toyKernel({ committed: false, operands: [1], count: 3 }),
    toyKernel({ operands: [1, TEXT], count: 70, terms: 3 }),
    toyKernel({ committed: false, operands: [3], count: 5, size: 4, terms: 2 }),
    toyKernel({ operands: [4, 1], count: 3, size: 16, terms: 4, block: 2 }),
  ],
}
