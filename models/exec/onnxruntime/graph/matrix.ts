import { product } from '../../../ir/types.ts'
import { type Emission, emit } from './emit.ts'
import { type Layout, shapeOfLayout } from './layout.ts'
import type { Folded, Shape } from './product.ts'
import { foldScale } from './scale.ts'
import type { Tree } from './tree.ts'
import type { Ref } from './writer.ts'

/** As Gemm, where a bias is known and there is one product, or MatMul. */
export function matrixProduct(scope: Emission, shape: Shape, result: Tree): Folded | null {
  const { writer, extents } = scope
  const { data, weights, group, filters, rows, summed } = shape
  // Where each product has its own data and weights, they are multiplied one by one and reduced.
  if (!weights || (group.length > 0 && filters.length + rows.length === 0)) return null
  const outer = group.map((variable) => [variable])
  const read = (tree: Tree, layout: Layout): Ref => {
    const own = emit(scope, tree, layout)
    return writer.expand(own, shapeOfLayout(layout, extents))
  }
  const left = read(data, [...outer, [...rows], [...summed]])
  const folded = foldScale(scope, weights, result, [...outer, [...summed], [...filters]], [...outer, [...filters]])
  const right = folded ? folded.weights : read(weights, [...outer, [...summed], [...filters]])
  const dims = [...outer, [...rows], [...filters]]
  const size = shapeOfLayout(dims, extents)
  if (outer.length === 0 && folded?.bias) {
    return { ref: writer.node('Gemm', [left, right, folded.bias], size), layout: dims, result: folded.result }
  }
  const sum = writer.node('MatMul', [left, right], size)
  if (!folded) return { ref: sum, layout: dims, result }
  if (!folded.bias) return { ref: sum, layout: dims, result: folded.result }
  const bias = writer.reshape(folded.bias, [
    ...outer.map((axis) => extents[axis[0]!]!),
    1,
    product(filters.map((variable) => extents[variable]!)),
  ])
  return { ref: writer.node('Add', [sum, bias], size), layout: dims, result: folded.result }
}
