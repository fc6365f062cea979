import { product } from '../../../ir/types.ts'
import type { Digit } from './digits.ts'
import { type Emission, emit } from './emit.ts'
import { known } from './known.ts'
import { type Layout, shapeOfLayout } from './layout.ts'
import { digitsOfLoad, fillOf, isConstant, readLoad, variablesOf } from './read.ts'
import { foldScale } from './scale.ts'
import { loadsOf, type Tree } from './tree.ts'
import { unrolled, unrolledOrder } from './unrolled.ts'
import { arrange } from './value.ts'
import { cutout, pad, slice } from './window.ts'
import type { Ref } from './writer.ts'

/** A fold in the graph: the tensor, and which output variables lie along its axes. @property result  what is left of the kernel's result */
export type Folded = { readonly ref: Ref; readonly layout: Layout; readonly result: Tree }

/** The two factors of a sum of products; `data` is a load that is known when the model runs, `weights` any expression of other loads. */
type Factors = { readonly data: Tree; readonly load: number; readonly weights: Tree | null }

function factorsOf(scope: Emission, term: Tree): Factors | null {
  const variable = (tree: Tree): number[] => [...loadsOf(tree)].filter((each) => !isConstant(scope, scope.kernel.loads[each]!))
  const single = (tree: Tree): number | null => {
    const loads = variable(tree)
    const usesOthers = loadsOf(tree).size !== loads.length
    return loads.length === 1 && !usesOthers && !namesVariable(tree) ? loads[0]! : null
  }
  if (term.op === 'f32.mul' || term.op === 'i32.mul') {
    const [a, b] = term.args as [Tree, Tree]
    for (const [data, weights] of [
      [a, b],
      [b, a],
    ] as const) {
      const load = single(data)
      const rest = variable(weights)
      if (load !== null && !rest.includes(load) && (rest.length === 0 || weights.op === 'load')) return { data, load, weights }
    }
    return null
  }
  const load = single(term)
  return load === null ? null : { data: term, load, weights: null }
}

const namesVariable = (tree: Tree): boolean => tree.op === 'var' || tree.op === 'inrange' || tree.args.some(namesVariable)

/**
 * A sum of products as Conv, MatMul or Gemm; null where it is none of these.
 * @throws {OpineError} `NO_ONNX_FORM`
 */
export function emitProduct(scope: Emission, term: Tree, result: Tree): Folded | null {
  const { kernel, extents } = scope
  const factors = factorsOf(scope, term)
  if (!factors) return null
  const { load } = factors
  const digits = digitsOfLoad(scope, kernel.loads[load]!)
  if (!digits) return null
  const rank = kernel.shape.length
  const all = extents.map((_, variable) => variable).filter((variable) => extents[variable]! > 1)
  const inData = new Set(digits.flatMap(({ terms }) => terms.map(({ variable }) => variable)))
  const inWeights = new Set(
    factors.weights ? [...loadsOf(factors.weights)].flatMap((each) => [...variablesOf(kernel, kernel.loads[each]!)]) : [],
  )
  const outputs = all.filter((variable) => variable < rank)
  const summed = all.filter((variable) => variable >= rank)
  // Each term of the sum has its own element of the data; each output depends on something.
  if (!summed.every((variable) => inData.has(variable)) || !outputs.every((variable) => inData.has(variable) || inWeights.has(variable)))
    return null
  const group = outputs.filter((variable) => inData.has(variable) && inWeights.has(variable))
  const filters = outputs.filter((variable) => !inData.has(variable))
  const rows = outputs.filter((variable) => inData.has(variable) && !inWeights.has(variable))
  const shape = { ...factors, digits, group, filters, rows, summed, rank }
  if (isSliding(shape)) return convolution(scope, shape, result)
  return (
    (factors.weights && liesChannelsFirst(scope, shape) ? convolution(scope, shape, result) : null) ?? matrixProduct(scope, shape, result)
  )
}

type Shape = Factors & {
  readonly digits: readonly Digit[]
  /** Output variables of both factors, of the weights alone, and of the data alone; and those that are summed over. */
  readonly group: readonly number[]
  readonly filters: readonly number[]
  readonly rows: readonly number[]
  readonly summed: readonly number[]
  readonly rank: number
}

const isSliding = ({ digits }: Shape): boolean => digits.some(({ terms }) => terms.length > 1)

/** Whether some summed axis of the data lies outside one of its rows, as channels before positions do. */
function liesChannelsFirst(scope: Emission, { load, digits, rows, summed }: Shape): boolean {
  const value = scope.operand(scope.kernel.loads[load]!.buffer).value!
  const strides = value.axes.flat().map(({ stride, extent }) => ({ from: stride, to: stride * extent }))
  const place = (variables: readonly number[]): number[] =>
    digits.flatMap(({ terms, stride }) =>
      terms.some(({ variable }) => variables.includes(variable))
        ? [strides.findIndex(({ from, to }) => from <= stride && stride < to)]
        : [],
    )
  const [outer, inner] = [place(summed), place(rows)]
  return outer.length > 0 && inner.length > 0 && Math.min(...outer) < Math.max(...inner)
}

function matrixProduct(scope: Emission, shape: Shape, result: Tree): Folded | null {
  const { writer, extents } = scope
  const { data, weights, group, filters, rows, summed } = shape
  if (!weights) return null
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

function convolution(scope: Emission, shape: Shape, result: Tree): Folded | null {
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
      ? cutout(each.digit, (size(each.output) - 1) * each.stride + (size(each.tap) - 1) * each.dilation + 1)
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
