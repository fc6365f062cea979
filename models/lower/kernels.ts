/** The kernels that operators share: element-wise maps and reductions over whole dimensions. */
import { f32, i32, load, op, variable } from '../ir/expression.ts'
import { type Expression, product, type ReduceOp, type ScalarType, type StoreType, scalarOf } from '../ir/types.ts'
import { type Builder, byStride } from './builder.ts'
import { numbersOf } from './constant.ts'
import { at } from './draft-load.ts'
import { partsOf, reshapeOrCopy, type Split, splitAlike } from './factors.ts'
import { countOf, permute, shapeOf, stepOf, type View } from './view.ts'

type ResultType = Exclude<StoreType, 'f16'>

/** Code that gives the coordinate of the element at hand, or of the term, in dimension `dim` of the shape. */
export type Coordinate = (dim: number) => Expression

/** Code, or code that depends on coordinates. */
export type Code = Expression | ((coordinate: Coordinate) => Expression)

const written = (code: Code, coordinate: Coordinate): Expression => (typeof code === 'function' ? code(coordinate) : code)

/** The coordinate of an original dimension from the variables of its parts; `variables` names the one of each part. */
function coordinateOf(split: Split, variables: readonly number[]): Coordinate {
  const extents = split.parts.flat()
  return (dim) => {
    const parts = partsOf(split, [dim])
    const steps = parts.map((part, index): Expression => {
      const place = product(parts.slice(index + 1).map((inner) => extents[inner]!))
      const value = variable(variables.indexOf(part))
      return place === 1 ? [value] : [value, i32(place), op('i32.mul')]
    })
    const [first, ...rest] = steps
    return first ? [...first, ...rest.flatMap((step) => [...step, op('i32.add')])] : [i32(0)]
  }
}

/**
 * One element-wise kernel over `shape`; `result` numbers its loads as `views`, which are broadcast. Constants of one element become
 * immediates. The output is laid out as the first operand is that fills `shape`, kernels' buffers before others.
 */
export function mapElements(builder: Builder, views: readonly View[], shape: readonly number[], result: Code, type: ResultType): View {
  const kept: View[] = []
  const replace = views.map((view) => immediateOf(view) ?? load(kept.push(view) - 1))
  const split = splitAlike(builder, kept, shape)
  const lead = leadOf(split.views, product(shape))
  const dims = split.parts.flat().map((_, dim) => dim)
  const order = lead ? byStride(lead, dims) : dims
  const extents = split.parts.flat()
  const code = written(result, coordinateOf(split, order)).map((step) => (step.op === 'load' ? replace[step.arg!]! : step))
  const output = builder.emit({
    type,
    shape: order.length > 0 ? order.map((dim) => extents[dim]!) : [1],
    operands: split.views.map((view) => ({ view, at: dims.map((dim) => at(order.indexOf(dim))) })),
    result: code,
  })
  return regroup(builder, output, order, shape)
}

function immediateOf(view: View): Expression[number] | null {
  if (view.buffer.kind !== 'constant' || view.buffer.wide || countOf(view) !== 1) return null
  const [value] = numbersOf(view)!
  return scalarOf(view.buffer.type) === 'f32' ? f32(value!) : i32(value!)
}

function leadOf(views: readonly View[], count: number): View | null {
  const full = views.filter((view) => product(view.dims.flatMap((dim) => dim.map((f) => (stepOf(view, f) === 0 ? 1 : f.extent)))) === count)
  return full.find((view) => view.buffer.kind === 'kernel') ?? full[0] ?? null
}

/** Gives a kernel's output over parts in `order` the shape of the tensor again. */
function regroup(builder: Builder, output: View, order: readonly number[], shape: readonly number[]): View {
  if (order.length === 0) return reshapeOrCopy(builder, output, shape)
  const back = order.map((_, dim) => order.indexOf(dim))
  return reshapeOrCopy(builder, permute(output, back), shape)
}

/** `foldType` is the scalar type of the first view if not given. */
export type Reduction = {
  readonly op: ReduceOp
  readonly term: Code
  readonly result: Expression
  readonly type: ResultType
  readonly foldType?: ScalarType
}

/** Folds the dimensions `axes` of one view to extent 1; terms are taken in the order in which they lie in the buffer. */
export const reduceAxes = (builder: Builder, view: View, axes: readonly number[], reduction: Reduction): View =>
  foldAxes(builder, [view], shapeOf(view), axes, reduction)

/**
 * Folds the dimensions `axes` of `shape` to extent 1; loads are numbered as `views`, which are broadcast to `shape`. Terms are taken in
 * the order in which they lie in the buffer of the first view. What `result` loads must not vary along `axes`.
 */
export function foldAxes(
  builder: Builder,
  views: readonly [View, ...View[]],
  shape: readonly number[],
  axes: readonly number[],
  reduction: Reduction,
): View {
  const split: Split = splitAlike(builder, views, shape)
  const lead = split.views[0]!
  const extents = split.parts.flat()
  const folded = byStride(lead, partsOf(split, axes))
  const kept = byStride(
    lead,
    extents.map((_, dim) => dim).filter((dim) => !folded.includes(dim)),
  )
  const variables = [...(kept.length > 0 ? kept : [-1]), ...folded]
  const { op: name, term, result, type, foldType = scalarOf(views[0].buffer.type) } = reduction
  const output = builder.emit({
    type,
    shape: kept.length > 0 ? kept.map((dim) => extents[dim]!) : [1],
    operands: split.views.map((view) => ({ view, at: extents.map((_, dim) => at(variables.indexOf(dim))) })),
    reduce: {
      op: name,
      extents: folded.length > 0 ? folded.map((dim) => extents[dim]!) : [1],
      term: written(term, coordinateOf(split, variables)),
      type: foldType,
    },
    result,
  })
  const target = shape.map((extent, dim) => (axes.includes(dim) ? 1 : extent))
  const ranked = [...kept].sort((a, b) => a - b)
  return regroup(
    builder,
    output,
    kept.map((dim) => ranked.indexOf(dim)),
    target,
  )
}
