import type { Kernel, Reduce } from '../../ir/types.ts'
import { type Fold, setCoordinates } from './fold.ts'
import { LITTLE_ENDIAN, MIXED, OUTSIDE, type RunOperand, runnerOf } from './runs.ts'

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
  const { extents } = reduce
  const rank = kernel.shape.length
  const inner = extents.at(-1)!
  const last = variables.length - 1
  const terms = extents.reduce((total, extent) => total * extent, 1)

  const block = (number: number): number => {
    const end = Math.min((number + 1) * reduce.block, terms)
    let value = 0
    for (let term = number * reduce.block; term < end; ) {
      setCoordinates(variables, rank, extents, term)
      const length = Math.min(inner - variables[last]!, end - term)
      const [a, b] = [x.start(length), y.start(length)]
      if (a === MIXED || b === MIXED) return general.block(number)
      const [left, from, step] = a === OUTSIDE ? [x.fill, 0, 0] : [x.values, a, x.stride]
      const [right, to, stride] = b === OUTSIDE ? [y.fill, 0, 0] : [y.values, b, y.stride]
      for (let i = 0; i < length; i++) {
        value = Math.fround(value + Math.fround(left[from + i * step]! * right[to + i * stride]!))
      }
      term += length
    }
    return value
  }
  return { ...general, block }
}
