import { f32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { broadcastShape, reshapeOrCopy } from '../factors.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { shapeOf, type View } from '../view.ts'
import { floatOnly, present } from './elementwise.ts'
import { alongChannels } from './normalization.ts'
import { inverseRoot, meanOver, meanSquareOver, varianceOver } from './statistics.ts'

const float = (view: View): Value => ({ type: 'f32', view })

/** The axes from `axis` on. */
function lastAxes(node: NodeReader, shape: readonly number[]): number[] {
  const first = node.axis(node.int('axis', -1), shape.length)
  return shape.map((_, dim) => dim).slice(first)
}

function fitting(node: NodeReader, x: View, parameters: readonly View[]): readonly View[] {
  const shape = broadcastShape([x, ...parameters])
  if (shape?.join() !== shapeOf(x).join()) throw node.invalid('has parameters that cannot be broadcast to its input')
  return parameters
}

/** Outputs the mean and the inverse of the standard deviation too, where wanted; both are float32, as `stash_type` is. */
function layerNormalization(node: NodeReader): Value[] {
  const values = [node.input(0), node.input(1), ...(node.optional(2) ? [node.input(2)] : [])]
  floatOnly(node, ...values)
  if (node.int('stash_type', 1) !== 1) throw node.unsupported(`stash_type ${node.int('stash_type', 1)}`, 'stash_type 1 (float32)')
  const { builder } = node
  const x = values[0]!.view
  const shape = shapeOf(x)
  const axes = lastAxes(node, shape)
  const mean = meanOver(builder, x, axes)
  const inverse = varianceOver(builder, x, mean, axes, inverseRoot(node.float('epsilon', 1e-5)))
  const scaled = [load(0), load(1), op('f32.sub'), load(2), op('f32.mul'), load(3), op('f32.mul')]
  const result: Expression = values.length > 2 ? [...scaled, load(4), op('f32.add')] : scaled
  const parameters = fitting(
    node,
    x,
    values.slice(1).map(({ view }) => view),
  )
  return [mapElements(builder, [x, mean, inverse, ...parameters], shape, result, 'f32'), mean, inverse].map(float)
}

function rmsNormalization(node: NodeReader): Value[] {
  const [x, scale] = [node.input(0), node.input(1)]
  floatOnly(node, x, scale)
  if (node.int('stash_type', 1) !== 1) throw node.unsupported(`stash_type ${node.int('stash_type', 1)}`, 'stash_type 1 (float32)')
  const shape = shapeOf(x.view)
  const inverse = meanSquareOver(node.builder, x.view, lastAxes(node, shape), inverseRoot(node.float('epsilon', 1e-5)))
  const parameters = fitting(node, x.view, [scale.view])
  const result = [load(0), load(1), op('f32.mul'), load(2), op('f32.mul')]
  return [float(mapElements(node.builder, [x.view, inverse, ...parameters], shape, result, 'f32'))]
}

/** Over `axes` of `view`, then scaled and shifted by parameters that can be broadcast to it. */
function normalized(node: NodeReader, view: View, axes: readonly number[], parameters: readonly View[]): View {
  const { builder } = node
  const mean = meanOver(builder, view, axes)
  const inverse = varianceOver(builder, view, mean, axes, inverseRoot(node.float('epsilon', 1e-5)))
  const result = [load(0), load(1), op('f32.sub'), load(2), op('f32.mul'), load(3), op('f32.mul'), load(4), op('f32.add')]
  return mapElements(builder, [view, mean, inverse, ...parameters], shapeOf(view), result, 'f32')
}

/** Each channel of each sample by itself. */
function instanceNormalization(node: NodeReader): Value[] {
  const values = [0, 1, 2].map((index) => node.input(index))
  floatOnly(node, ...values)
  const [x, ...parameters] = values.map(({ view }) => view) as [View, View, View]
  const shape = shapeOf(x)
  if (shape.length < 3 || parameters.some((view) => shapeOf(view).join() !== `${shape[1]}`)) {
    throw node.invalid(`wants batch, channels, spatial axes, and parameters of shape [${shape[1]}]`)
  }
  const axes = shape.map((_, dim) => dim).slice(2)
  const along = parameters.map((view) => alongChannels(view, shape.length))
  return [float(normalized(node, x, axes, along))]
}

/** Groups of channels; scale and bias are given for each group up to operator set 20, then for each channel. */
function groupNormalization(node: NodeReader): Value[] {
  const values = [0, 1, 2].map((index) => node.input(index))
  floatOnly(node, ...values)
  if (node.opset >= 21 && node.int('stash_type', 1) !== 1) throw node.unsupported('another stash_type', 'stash_type 1 (float32)')
  const [x, ...parameters] = values.map(({ view }) => view) as [View, View, View]
  const [batch = 1, channels = 1, ...spatial] = shapeOf(x)
  const groups = node.int('num_groups', 0)
  if (groups < 1 || channels % groups !== 0) throw node.invalid(`has ${groups} groups for ${channels} channels`)
  const each = node.opset >= 21 ? channels : groups
  if (parameters.some((view) => shapeOf(view).join() !== `${each}`)) throw node.invalid(`wants parameters of shape [${each}]`)
  const grouped = reshapeOrCopy(node.builder, x, [batch, groups, channels / groups, ...spatial])
  const ones = spatial.map(() => 1)
  const along = parameters.map((view) => reshapeOrCopy(node.builder, view, [groups, each / groups, ...ones]))
  const axes = grouped.dims.map((_, dim) => dim).slice(2)
  return [float(reshapeOrCopy(node.builder, normalized(node, grouped, axes, along), shapeOf(x)))]
}

/** `(x - mean) / (sqrt(variance) + 1e-9)`, by default over all axes but the channels. */
function meanVarianceNormalization(node: NodeReader): Value[] {
  const [x] = present(node) as [Value]
  floatOnly(node, x)
  const { builder } = node
  const shape = shapeOf(x.view)
  const axes = (node.ints('axes') ?? [0, 2, 3]).map((axis) => node.axis(axis, shape.length))
  const mean = meanOver(builder, x.view, axes)
  const spread = varianceOver(builder, x.view, mean, axes, (variance) => [...variance, op('f32.sqrt'), f32(1e-9), op('f32.add')])
  return [float(mapElements(builder, [x.view, mean, spread], shape, [load(0), load(1), op('f32.sub'), load(2), op('f32.div')], 'f32'))]
}

export const LAYER_NORMALIZATION: OperatorTable = {
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  MeanVarianceNormalization: meanVarianceNormalization,
}
