import { load, op } from '../../ir/expression.ts'
import { byStride } from '../builder.ts'
import { affine, at } from '../draft-load.ts'
import { reshapeOrCopy } from '../factors.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { permute, reshape, shapeOf, type View } from '../view.ts'
import { windowsOf } from '../window.ts'
import { arithmeticType } from './elementwise.ts'

/**
 * Convolution, channels last: the output buffer is `[N, spatial.., C]`, shown as `[N, C, spatial..]`. The reduce coordinates (kernel
 * position and input channel of the group) go in the order in which they lie in the input, and the weights are laid out to match: with a
 * channels-last input `[out][kernel..][in / group]`, so that a block opens neighbouring words.
 */
function conv(node: NodeReader): Value[] {
  const { builder } = node
  const [x, w, b] = [node.input(0), node.input(1), node.optional(2)]
  const type = arithmeticType(node, b ? [x, w, b] : [x, w])
  if (type !== 'f32') throw node.unsupported(`inputs of type ${type}`, 'Conv of float32')
  const groups = node.int('group', 1)
  const [batch, channels, ...spatial] = shapeOf(x.view) as [number, number, ...number[]]
  const [filters, depth, ...kernels] = shapeOf(w.view) as [number, number, ...number[]]
  const rank = spatial.length
  if (rank < 1 || kernels.length !== rank || channels !== depth * groups || filters % groups !== 0) {
    throw node.invalid(`does not fit its weights with group ${groups}`)
  }
  if (b && shapeOf(b.view).join() !== `${filters}`) throw node.invalid(`wants a bias of shape [${filters}]`)
  const windows = windowsOf(node, spatial, node.ints('kernel_shape') ?? kernels)
  if (windows.some((window, axis) => window.kernel !== kernels[axis])) throw node.invalid('has another kernel_shape than its weights')

  // Input as [N, G, C/G, spatial..], weights as [G, O/G, C/G, kernel..].
  const grouped = (view: View): View => reshapeOrCopy(builder, view, [batch, groups, depth, ...spatial])
  const last = [0, ...spatial.map((_, axis) => axis + 2), 1]
  const direct = grouped(x.view)
  const input = direct.dims.every((dim) => dim.length <= 1) ? direct : grouped(builder.copy(x.view, last))
  const split = reshapeOrCopy(builder, w.view, [groups, filters / groups, depth, ...kernels])
  const order = byStride(
    input,
    Array.from({ length: rank + 1 }, (_, index) => index + 2),
  )
  const weights = builder.simple(packed(builder.copy.bind(builder), split, order))
  const bias = b && builder.simple(reshapeOrCopy(builder, b.view, [groups, filters / groups]))

  // Variables: n, output positions, group, filter of the group; then the reduce coordinates in `order`.
  const [group, filter, first] = [rank + 1, rank + 2, rank + 3]
  const reduced = (dim: number): number => first + order.indexOf(dim)
  const output = builder.emit({
    type: 'f32',
    shape: [batch, ...windows.map((window) => window.output), groups, filters / groups],
    operands: [
      {
        view: input,
        at: [
          at(0),
          at(group),
          at(reduced(2)),
          ...windows.map((window, axis) => affine(-window.before, [axis + 1, window.stride], [reduced(axis + 3), window.dilation])),
        ],
        fill: 0,
      },
      { view: weights, at: [at(group), at(filter), ...split.dims.slice(2).map((_, index) => at(reduced(index + 2)))] },
      ...(bias ? [{ view: bias, at: [at(group), at(filter)] }] : []),
    ],
    reduce: { op: 'sum', extents: order.map((dim) => [depth, ...kernels][dim - 2]!), term: [load(0), load(1), op('f32.mul')] },
    result: bias ? [op('fold'), load(2), op('f32.add')] : [op('fold')],
  })
  const nhwc = reshape(output, [batch, ...windows.map((window) => window.output), filters])!
  return [{ type, view: permute(nhwc, [0, rank + 1, ...spatial.map((_, axis) => axis + 1)]) }]
}

/** Weights laid out with their reduced dimensions in `order`; those of variable weights are read where they lie. */
function packed(copy: (view: View, order: readonly number[]) => View, weights: View, order: readonly number[]): View {
  return weights.buffer.kind === 'constant' ? copy(weights, [0, 1, ...order]) : weights
}

export const CONVOLUTION: OperatorTable = { Conv: conv }
