import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Random } from '@opine/models/ir/random.ts'
import { blockCount, bufferOf, byteSize, type Program, product } from '@opine/models/ir/types.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { type ConcreteLie, formatLie } from '@opine/models/trace/lie.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { Question } from './questions/question.ts'

const ATTEMPTS = 600

/** Bits that are flipped in a running total: some powers of two in the exponent, so that it becomes far larger or smaller, or its sign. */
const FLIPS = [0x02000000, 0x04000000, 0x06000000, 0x80000000]

export type ChosenLie = {
  readonly text: string
  readonly lie: ConcreteLie & { readonly kind: 'total' | 'element' }
  readonly trace: Trace
}

/**
 * A lie deep inside: one running total, or one value where no fold has several blocks, is false in the largest kernel of its sort; everything
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
  const kernel = candidates!.indexOf(Math.max(...candidates!))
  const shape = program.kernels[kernel]!
  if (candidates === folds) {
    return () => {
      const place = { element: random.below(sizes[kernel]!), block: random.below(blockCount(shape)) }
      return { kind: 'total', kernel, ...place, xor: random.pick(FLIPS) }
    }
  }
  // The upper bits of a value, whatever its type: a sign or an exponent.
  const top = 8 * byteSize(shape.storeType)
  const flips = [1, 2, 3, 4].map((from) => (1 << Math.max(0, top - from)) >>> 0)
  return () => ({ kind: 'element', kernel, element: random.below(sizes[kernel]!), mode: 'downstream', xor: random.pick(flips) })
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
