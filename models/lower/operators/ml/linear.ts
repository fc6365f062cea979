import { f32, load, op } from '../../../ir/expression.ts'
import { packTensor } from '../../../onnx/encode.ts'
import { constantOf } from '../../constant.ts'
import { contract } from '../../contract.ts'
import type { Item, NodeReader, OperatorTable } from '../../node.ts'
import { shapeOf, type View } from '../../view.ts'
import { labelAbove, labelOfGreatest, labelsOf } from './labels.ts'
import { pairOf, postTransformOf, transformed } from './post-transform.ts'
import { rowsOf } from './rows.ts'

/** `x coefficients^T + intercepts`, `[N, targets]`. */
function linear(node: NodeReader, targets: number, intercepts: readonly number[]): View {
  const x = rowsOf(node)
  const [items, width] = shapeOf(x) as [number, number]
  const coefficients = node.floats('coefficients') ?? []
  if (!Number.isInteger(targets) || targets < 1 || coefficients.length !== targets * width)
    throw node.invalid(`wants coefficients for each target and each of ${width} features`)
  if (intercepts.length !== 0 && intercepts.length !== targets) throw node.invalid(`wants ${targets} intercepts`)
  const table = (name: string, shape: readonly number[], data: readonly number[]): View =>
    constantOf(packTensor({ name: `${node.label} ${name}`, type: 'f32', shape, data }))
  const [n, t, c] = [0, 1, 2]
  const bias = intercepts.length > 0 ? [{ view: table('intercepts', [targets], intercepts), labels: [t] }] : []
  return contract(node.builder, {
    operands: [{ view: x, labels: [n, c] }, { view: table('coefficients', [targets, width], coefficients), labels: [t, c] }, ...bias],
    sizes: [items, targets, width],
    output: [n, t],
    term: [load(0), load(1), op('f32.mul')],
    result: bias.length > 0 ? [op('fold'), load(2), op('f32.add')] : [op('fold')],
    type: 'f32',
  })
}

function classifier(node: NodeReader): Item[] {
  const labels = labelsOf(node, 'classlabels_ints')
  const transform = postTransformOf(node)
  const intercepts = node.floats('intercepts') ?? []
  const coefficients = node.floats('coefficients') ?? []
  const targets = intercepts.length || coefficients.length / (shapeOf(rowsOf(node))[1] ?? 1)
  const scores = linear(node, targets, intercepts)
  if (targets === 1 && labels.count === 2) {
    return [labelAbove(node, labels, scores, [f32(0)]), { type: 'f32', view: pairOf(node, scores, transform, true) }]
  }
  if (targets !== labels.count) throw node.invalid(`has ${labels.count} labels for ${targets} scores`)
  return [labelOfGreatest(node, labels, scores), { type: 'f32', view: transformed(node, scores, transform) }]
}

function regressor(node: NodeReader): Item[] {
  const targets = node.int('targets', 1)
  if (targets < 1) throw node.invalid('has no targets')
  return [{ type: 'f32', view: transformed(node, linear(node, targets, node.floats('intercepts') ?? []), postTransformOf(node)) }]
}

export const LINEAR: OperatorTable = { 'ai.onnx.ml.LinearClassifier': classifier, 'ai.onnx.ml.LinearRegressor': regressor }
