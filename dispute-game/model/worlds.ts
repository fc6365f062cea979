import { type ToyLie, toyLie } from '../toy/lie.ts'
import { TEXT, type ToyProgram, toyKernel } from '../toy/program.ts'
import { type ToyTrace, trueTrace } from '../toy/trace.ts'
import type { World } from './state.ts'
import { toyGround } from './toy-ground.ts'

/** Two kernels in a segment, an interior of two words with a padding lane below a fold of two blocks: trees of depth 1. */
export const SMALL: ToyProgram = {
  text: 3,
  segments: [2],
  kernels: [
    toyKernel({ committed: false, count: 3, size: 16, terms: 2 }),
    toyKernel({ operands: [0], count: 1, size: 16, terms: 2, block: 1 }),
  ],
}

/** Three kernels in two segments and a padding leaf, tensors of up to four words, a fold of two blocks: trees of depth 2. */
export const LARGE: ToyProgram = {
  text: 3,
  segments: [2, 1],
  kernels: [
    toyKernel({ committed: false, count: 3, size: 16, terms: 2 }),
    toyKernel({ operands: [0, TEXT], count: 3, size: 16, terms: 4, block: 2 }),
    toyKernel({ operands: [1], count: 7, size: 16, terms: 1 }),
  ],
}

type Player = World['assertions'][number]
type Seat = World['games'][number]
export type Times = Omit<World, 'assertions' | 'games' | 'flaw'>

/** Clocks in ticks: an extension is one, so that a clock of two is fresh, then low, then out. */
export const QUICK: Times = { liveness: 1, clock: 1, extension: 1, deadline: 0, reopen: 1 }
export const CLOCKED: Times = { liveness: 1, clock: 2, extension: 1, deadline: 0, reopen: 1 }
export const PATIENT: Times = { liveness: 2, clock: 2, extension: 1, deadline: 1, reopen: 1 }

const told = (trace: ToyTrace, lies: readonly ToyLie[]): ToyTrace => lies.reduce(toyLie, trace)

/** Who asserts what is true; others may want to swear by the forged books, which an honest asserter never signs. */
export function honest(program: ToyProgram, ...forged: readonly ToyLie[]): Player {
  const truth = trueTrace(program, 'abc')
  return { ground: toyGround(truth, [truth, ...forged.map((lie) => toyLie(truth, lie))], 1), honest: true }
}

/** Who asserts the first lies, and swears by them, or by any of those that follow, as it suits. */
export function liar(program: ToyProgram, lies: readonly ToyLie[], ...books: readonly (readonly ToyLie[])[]): Player {
  const truth = trueTrace(program, 'abc')
  const asserted = told(truth, lies)
  return { ground: toyGround(truth, [asserted, ...books.map((more) => told(asserted, more))], 1), honest: false }
}

/** A liar about the answer of a program, with books that move the lie into the interior or the totals. */
export const cunning = (program: ToyProgram): Player =>
  liar(
    program,
    [{ kind: 'letter', kernel: 1, element: 0, mode: 'alone' }],
    [{ kind: 'letter', kernel: 0, element: 0, mode: 'alone' }],
    [{ kind: 'oath', kernel: 1, element: 0, totals: [1, 2] }],
  )

/** The `n`-th assertion, challenged by who plays its strategy, or by who does anything. */
export const challenger = (assertion: number): Seat => ({ assertion, honest: true })
export const sham = (assertion: number): Seat => ({ assertion, honest: false })
