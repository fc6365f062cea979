import type { Evaluation } from '../game/types.ts'
import { blocksOf, operandOf, type ToyProgram } from './program.ts'

/** The bytes of a letter of a kernel or of the text. */
export type ReadLetter = (buffer: number, element: number) => Uint8Array

/** What a step recomputes; `block` speaks for `BLOCK` alone. */
export type ToyTransition = { readonly kernel: number; readonly element: number; readonly evaluation: Evaluation; readonly block: number }

/** The operands that a transition reads, one for each term. */
export function operandsOf(program: ToyProgram, { kernel, element, evaluation, block }: ToyTransition) {
  const { terms, block: size } = program.kernels[kernel]!
  if (evaluation === 'RESULT') return []
  const from = evaluation === 'BLOCK' ? block * size : 0
  const to = evaluation === 'BLOCK' ? Math.min(from + size, terms) : terms
  return Array.from({ length: to - from }, (_, i) => operandOf(program, kernel, element, from + i))
}

/** The total after the terms of a transition: bytes are added up, so that each of them counts. */
export function addUp(program: ToyProgram, read: ReadLetter, transition: ToyTransition, total: number): number {
  for (const { buffer, element } of operandsOf(program, transition)) for (const byte of read(buffer, element)) total = (total + byte) >>> 0
  return total
}

/** The letter that a total stands for, in as many bytes as a kernel's letters have. */
export function letterOf(program: ToyProgram, kernel: number, total: number): Uint8Array {
  const lane = new Uint8Array(program.kernels[kernel]!.size)
  lane[0] = 97 + ((total + kernel) % 26)
  return lane
}

/** The running totals after each block of an element's fold. */
export function runningTotals(program: ToyProgram, read: ReadLetter, kernel: number, element: number): number[] {
  let total = 0
  return Array.from({ length: blocksOf(program.kernels[kernel]!) }, (_, block) => {
    total = addUp(program, read, { kernel, element, evaluation: 'BLOCK', block }, total)
    return total
  })
}

/** The letter of an element, from its operands. */
export const evaluateElement = (program: ToyProgram, read: ReadLetter, kernel: number, element: number): Uint8Array =>
  letterOf(program, kernel, addUp(program, read, { kernel, element, evaluation: 'ELEMENT', block: 0 }, 0))
