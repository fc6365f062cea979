import { f32, load, op } from '../../ir/expression.ts'
import { type Expression, product } from '../../ir/types.ts'
import { EXP } from '../../numerics/exp.ts'
import { LOG } from '../../numerics/log.ts'
import { reshapeOrCopy } from '../factors.ts'
import { mapElements, reduceAxes } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { shapeOf, type View } from '../view.ts'
import { extremeIndex } from './argument.ts'
import { floatOnly } from './elementwise.ts'

/** Up to operator set 12 these operators take all axes from `axis` on as one, then `axis` alone. */
function axesOf(node: NodeReader, shape: readonly number[]): number[] {
  const given = node.int('axis', node.opset < 13 ? 1 : -1)
  const axis = shape.length === 0 ? 0 : node.axis(given, shape.length)
  return shape.map((_, dim) => dim).filter((dim) => (node.opset < 13 ? dim >= axis : dim === axis))
}

type Parts = { readonly powers: View; readonly total: View; readonly most: View }

/** `e^(x - max)` and `of` its sum over the axes. */
function exponentials(node: NodeReader, view: View, axes: readonly number[], of: Expression = []): Parts {
  const { builder } = node
  const most = reduceAxes(builder, view, axes, { op: 'max', term: [load(0)], result: [op('fold')], type: 'f32' })
  const powers = mapElements(builder, [view, most], shapeOf(view), [load(0), load(1), op('f32.sub'), ...EXP], 'f32')
  const total = reduceAxes(builder, powers, axes, { op: 'sum', term: [load(0)], result: [op('fold'), ...of], type: 'f32' })
  return { powers, total, most }
}

/** `exp(x - max) / sum`, in four kernels. */
function softmax(node: NodeReader): Value[] {
  const x = node.input(0)
  floatOnly(node, x)
  return [{ type: 'f32', view: softmaxAlong(node, x.view, axesOf(node, shapeOf(x.view))) }]
}

/** The softmax over these axes of a view of `f32`. */
export function softmaxAlong(node: NodeReader, view: View, axes: readonly number[]): View {
  const { powers, total } = exponentials(node, view, axes)
  return mapElements(node.builder, [powers, total], shapeOf(view), [load(0), load(1), op('f32.div')], 'f32')
}

/** `(x - max) - ln sum`. */
function logSoftmax(node: NodeReader): Value[] {
  const x = node.input(0)
  floatOnly(node, x)
  const shape = shapeOf(x.view)
  const { total, most } = exponentials(node, x.view, axesOf(node, shape), LOG)
  const result = [load(0), load(1), op('f32.sub'), load(2), op('f32.sub')]
  return [{ type: 'f32', view: mapElements(node.builder, [x.view, most, total], shape, result, 'f32') }]
}

/** 1 at the first of the greatest, 0 elsewhere. */
function hardmax(node: NodeReader): Value[] {
  const x = node.input(0)
  floatOnly(node, x)
  const shape = shapeOf(x.view)
  const axes = axesOf(node, shape)
  const first = axes[0] ?? shape.length
  // As one axis.
  const flat = [...shape.slice(0, first), product(axes.map((dim) => shape[dim]!)), ...shape.slice(first + axes.length)]
  const view = reshapeOrCopy(node.builder, x.view, flat)
  const index = extremeIndex(node, view, first, 'max', false)
  const hot = mapElements(
    node.builder,
    [index],
    flat,
    (coordinate) => [f32(1), f32(0), load(0), ...coordinate(first), op('i32.eq'), op('select')],
    'f32',
  )
  return [{ type: 'f32', view: reshapeOrCopy(node.builder, hot, shape) }]
}

export const SOFTMAX: OperatorTable = { Softmax: softmax, LogSoftmax: logSoftmax, Hardmax: hardmax }
