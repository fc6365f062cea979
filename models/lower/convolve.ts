import { load, op } from '../ir/expression.ts'
import type { Expression, StoreType } from '../ir/types.ts'
import { byStride } from './builder.ts'
import { affine, at } from './draft-load.ts'
import { reshapeOrCopy } from './factors.ts'
import type { NodeReader } from './node.ts'
import { broadcast, permute, reshape, shapeOf, type View } from './view.ts'
import { type Window, windowsOf } from './window.ts'

/** Input `[N, C, spatial..]` and weights `[filters, C / groups, kernel..]`, checked against each other. */
export type Convolution = { readonly x: View; readonly w: View; readonly groups: number; readonly windows: readonly Window[] }

/** What is summed and stored. Loads: 0 the input, 1 the weights, from 2 on `others`. */
export type Sum = {
  readonly term: Expression
  readonly result: Expression
  /** Of shape `[filters]`, or `[]` for all filters alike. */
  readonly others: readonly View[]
  /** Bits of the padding. */
  readonly fill: number
  readonly type: Exclude<StoreType, 'f16'>
}

/** The attributes of Conv and of the quantised ones. @throws {OpineError} `INVALID_NODE` */
export function convolutionOf(node: NodeReader, x: View, w: View): Convolution {
  const groups = node.int('group', 1)
  const [, channels, ...spatial] = shapeOf(x)
  const [filters, depth, ...kernels] = shapeOf(w)
  const rank = spatial.length
  if (rank < 1 || kernels.length !== rank || groups < 1 || channels !== depth! * groups || filters! % groups !== 0) {
    throw node.invalid(`does not fit its weights with group ${groups}`)
  }
  const windows = windowsOf(node, spatial, node.ints('kernel_shape') ?? kernels)
  if (windows.some((window, axis) => window.kernel !== kernels[axis])) throw node.invalid('has another kernel_shape than its weights')
  return { x, w, groups, windows }
}

/** A sum of products of input and weights. */
export const PRODUCT: Expression = [load(0), load(1), op('f32.mul')]

/**
 * Convolution, channels last: the output buffer is `[N, spatial.., C]`, shown as `[N, C, spatial..]`. The reduce coordinates (kernel
 * position and input channel of the group) go in the order in which they lie in the input, and the weights are laid out to match: with a
 * channels-last input `[out][kernel..][in / group]`, so that a block opens neighbouring words.
 */
export function convolve({ builder }: NodeReader, { x, w, groups, windows }: Convolution, sum: Sum): View {
  const [batch, , ...spatial] = shapeOf(x) as [number, number, ...number[]]
  const [filters, depth, ...kernels] = shapeOf(w) as [number, number, ...number[]]
  const rank = spatial.length

  // Input as [N, G, C/G, spatial..], weights as [G, O/G, C/G, kernel..].
  const grouped = (view: View): View => reshapeOrCopy(builder, view, [batch, groups, depth, ...spatial])
  const last = [0, ...spatial.map((_, axis) => axis + 2), 1]
  const direct = grouped(x)
  const input = direct.dims.every((dim) => dim.length <= 1) ? direct : grouped(builder.copy(x, last))
  const split = reshapeOrCopy(builder, w, [groups, filters / groups, depth, ...kernels])
  const order = byStride(
    input,
    Array.from({ length: rank + 1 }, (_, index) => index + 2),
  )
  // Variable weights are read where they lie.
  const weights = builder.simple(w.buffer.kind === 'constant' ? builder.copy(split, [0, 1, ...order]) : split)
  const others = sum.others.map((view) => builder.simple(reshapeOrCopy(builder, broadcast(view, [filters]), [groups, filters / groups])))

  // Variables: n, output positions, group, filter of the group; then the reduce coordinates in `order`.
  const [group, filter, first] = [rank + 1, rank + 2, rank + 3]
  const reduced = (dim: number): number => first + order.indexOf(dim)
  const output = builder.emit({
    type: sum.type,
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
        fill: sum.fill,
      },
      { view: weights, at: [at(group), at(filter), ...split.dims.slice(2).map((_, index) => at(reduced(index + 2)))] },
      ...others.map((view) => ({ view, at: [at(group), at(filter)] })),
    ],
    reduce: { op: 'sum', extents: order.map((dim) => [depth, ...kernels][dim - 2]!), term: sum.term },
    result: sum.result,
  })
  const nhwc = reshape(output, [batch, ...windows.map((window) => window.output), filters])!
  return permute(nhwc, [0, rank + 1, ...spatial.map((_, axis) => axis + 1)])
}
