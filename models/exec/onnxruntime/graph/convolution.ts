import { product } from '../../../ir/types.ts'
import type { Digit } from './digits.ts'
import { type Emission, emit } from './emit.ts'
import { known } from './known.ts'
import { type Layout, shapeOfLayout } from './layout.ts'
import type { Folded, Shape } from './product.ts'
import { readLoad } from './read.ts'
import { foldScale } from './scale.ts'
import { fillOf } from './scope.ts'
import type { Tree } from './tree.ts'
import { unrolled, unrolledOrder } from './unrolled.ts'
import { arrange } from './value.ts'
import { pad, slice, stepped } from './window.ts'

/** A spatial axis of a convolution: an output variable, and a place of the window if it has one. */
type Spatial = {
  readonly digit: Digit
  readonly output: number | null
  readonly tap: number | null
  readonly stride: number
  readonly dilation: number
}

function spatialOf({ rank }: Shape, digit: Digit): Spatial | null {
  const outputs = digit.terms.filter(({ variable }) => variable < rank)
  const taps = digit.terms.filter(({ variable }) => variable >= rank)
  if (outputs.length > 1 || taps.length > 1 || digit.terms.some(({ coefficient }) => coefficient < 1)) return null
  const [output, tap] = [outputs[0], taps[0]]
  return {
    digit,
    output: output?.variable ?? null,
    tap: tap?.variable ?? null,
    stride: output?.coefficient ?? 1,
    dilation: tap?.coefficient ?? 1,
  }
}

/** Digits sorted into the axes of ONNX's Conv: batch, groups and channels, spatial ones. */
function axesOf(shape: Shape): { batch: Digit[]; groups: Digit[]; channels: Digit[]; spatial: Spatial[]; single: Digit[] } | null {
  const { digits, group, rows, summed } = shape
  const plain = ({ terms, offset, start, extent, length }: Digit): boolean =>
    terms.length === 1 && terms[0]!.coefficient === 1 && offset === 0 && start === 0 && length === extent
  const of = (variables: readonly number[]) => (digit: Digit) => digit.terms.length === 1 && variables.includes(digit.terms[0]!.variable)
  const sorted = (found: Digit[], variables: readonly number[]): Digit[] =>
    found.sort((a, b) => variables.indexOf(a.terms[0]!.variable) - variables.indexOf(b.terms[0]!.variable))
  const groups = sorted(digits.filter(of(group)), group)
  if (groups.length !== group.length || !groups.every(plain)) return null
  const single = digits.filter(({ terms }) => terms.length === 0)
  const sliding = digits.filter(({ terms }) => terms.length > 1)
  const channels = sorted(
    digits.filter((digit) => of(summed)(digit) && plain(digit)),
    summed,
  )
  const rest = digits.filter((digit) => of(rows)(digit) && (sliding.length === 0 || !plain(digit)))
  const others = digits.filter((digit) => of(summed)(digit) && !plain(digit))
  const batch = digits.filter((digit) => of(rows)(digit) && !rest.includes(digit))
  const spatial = [...sliding, ...rest, ...others].map((digit) => spatialOf(shape, digit))
  if (spatial.some((each) => each === null) || spatial.length > 3) return null
  return { batch, groups, channels, spatial: (spatial as Spatial[]).sort((a, b) => b.digit.stride - a.digit.stride), single }
}

/** As Conv, or where that is not allowed as a product of what lies under the windows; null where there are more than three spatial axes, or other ones. */
export function convolution(scope: Emission, shape: Shape, result: Tree): Folded | null {
  const { writer, kernel, extents } = scope
  const { data, load, weights, group, filters, rank } = shape
  const axes = axesOf(shape)
  if (!axes) return null
  const { batch, groups, channels, single } = axes
  const operand = scope.operand(kernel.loads[load]!.buffer)
  // The runtime's blocked layouts are for two spatial axes.
  const spatial: readonly (Spatial | null)[] =
    axes.spatial.length >= 2 ? axes.spatial : [...Array<null>(2 - axes.spatial.length).fill(null), ...axes.spatial]
  const size = (variable: number | null): number => (variable === null ? 1 : extents[variable]!)

  let x = arrange(writer, operand.value!, [
    batch,
    [...groups, ...channels],
    ...spatial.map((each) => (each ? [each.digit] : [])),
    ...single.map((digit) => [digit]),
  ])
  if (single.length > 0) {
    const from = x.shape.length - single.length
    x = slice(
      writer,
      x,
      x.shape.map((end, axis) =>
        axis < from ? { start: 0, end, step: 1 } : { start: single[axis - from]!.start, end: single[axis - from]!.start + 1, step: 1 },
      ),
    )
    x = writer.reshape(x, x.shape.slice(0, from))
  }
  const cuts = spatial.map((each) =>
    each
      ? stepped(each.digit, (size(each.output) - 1) * each.stride + (size(each.tap) - 1) * each.dilation + 1, each.stride)
      : { start: 0, end: 1, before: 0, after: 0 },
  )
  if (cuts.some(({ start, end }) => start >= end)) return null
  x = slice(writer, x, [
    ...x.shape.slice(0, 2).map((end) => ({ start: 0, end, step: 1 })),
    ...cuts.map(({ start, end }) => ({ start, end, step: 1 })),
  ])
  if (data.op !== 'load') x = emit({ ...scope, leaf: (each) => (each.op === 'load' ? x : undefined) }, data, [])
  const padding = paddingOf(scope, data, load)
  const taps = spatial.map((each) => (each && each.tap !== null ? [each.tap] : []))
  const summed = channels.map(({ terms }) => terms[0]!.variable)
  const outputs = spatial.map((each) => (each && each.output !== null ? [each.output] : []))
  const layout: Layout = [batch.map(({ terms }) => terms[0]!.variable), [...group, ...filters], ...outputs]
  if (layout.flat().length !== extents.filter((extent, variable) => variable < rank && extent > 1).length) return null
  const direct = scope.direct || taps.every((axis) => size(axis[0] ?? null) === 1)
  const own = direct && padding === 0
  const pads = own ? [...cuts.map(({ before }) => before), ...cuts.map(({ after }) => after)] : cuts.flatMap(() => [0, 0])
  if (!own) x = pad(writer, x, [0, 0, ...cuts.map(({ before }) => before)], [0, 0, ...cuts.map(({ after }) => after)], padding)

  const order = direct ? [[...group, ...filters], summed, ...taps] : unrolledOrder(group, filters, taps, summed)
  const folded = foldScale(scope, weights, result, order, [[...group, ...filters]])
  const w = folded ? folded.weights : weights ? writer.expand(readLoad(scope, weights.arg, order), shapeOfLayout(order, extents)) : null
  if (!w) return null
  const bias = folded?.bias ?? null
  const left = folded ? folded.result : result
  const groupCount = product(group.map((variable) => extents[variable]!))
  const windows = spatial.map((each, axis) => ({
    output: size(each?.output ?? null),
    places: size(taps[axis]![0] ?? null),
    stride: each?.stride ?? 1,
    dilation: each && each.tap !== null ? each.dilation : 1,
  }))
  if (!direct) return { ref: unrolled(scope, x, groupCount, windows, { weights: w, bias }), layout, result: left }
  const ints = (values: readonly number[]) => ({ ints: [...values] })
  const ref = writer.node('Conv', [x, w, ...(bias ? [bias] : [])], shapeOfLayout(layout, extents), {
    group: { int: groupCount },
    kernel_shape: ints(windows.map(({ places }) => places)),
    strides: ints(windows.map(({ stride }) => stride)),
    dilations: ints(windows.map(({ dilation }) => dilation)),
    pads: ints(pads),
  })
  return { ref, layout, result: left }
}

/** What the data are where a load is out of range. */
function paddingOf(scope: Emission, data: Tree, load: number): number {
  const fill = fillOf(scope, scope.kernel.loads[load]!)
  if (data.op === 'load') return fill
  return known(scope, data, (tree) => (tree.op === 'load' && tree.arg === load ? fill : undefined))(new Int32Array(scope.extents.length))
}
