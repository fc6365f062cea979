import { f32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { reshape, shapeOf, type View } from '../view.ts'
import { floatOnly } from './elementwise.ts'
import { meanOver, varianceOver } from './statistics.ts'

/** A vector of channels against `[N, C, ...]`. */
export const alongChannels = (vector: View, rank: number): View =>
  reshape(vector, [shapeOf(vector)[0]!, ...Array<number>(Math.max(0, rank - 2)).fill(1)])!

/**
 * `x * s + t` with `s = scale / sqrt(variance + epsilon)`, `t = bias - mean * s`, calculated while compiling where constant. In training
 * mode with the mean and variance of the batch; then the running ones are the second and third output.
 */
function batchNormalization(node: NodeReader): Value[] {
  const values = [0, 1, 2, 3, 4].map((index) => node.input(index))
  floatOnly(node, ...values)
  const [x, scale, bias, mean, variance] = values.map((value) => value.view) as [View, View, View, View, View]
  const training = node.opset >= 14 ? node.int('training_mode', 0) === 1 : node.opset < 7 && node.int('is_test', 0) === 0
  if (training && node.opset < 14) throw node.unsupported('training mode', 'BatchNormalization at inference')
  if (node.opset < 9 && node.int('spatial', 1) === 0) throw node.unsupported('spatial = 0', 'spatial = 1')
  const shape = shapeOf(x)
  const channels = shape[1] ?? 1
  if ([scale, bias, mean, variance].some((view) => shapeOf(view).join() !== `${channels}`)) {
    throw node.invalid(`wants parameters of shape [${channels}]`)
  }
  const { builder } = node
  const each = (views: readonly View[], result: Expression): View => mapElements(builder, views, [channels], result, 'f32')
  const axes = shape.map((_, dim) => dim).filter((dim) => dim !== 1)
  const center = training ? meanOver(builder, x, axes) : null
  const own = center && [center, varianceOver(builder, x, center, axes)].map((view) => reshape(view, [channels])!)
  const [middle, spread] = own ? (own as [View, View]) : [mean, variance]
  const root = [load(1), f32(node.float('epsilon', 1e-5)), op('f32.add'), op('f32.sqrt')]
  const factor = each([scale, spread], [load(0), ...root, op('f32.div')])
  const shift = each([bias, middle, factor], [load(0), load(1), load(2), op('f32.mul'), op('f32.sub')])
  const along = [factor, shift].map((view) => alongChannels(view, shape.length))
  const normal = mapElements(builder, [x, ...along], shape, [load(0), load(1), op('f32.mul'), load(2), op('f32.add')], 'f32')
  if (!own) return [{ type: 'f32', view: normal }]
  const momentum = node.float('momentum', 0.9)
  const blend = [load(0), f32(momentum), op('f32.mul'), load(1), f32(1 - momentum), op('f32.mul'), op('f32.add')]
  const running = [each([mean, middle], blend), each([variance, spread], blend)]
  return [normal, ...running].map((view) => ({ type: 'f32', view }))
}

export const NORMALIZATION: OperatorTable = { BatchNormalization: batchNormalization }
