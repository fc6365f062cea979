import { load, op } from '../../ir/expression.ts'
import { type Builder, byStride } from '../builder.ts'
import { PRODUCT } from '../convolve.ts'
import { affine, at, type Index } from '../draft-load.ts'
import { reshapeOrCopy } from '../factors.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { type TransposedWindow, transposedWindowsOf } from '../transposed-window.ts'
import { pad, permute, reshape, shapeOf, slice, type View } from '../view.ts'
import { arithmeticType } from './elementwise.ts'

const MAX_RANK = 8

/**
 * One axis as the kernel walks it: padded output position `stride * (first + a) + r`, tap `stride * j + r - shift`, input position
 * `first + a - j * dilation`, for `a < steps`, `r < stride`, `j < taps`. So no product with a stuffed zero is calculated.
 */
type Walk = {
  readonly stride: number
  readonly dilation: number
  readonly first: number
  readonly steps: number
  readonly taps: number
  /** Zeros before the weights, which make the phases start where the output does. */
  readonly shift: number
  /** Outputs calculated before the first that is wanted. */
  readonly skip: number
}

function walkOf({ kernel, stride, dilation, before, output }: TransposedWindow): Walk {
  const whole = (value: number): number => Math.ceil(value / stride)
  const late = (stride - (before % stride)) % stride
  const shift = whole(kernel + late) === whole(kernel) ? late : 0
  const start = before + shift
  const first = Math.floor(start / stride)
  return {
    stride,
    dilation,
    first,
    steps: whole(start + output) - first,
    taps: whole(kernel + shift),
    shift,
    skip: start - first * stride,
  }
}

/** `view` with `before` and `after` zeros around dimension `dim`. */
const padded = (builder: Builder, view: View, dim: number, before: number, after: number): View =>
  pad(view, dim, before, after, 0) ?? pad(builder.copy(view), dim, before, after, 0)!

/** A copy with `stride - 1` zeros after every element of spatial axis `axis`. */
function stuffed(builder: Builder, x: View, axis: number, stride: number): View {
  const shape = shapeOf(x)
  const dim = axis + 2
  const apart = padded(builder, { ...x, dims: x.dims.toSpliced(dim + 1, 0, []) }, dim + 1, 0, stride - 1)
  return builder.copy(reshape(apart, shape.with(dim, shape[dim]! * stride))!)
}

/**
 * Transposed convolution, channels last as Conv. An axis with a stride is walked by output phase, one kernel for all; one that also has a
 * dilation (or where the variables would not suffice) reads a copy with stuffed zeros instead.
 */
function convTranspose(node: NodeReader): Value[] {
  const { builder } = node
  const [source, w, b] = [node.input(0), node.input(1), node.optional(2)]
  const type = arithmeticType(node, b ? [source, w, b] : [source, w])
  if (type !== 'f32') throw node.unsupported(`inputs of type ${type}`, 'ConvTranspose of float32')
  const groups = node.int('group', 1)
  const [batch, channels, ...spatial] = shapeOf(source.view) as [number, number, ...number[]]
  const [inputs, filters, ...kernels] = shapeOf(w.view) as [number, number, ...number[]]
  const rank = spatial.length
  if (rank < 1 || kernels.length !== rank || groups < 1 || channels !== inputs || channels % groups !== 0) {
    throw node.invalid(`does not fit its weights with group ${groups}`)
  }
  const given = node.ints('kernel_shape')
  if (given && given.join() !== kernels.join()) throw node.invalid('has another kernel_shape than its weights')
  if (b && shapeOf(b.view).join() !== `${groups * filters}`) throw node.invalid(`wants a bias of shape [${groups * filters}]`)

  const windows = transposedWindowsOf(node, spatial, kernels)
  let x = source.view
  let variables = [batch, groups, filters].filter((extent) => extent > 1).length + windows.length
  for (const [axis, window] of windows.entries()) {
    if (window.stride === 1) continue
    if (window.dilation === 1 && variables < MAX_RANK) variables += 1
    else {
      x = stuffed(builder, x, axis, window.stride)
      windows[axis] = { ...window, input: window.input * window.stride, stride: 1 }
    }
  }
  const walks = windows.map(walkOf)
  const depth = channels / groups

  const grouped = (view: View): View => reshapeOrCopy(builder, view, [batch, groups, depth, ...windows.map(({ input }) => input)])
  const direct = grouped(x)
  const last = [0, ...spatial.map((_, axis) => axis + 2), 1]
  const input = direct.dims.every((dim) => dim.length <= 1) ? direct : grouped(builder.copy(x, last))
  const order = byStride(
    input,
    Array.from({ length: rank + 1 }, (_, index) => index + 2),
  )
  const weights = weightsOf(builder, w.view, groups, walks, order)
  const bias = b && builder.simple(reshapeOrCopy(builder, b.view, [groups, filters]))

  // Variables: n, then step and phase of each axis, group, filter of the group; then the reduce coordinates in `order`.
  const step = (axis: number): number => 1 + 2 * axis
  const [group, filter, first] = [1 + 2 * rank, 2 + 2 * rank, 3 + 2 * rank]
  const reduced = (dim: number): number => first + order.indexOf(dim)
  const position = (walk: Walk, axis: number): Index => affine(walk.first, [step(axis), 1], [reduced(axis + 3), -walk.dilation])
  const output = builder.emit({
    type,
    shape: [batch, ...walks.flatMap(({ steps, stride }) => [steps, stride]), groups, filters],
    operands: [
      { view: input, at: [at(0), at(group), at(reduced(2)), ...walks.map(position)], fill: 0 },
      {
        view: weights,
        at: [at(group), at(reduced(2)), at(filter), ...walks.flatMap((_, axis) => [at(reduced(axis + 3)), at(step(axis) + 1)])],
      },
      ...(bias ? [{ view: bias, at: [at(group), at(filter)] }] : []),
    ],
    reduce: { op: 'sum', extents: order.map((dim) => [depth, ...walks.map(({ taps }) => taps)][dim - 2]!), term: PRODUCT },
    result: bias ? [op('fold'), load(2), op('f32.add')] : [op('fold')],
  })
  const whole = reshape(output, [batch, ...walks.map(({ steps, stride }) => steps * stride), groups * filters])!
  const wanted = walks.reduce((view, { skip }, axis) => slice(view, axis + 1, skip, windows[axis]!.output, 1)!, whole)
  return [{ type, view: permute(wanted, [0, rank + 1, ...spatial.map((_, axis) => axis + 1)]) }]
}

/**
 * Weights `[C, O / groups, kernel..]` as `[G, C/G, O/G, (tap, phase)..]`. Constants are laid out `[G][phase..][O/G]` and then as the input's
 * channels and positions lie, so that a block opens neighbouring words; variable ones are read where they lie.
 */
function weightsOf(builder: Builder, w: View, groups: number, walks: readonly Walk[], order: readonly number[]): View {
  const [channels, filters] = shapeOf(w) as [number, number]
  const whole = walks.reduce((view, { taps, stride, shift }, axis) => {
    return padded(builder, view, axis + 2, shift, taps * stride - shift - shapeOf(w)[axis + 2]!)
  }, builder.simple(w))
  const shape = [groups, channels / groups, filters, ...walks.flatMap(({ taps, stride }) => [taps, stride])]
  const view = builder.simple(reshapeOrCopy(builder, whole, shape))
  if (w.buffer.kind !== 'constant') return view
  const phases = walks.map((_, axis) => 4 + 2 * axis)
  return builder.copy(view, [0, ...phases, 2, ...order.map((dim) => (dim === 2 ? 1 : 3 + 2 * (dim - 3)))])
}

export const CONV_TRANSPOSE: OperatorTable = { ConvTranspose: convTranspose }
