import type { Kernel, Reduce } from '../../ir/types.ts'
import type { Fold } from './fold.ts'
import { byRuns, LITTLE_ENDIAN, MIXED, OUTSIDE, type RunOperand, runnerOf } from './runs.ts'

/**
 * The commonest fold, a sum of products of two loads, in the same order with the same roundings as `compileFold`, but a run of the innermost
 * coordinate at a time: the addresses of a run lie one stride apart, so that only its ends are held against the axes.
 * @param general  the fold by definition, for runs that cross the border of an axis
 * @returns        null where the term is another or a coordinate is indexed
 */
export function compileProduct(
  kernel: Kernel,
  reduce: Reduce,
  operands: readonly RunOperand[],
  variables: Int32Array,
  general: Fold,
): Fold | null {
  const [first, second, times] = kernel.term
  const isProduct = kernel.term.length === 3 && first?.op === 'load' && second?.op === 'load' && times?.op === 'f32.mul'
  if (!LITTLE_ENDIAN || !isProduct || reduce.op !== 'sum' || kernel.foldType !== 'f32') return null
  const [x, y] = [operands[first.arg!], operands[second.arg!]].map((operand) => operand && runnerOf(operand, variables))
  if (!x || !y) return null
  return byRuns(kernel, reduce, variables, general, (before, length) => {
    const [a, b] = [x.start(length), y.start(length)]
    if (a === MIXED || b === MIXED) return null
    const [left, from, step] = a === OUTSIDE ? [x.fill, 0, 0] : [x.values, a, x.stride]
    const [right, to, stride] = b === OUTSIDE ? [y.fill, 0, 0] : [y.values, b, y.stride]
    let value = before
    for (let i = 0; i < length; i++) {
      value = Math.fround(value + Math.fround(left[from + i * step]! * right[to + i * stride]!))
    }
    return value
  })
}
