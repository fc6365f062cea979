import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { blockCount, bufferOf, byteSize, type Kernel, type Program, product } from '@opine/models/ir/types.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { type ConcreteLie, formatLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Question } from './questions/question.ts'

const ATTEMPTS = 600

/** Bits that are flipped in a total or a value: some powers of two in the exponent, so that it becomes far larger or smaller, or its sign. */
const FLIPS = [0x02000000, 0x04000000, 0x06000000, 0x80000000]

export type ChosenLie = {
  readonly text: string
  readonly lie: ConcreteLie & { readonly kind: 'total' | 'element' }
  readonly trace: Trace
}

/**
 * A lie deep inside: one running total, or one value where no fold has several blocks, is false in one of the largest kernels of its sort; everything
 * after it is recomputed, and another answer comes out, if one that does is found in time.
 * @param patience  seconds after which a lie that changes no answer will do
 * @throws {OpineError} `NO_LIE` if no drawn lie changes anything that is committed
 */
export function chooseLie({ trace: honest, agree }: Question, random: Random, patience: number): ChosenLie {
  const truth = outputBytes(honest)
  const end = performance.now() + 1000 * patience
  const draw = drawFrom(honest.program, random)
  let second: ChosenLie | undefined
  for (let attempt = 0; attempt < ATTEMPTS && (second === undefined || performance.now() < end); attempt++) {
    const lie = draw()
    const trace = tryLie(honest, lie)
    if (!trace) continue
    const told = { text: formatLie(lie), lie, trace }
    if (!agree(outputBytes(trace), truth)) return told
    second ??= told
  }
  if (second) return second
  throw new OpineError('NO_LIE', `none of ${ATTEMPTS} lies changes what is committed; choose another --seed or another input`)
}

/** Where lies are told: in a fold that is summed in several blocks, else in any kernel before the outputs, else in an output. */
function drawFrom(program: Program, random: Random): () => ChosenLie['lie'] {
  const sizes = program.kernels.map(({ shape }) => product(shape))
  const folds = sizes.map((size, k) => (blockCount(program.kernels[k]!) > 1 ? size : 0))
  const inner = sizes.map((size, k) => (feedsOthers(program, k) && program.kernels[k]!.reduce ? size : 0))
  const [candidates] = [folds, inner, sizes].filter((list) => Math.max(...list) > 0)
  const largest = Math.max(...candidates!)
  const kernels = [...sizes.keys()].filter((kernel) => candidates![kernel] === largest)
  return () => {
    const kernel = random.pick(kernels)
    const shape = program.kernels[kernel]!
    const element = random.below(largest)
    if (candidates === folds) return { kind: 'total', kernel, element, block: random.below(blockCount(shape)), xor: random.pick(FLIPS) }
    return { kind: 'element', kernel, element, mode: 'downstream', xor: random.pick(flipsOf(shape)) }
  }
}

/** Bits to flip in a stored value: as in totals, and the highest of the exponent, for binary32; else the upper ones, down to the eighth of the range. */
function flipsOf({ storeType }: Kernel): readonly number[] {
  const top = 8 * byteSize(storeType)
  return storeType === 'f32' ? [...FLIPS, 0x40000000] : [1, 2, 3, 4].map((from) => (1 << (top - from)) >>> 0)
}

const feedsOthers = (program: Program, kernel: number): boolean =>
  program.kernels.some(({ loads }) => loads.some(({ buffer }) => buffer === bufferOf(program, kernel)))

function tryLie(honest: Trace, lie: ConcreteLie): Trace | undefined {
  try {
    return tellLie(honest, lie).trace
  } catch (error) {
    if (error instanceof OpineError && error.code === 'LIE_WITHOUT_EFFECT') return undefined
    throw error
  }
}
