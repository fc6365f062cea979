import { get, i32, inRange, load, op, set, variable } from '../../ir/expression.ts'
import { type Expression, product, type ScalarType } from '../../ir/types.ts'
import type { Window } from '../window.ts'
import type { PoolVariables } from './pooling.ts'

const INT_MAX = 0x7fffffff

/**
 * Where a window has its greatest element, `load(1)`: a fold of the least row-major index in the whole input among the elements that do
 * not fall short of it. As a result that index, or the one with the spatial axes in reverse order (`columnMajor`).
 */
export function greatestAt(
  type: ScalarType,
  shape: readonly number[],
  windows: readonly Window[],
  columnMajor: boolean,
): { readonly term: (variables: PoolVariables) => Expression; readonly result: Expression } {
  const strides = shape.map((_, dim) => product(shape.slice(dim + 1)))
  const offset = windows.reduce((sum, window, axis) => sum - window.before * strides[axis + 2]!, 0)
  const term = ({ output, taps }: PoolVariables): Expression => {
    const steps = [
      ...output.map((place, dim) => [place, strides[dim]! * (windows[dim - 2]?.stride ?? 1)] as const),
      ...taps.map((place, axis) => [place, strides[axis + 2]! * windows[axis]!.dilation] as const),
    ]
    const index = [i32(offset), ...steps.flatMap(([place, step]) => [variable(place), i32(step), op('i32.mul'), op('i32.add')])]
    const short = [load(0), load(1), op(`${type}.lt`), inRange(0), i32(0), op('i32.eq'), op('i32.or')]
    return [i32(INT_MAX), ...index, ...short, op('select')]
  }
  return { term, result: columnMajor ? reversed(shape, strides) : [op('fold')] }
}

/** The folded row-major index with the spatial axes in reverse order. */
function reversed(shape: readonly number[], strides: readonly number[]): Expression {
  const inner = strides[1]!
  const axes = shape.slice(2).flatMap((extent, axis): Expression => {
    const place = product(shape.slice(2, axis + 2))
    return [get(0), i32(strides[axis + 2]!), op('i32.div'), i32(extent), op('i32.rem'), i32(place), op('i32.mul'), op('i32.add')]
  })
  return [op('fold'), set(0), get(0), get(0), i32(inner), op('i32.rem'), op('i32.sub'), ...axes]
}
