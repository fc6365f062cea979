import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { blockCount, product } from '@opine/models/ir/types.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { type ConcreteLie, formatLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import { readingOf } from './question.ts'

const ATTEMPTS = 600

/** Bits that are flipped: some powers of two in the exponent, so that a total becomes far larger or smaller, or its sign. */
const FLIPS = [0x02000000, 0x04000000, 0x06000000, 0x80000000]

export type ChosenLie = {
  readonly text: string
  readonly kernel: number
  readonly element: number
  readonly block: number
  readonly trace: Trace
}

/**
 * A lie deep inside: one running total of one element is false in the largest kernel whose folds have several blocks, everything after it
 * is recomputed, and another digit comes out.
 * @throws {OpineError} `NO_LIE` if no drawn lie changes the digit
 */
export function chooseLie(honest: Trace, random: Random): ChosenLie {
  const { program } = honest
  const truth = readingOf(outputBytes(honest)).digit
  const sizes = program.kernels.map((kernel) => (blockCount(kernel) > 1 ? product(kernel.shape) : 0))
  const kernel = sizes.indexOf(Math.max(...sizes))
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const element = random.below(sizes[kernel]!)
    const block = random.below(blockCount(program.kernels[kernel]!))
    const lie: ConcreteLie = { kind: 'total', kernel, element, block, xor: random.pick(FLIPS) }
    const trace = tryLie(honest, lie)
    if (trace && readingOf(outputBytes(trace)).digit !== truth) return { text: formatLie(lie), kernel, element, block, trace }
  }
  throw new OpineError('NO_LIE', `none of ${ATTEMPTS} lies changes the digit of this image; choose another --seed`)
}

function tryLie(honest: Trace, lie: ConcreteLie): Trace | undefined {
  try {
    return tellLie(honest, lie).trace
  } catch (error) {
    if (error instanceof OpineError && error.code === 'LIE_WITHOUT_EFFECT') return undefined
    throw error
  }
}
