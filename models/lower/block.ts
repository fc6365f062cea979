import { OpineError } from '@opine/dispute-game/errors.ts'
import { tensorDepth } from '@opine/dispute-game/merkle/tree.ts'
import { encodeExpression } from '../ir/expression.ts'
import { LOOKUP_WORK, MAX_CODE_BYTES, MAX_STEP, MAX_WORK, WORD_WORK } from '../ir/rules.ts'
import { byteSize, product } from '../ir/types.ts'
import type { DraftKernel, DraftLoad } from './draft.ts'
import { indicesOf } from './merge.ts'

/** Lengths of a block, longest first; SPEC section 5 allows 1 to 128. */
const BLOCKS = [128, 64, 32] as const
const MAX_BLOCKS = 512

/** Terms of the longest fold of one kernel. */
export const MAX_TERMS = MAX_BLOCKS * BLOCKS[0]

/**
 * What the openings of one step may cost: a word costs 1, and 1 more where it is not the neighbour of the one before, since it then
 * brings its own siblings. A contiguous block of 128 over two operands costs 34, a global pool of 32 pixels 64.
 */
const OPENING_BUDGET = 80

/**
 * Terms of one block of a fold. Contiguous reductions take the longest; one that strides takes a shorter one, for a step opens every
 * word that a block reads.
 * @param extents  of the reduce variables; at most `MAX_TERMS` terms
 * @throws {OpineError} `KERNEL_LIMIT` where no block is both short enough for its code and long enough for the fold
 */
export function chooseBlock(kernel: DraftKernel, extents: readonly number[]): number {
  const terms = product(extents)
  // The result may still grow by what is fused into it, up to the longest code.
  const code = encodeExpression(kernel.term).length
  const runs = Math.min(Math.floor((MAX_WORK - MAX_CODE_BYTES) / code), Math.floor((MAX_STEP - RESERVE) / (code + termOpenings(kernel))))
  const short = BLOCKS.filter((block) => Math.min(block, terms) <= runs)
  const long = (short.length > 0 ? short : [runs]).filter((block) => Math.ceil(terms / block) <= MAX_BLOCKS)
  if (long.length === 0) {
    const message = `a fold of ${terms} terms whose term has so much code that a block holds ${runs} needs more than ${MAX_BLOCKS} blocks`
    throw new OpineError('KERNEL_LIMIT', `${message}; compute the terms in a node of their own`, { terms, runs })
  }
  return long.find((block) => openingCost(kernel, extents, Math.min(block, terms)) <= OPENING_BUDGET) ?? long.at(-1)!
}

/** Left for the result, which may still grow by what is fused into it, with loads of its own. */
const RESERVE = 2 * MAX_CODE_BYTES

/** What the rule `STEP` counts for each term beside its code. */
function termOpenings({ loads, shape }: DraftKernel): number {
  const follows = ({ steps, guards }: DraftLoad): boolean =>
    [steps, ...guards.map((guard) => guard.steps)].some((each) => each.slice(shape.length).some((step) => step !== 0))
  return loads.reduce((sum, load) => {
    const indices = indicesOf(load)
    const looked = LOOKUP_WORK * indices.length
    if (![load, ...indices.map((index) => loads[index]!)].some(follows)) return sum + looked
    return sum + looked + tensorDepth(load.buffer.count * byteSize(load.buffer.type)) + WORD_WORK
  }, 0)
}

function openingCost({ loads, term, shape }: DraftKernel, extents: readonly number[], block: number): number {
  const outer = shape.length
  const read = new Set(term.flatMap(({ op, arg }) => (op === 'load' ? [arg!] : [])))
  for (const index of [...read]) for (const other of indicesOf(loads[index]!)) read.add(other)
  let cost = 0
  for (const [number, load] of loads.entries()) {
    if (!read.has(number)) continue
    const lanes = 32 / byteSize(load.buffer.type)
    if (indicesOf(load).some((other) => extents.some((_, index) => strideOf(loads[other]!, outer + index) !== 0))) {
      // Where a term's own index says, anywhere in the buffer.
      cost += 2 * block
      continue
    }
    const strides = extents.map((_, index) => strideOf(load, outer + index))
    const words = new Set<number>()
    for (let term = 0; term < block; term += 1) {
      let rest = term
      let address = 0
      for (let index = extents.length - 1; index >= 0; index -= 1) {
        address += (rest % extents[index]!) * strides[index]!
        rest = Math.floor(rest / extents[index]!)
      }
      words.add(Math.floor(address / lanes))
    }
    for (const word of words) cost += words.has(word - 1) ? 1 : 2
  }
  return cost
}

const strideOf = (load: DraftLoad, variable: number): number =>
  load.guards.reduce((total, guard) => total + guard.stride * guard.steps[variable]!, load.steps[variable]!)
