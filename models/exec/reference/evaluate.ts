import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Program } from '../../ir/types.ts'
import { bitsOfScalar, laneOf, scalarOfBits } from './buffer.ts'
import type { Fold } from './fold.ts'
import { type BoundKernel, bindKernel, kernelAt, type ReadBuffer } from './kernel.ts'

/** A kernel bound to its operands and moved to one element. */
function bindElement(program: Program, read: ReadBuffer, kernel: number, element: number): BoundKernel {
  const bound = bindKernel(program, read, kernel)
  if (!Number.isInteger(element) || element < 0 || element >= bound.count) {
    throw new OpineError('ELEMENT_INDEX', `kernel ${kernel} has no element ${element}: it has ${bound.count}`, { kernel, element })
  }
  bound.moveTo(element)
  return bound
}

function foldOf({ fold }: BoundKernel, kernel: number): Fold {
  if (fold) return fold
  throw new OpineError('NO_FOLD', `kernel ${kernel} has no reduction, hence neither blocks nor running totals`, { kernel })
}

/** The running totals after each block as bits; empty without a fold. */
function totalsOf(bound: BoundKernel, program: Program, kernel: number): Uint32Array {
  const { foldType } = kernelAt(program, kernel)
  const totals = new Uint32Array(bound.fold?.blocks ?? 0)
  let total = bound.fold?.identity ?? 0
  for (let block = 0; block < totals.length; block++) {
    total = bound.fold!.combine(total, bound.fold!.block(block))
    totals[block] = bitsOfScalar(foldType, total)
  }
  return totals
}

function resultLane(bound: BoundKernel, program: Program, kernel: number, totalBits: number): number {
  const { foldType, resultType, storeType } = kernelAt(program, kernel)
  return laneOf(storeType, bitsOfScalar(resultType, bound.result(scalarOfBits(foldType, totalBits))))
}

/**
 * One element of a kernel, recomputed from its operands: what the step `ELEMENT` compares with the lane.
 * @returns  the lane as stored, zero-extended to 32 bits
 * @throws {OpineError} `KERNEL_INDEX`, `ELEMENT_INDEX`
 */
export function evaluateElement(program: Program, read: ReadBuffer, kernel: number, element: number): number {
  const bound = bindElement(program, read, kernel, element)
  return resultLane(bound, program, kernel, totalsOf(bound, program, kernel).at(-1) ?? 0)
}

/**
 * The running totals after each block of an element's fold, as 32 bits of the fold type.
 * @throws {OpineError} `KERNEL_INDEX`, `ELEMENT_INDEX`, `NO_FOLD`
 */
export function runningTotals(program: Program, read: ReadBuffer, kernel: number, element: number): Uint32Array {
  const bound = bindElement(program, read, kernel, element)
  foldOf(bound, kernel)
  return totalsOf(bound, program, kernel)
}

/**
 * The transition of one block, as the step `BLOCK` recomputes it: the total after block `block`, from the total before it.
 * @param before  bits of the total after block `block - 1`; ignored for block 0, which starts at the identity
 * @throws {OpineError} `KERNEL_INDEX`, `ELEMENT_INDEX`, `NO_FOLD`, `BLOCK_INDEX`
 */
export function evaluateBlock(program: Program, read: ReadBuffer, kernel: number, element: number, block: number, before: number): number {
  const fold = foldOf(bindElement(program, read, kernel, element), kernel)
  if (!Number.isInteger(block) || block < 0 || block >= fold.blocks) {
    throw new OpineError('BLOCK_INDEX', `kernel ${kernel} has no block ${block}: its fold has ${fold.blocks}`, { kernel, block })
  }
  const { foldType } = kernelAt(program, kernel)
  const start = block === 0 ? fold.identity : scalarOfBits(foldType, before)
  return bitsOfScalar(foldType, fold.combine(start, fold.block(block)))
}

/**
 * The last transition, as the step `RESULT` recomputes it: `result` of the last total.
 * @param total  bits of the last running total; ignored without a fold
 * @returns      the lane as stored, zero-extended to 32 bits
 * @throws {OpineError} `KERNEL_INDEX`, `ELEMENT_INDEX`
 */
export function evaluateResult(program: Program, read: ReadBuffer, kernel: number, element: number, total: number): number {
  return resultLane(bindElement(program, read, kernel, element), program, kernel, total)
}
