/** The kernels that operators share: element-wise maps and reductions over whole dimensions. */
import { f32, i32, load } from '../ir/expression.ts'
import { type Expression, product, type ReduceOp, type StoreType, scalarOf } from '../ir/types.ts'
import { type Builder, byStride } from './builder.ts'
import { numbersOf } from './constant.ts'
import { at } from './draft-load.ts'
import { partsOf, reshapeOrCopy, type Split, splitAlike } from './factors.ts'
import { countOf, permute, shapeOf, stepOf, type View } from './view.ts'

type ResultType = Exclude<StoreType, 'f16'>

/**
 * One element-wise kernel over `shape`; `result` numbers its loads as `views`, which are broadcast. Constants of one element become
 * immediates. The output is laid out as the first operand is that fills `shape`, kernels' buffers before others.
 */
export function mapElements(
  builder: Builder,
  views: readonly View[],
  shape: readonly number[],
  result: Expression,
  type: ResultType,
): View {
  const kept: View[] = []
  const replace = views.map((view) => immediateOf(view) ?? load(kept.push(view) - 1))
  const code = result.map((step) => (step.op === 'load' ? replace[step.arg!]! : step))
  const split = splitAlike(builder, kept, shape)
  const lead = leadOf(split.views, product(shape))
  const dims = split.parts.flat().map((_, dim) => dim)
  const order = lead ? byStride(lead, dims) : dims
  const extents = split.parts.flat()
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

export type Reduction = { readonly op: ReduceOp; readonly term: Expression; readonly result: Expression; readonly type: ResultType }

/** Folds the dimensions `axes` of one view to extent 1; terms are taken in the order in which they lie in the buffer. */
export function reduceAxes(builder: Builder, view: View, axes: readonly number[], reduction: Reduction): View {
  const shape = shapeOf(view)
  const split: Split = splitAlike(builder, [view], shape)
  const [source] = split.views as [View]
  const extents = split.parts.flat()
  const folded = byStride(source, partsOf(split, axes))
  const kept = byStride(
    source,
    extents.map((_, dim) => dim).filter((dim) => !folded.includes(dim)),
  )
  const variables = [...(kept.length > 0 ? kept : [-1]), ...folded]
  const output = builder.emit({
    type: reduction.type,
    shape: kept.length > 0 ? kept.map((dim) => extents[dim]!) : [1],
    operands: [{ view: source, at: extents.map((_, dim) => at(variables.indexOf(dim))) }],
    reduce: { op: reduction.op, extents: folded.length > 0 ? folded.map((dim) => extents[dim]!) : [1], term: reduction.term },
    result: reduction.result,
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
