import { f32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { EXP } from '../../numerics/exp.ts'
import { mapElements, reduceAxes } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { reshape, shapeOf, type View } from '../view.ts'
import { arithmeticType } from './elementwise.ts'

/** At inference: `x * s + t` with `s = scale / sqrt(variance + epsilon)`, `t = bias - mean * s`, calculated while compiling where constant. */
function batchNormalization(node: NodeReader): Value[] {
  const values = [0, 1, 2, 3, 4].map((index) => node.input(index))
  const [x, scale, bias, mean, variance] = values.map((value) => value.view) as [View, View, View, View, View]
  if (arithmeticType(node, values) !== 'f32') throw node.unsupported('integers', 'BatchNormalization of float32')
  const training = node.opset >= 14 ? node.int('training_mode', 0) === 1 : node.opset < 7 && node.int('is_test', 0) === 0 && node.wants(1)
  if (training) throw node.unsupported('training mode', 'BatchNormalization at inference')
  if (node.opset < 9 && node.int('spatial', 1) === 0) throw node.unsupported('spatial = 0', 'spatial = 1')
  const shape = shapeOf(x)
  const channels = shape[1] ?? 1
  if ([scale, bias, mean, variance].some((view) => shapeOf(view).join() !== `${channels}`)) {
    throw node.invalid(`wants parameters of shape [${channels}]`)
  }
  const { builder } = node
  const each = (views: readonly View[], result: Expression): View => mapElements(builder, views, [channels], result, 'f32')
  const root = [load(1), f32(node.float('epsilon', 1e-5)), op('f32.add'), op('f32.sqrt')]
  const factor = each([scale, variance], [load(0), ...root, op('f32.div')])
  const shift = each([bias, mean, factor], [load(0), load(1), load(2), op('f32.mul'), op('f32.sub')])
  const along = (view: View): View => reshape(view, shape.map((_, dim) => (dim === 1 ? channels : 1)).slice(1))!
  const result = [load(0), load(1), op('f32.mul'), load(2), op('f32.add')]
  return [{ type: 'f32', view: mapElements(builder, [x, along(factor), along(shift)], shape, result, 'f32') }]
}

/** `exp(x - max) / sum`, in four kernels. Up to operator set 12 over all axes from `axis` on, then over `axis` alone. */
function softmax(node: NodeReader): Value[] {
  const x = node.input(0)
  if (arithmeticType(node, [x]) !== 'f32') throw node.unsupported('integers', 'Softmax of float32')
  const { builder } = node
  const shape = shapeOf(x.view)
  const axis = shape.length === 0 ? 0 : node.axis(node.int('axis', node.opset < 13 ? 1 : -1), shape.length)
  const axes = shape.map((_, dim) => dim).filter((dim) => (node.opset < 13 ? dim >= axis : dim === axis))
  const most = reduceAxes(builder, x.view, axes, { op: 'max', term: [load(0)], result: [op('fold')], type: 'f32' })
  const powers = mapElements(builder, [x.view, most], shape, [load(0), load(1), op('f32.sub'), ...EXP], 'f32')
  const sum = reduceAxes(builder, powers, axes, { op: 'sum', term: [load(0)], result: [op('fold')], type: 'f32' })
  return [{ type: 'f32', view: mapElements(builder, [powers, sum], shape, [load(0), load(1), op('f32.div')], 'f32') }]
}

export const NORMALIZATION: OperatorTable = { BatchNormalization: batchNormalization, Softmax: softmax }
