import { i32, load, op } from '../../ir/expression.ts'
import { type Expression, scalarOf } from '../../ir/types.ts'
import { foldAxes, reduceAxes } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { shapeOf, type View } from '../view.ts'
import { arithmeticType } from './elementwise.ts'
import { keptDims } from './reduction.ts'

const INT_MAX = 0x7fffffff

/**
 * Index of the greatest or least element along an axis, in two kernels: the extreme, then the first (or last) index whose element does
 * not fall short of it. Among NaNs nothing falls short, so that the index is in range for any input.
 * @returns indices in `i32`, with the axis kept
 */
export function extremeIndex(node: NodeReader, view: View, axis: number, extreme: 'max' | 'min', last: boolean): View {
  const scalar = scalarOf(view.buffer.type)
  const best = reduceAxes(node.builder, view, [axis], { op: extreme, term: [load(0)], result: [op('fold')], type: scalar })
  const falls: Expression = extreme === 'max' ? [load(0), load(1), op(`${scalar}.lt`)] : [load(1), load(0), op(`${scalar}.lt`)]
  return foldAxes(node.builder, [view, best], shapeOf(view), [axis], {
    op: last ? 'max' : 'min',
    term: (coordinate) => [i32(last ? -1 : INT_MAX), ...coordinate(axis), ...falls, op('select')],
    result: [op('fold')],
    type: 'i32',
    foldType: 'i32',
  })
}

const argument =
  (extreme: 'max' | 'min') =>
  (node: NodeReader): Value[] => {
    const x = node.input(0)
    arithmeticType(node, [x])
    const axis = node.axis(node.int('axis', 0), x.view.dims.length)
    const index = extremeIndex(node, x.view, axis, extreme, node.int('select_last_index', 0) === 1)
    return [{ type: 'i64', view: keptDims(node, index, [axis]) }]
  }

export const ARGUMENT: OperatorTable = { ArgMax: argument('max'), ArgMin: argument('min') }
