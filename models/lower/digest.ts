import { load, op } from '../ir/expression.ts'
import { scalarOf } from '../ir/types.ts'
import type { DraftKernel, KernelBuffer } from './draft.ts'

/** Neighbours that a term's lanes read: a block of terms then reads words that adjoin, and a vector of lanes one place. */
const LANES = 4
/** Parts that a buffer is cut into: such that nobody guesses their sums, and no more than divide it evenly, if some number does. */
const [LEAST_PARTS, MOST_PARTS] = [128, 4096]
/** Half of what SPEC section 5 allows: a step opens 32 words, and costs about as much as one of a convolution. */
const BLOCK = 64
const MOST_TERMS = 512 * BLOCK

/**
 * A kernel whose few elements are sums over all elements of a buffer: who knows their bits has computed the buffer. Committed in the buffer's place, it
 * costs next to nothing to hash. Element `(part, lane)` is the sum over the part's elements whose number is `lane` modulo 4.
 */
export function digestOf(buffer: KernelBuffer): DraftKernel {
  const { count } = buffer
  const type = scalarOf(buffer.type)
  const even = evenParts(count)
  let parts = even ?? LEAST_PARTS
  while (even === null && Math.ceil(count / (LANES * parts)) > MOST_TERMS) parts *= 2
  const terms = Math.ceil(count / (LANES * parts))
  const steps = [LANES * terms, 1, LANES]
  const whole = { buffer, base: 0, steps, guards: [], fill: 0 }
  const cut = { ...whole, steps: [0, 0, 0], guards: [{ extent: count, stride: 1, offset: 0, steps }] }
  return {
    output: { kind: 'kernel', name: `digest of ${buffer.name}`, type, count: parts * LANES },
    foldType: type,
    resultType: type,
    shape: [parts, LANES],
    reduce: { op: 'sum', extents: [terms], block: BLOCK },
    loads: [even === null ? cut : whole],
    term: [load(0)],
    result: [op('fold')],
  }
}

function evenParts(count: number): number | null {
  for (let parts = LEAST_PARTS; parts <= MOST_PARTS; parts++) {
    if (count % (LANES * parts) === 0 && count / (LANES * parts) <= MOST_TERMS) return parts
  }
  return null
}
