import { load, op } from '../../../ir/expression.ts'
import { reshapeOrCopy } from '../../factors.ts'
import { mapElements } from '../../kernels.ts'
import type { NodeReader } from '../../node.ts'
import { shapeOf, type View } from '../../view.ts'

/** An input as rows `[N, C]` of `f32`, one row where it has one dimension; integers are converted. */
export function rowsOf(node: NodeReader, index = 0): View {
  const { type, view } = node.input(index)
  const shape = shapeOf(view)
  if (shape.length !== 1 && shape.length !== 2) throw node.unsupported(`an input of rank ${shape.length}`, 'rows of features')
  const rows = reshapeOrCopy(node.builder, view, shape.length === 1 ? [1, ...shape] : shape)
  return type === 'f32' || type === 'f16' ? rows : mapElements(node.builder, [rows], shapeOf(rows), [load(0), op('f32.from_i32')], 'f32')
}
