import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { shapeOf, slice as sliceView, type View } from '../view.ts'
import { emptyOf } from './shared.ts'

/** Elements `start, start + step, ..`, `count` of them, of one dimension. */
export function cut(node: NodeReader, { type, view }: Value, dim: number, start: number, count: number, step = 1): Value {
  if (count === 0) return emptyOf(node, type, shapeOf(view).with(dim, 0))
  const simple: View = view.dims[dim]!.length > 1 ? node.builder.copy(view) : view
  return { type, view: sliceView(simple, dim, start, count, step)! }
}

/** Bounds are attributes before operator set 10, then inputs; they count from the end where negative, and are clamped. */
function slice(node: NodeReader): Value[] {
  const data = node.input(0)
  const shape = shapeOf(data.view)
  const part = (name: string, input: number): readonly number[] | null => (node.opset < 10 ? node.ints(name) : node.known(input))
  const starts = part('starts', 1)
  const ends = part('ends', 2)
  const axes = (part('axes', 3) ?? starts?.map((_, dim) => dim))?.map((axis) => node.axis(axis, shape.length))
  const steps = (node.opset < 10 ? null : node.known(4)) ?? starts?.map(() => 1)
  if (!starts || !ends || !axes || !steps || [ends, axes, steps].some(({ length }) => length !== starts.length)) {
    throw node.invalid('has starts, ends, axes and steps of different lengths')
  }
  if (new Set(axes).size !== axes.length || steps.includes(0)) throw node.invalid(`has the axes [${axes}] and the steps [${steps}]`)
  let value = data
  for (const [index, axis] of axes.entries()) {
    const extent = shape[axis]!
    const step = steps[index]!
    const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1]
    const bound = (at: number): number => Math.min(high, Math.max(low, at < 0 ? at + extent : at))
    const start = bound(starts[index]!)
    const count = Math.max(0, Math.ceil((bound(ends[index]!) - start) / step))
    value = cut(node, value, axis, Math.max(0, start), count, step)
  }
  return [value]
}

/** Parts are an attribute before operator set 13, then an input; with neither they are equal, from 18 on with a shorter last one. */
function split(node: NodeReader): Value[] {
  const data = node.input(0)
  const shape = shapeOf(data.view)
  const axis = node.axis(node.int('axis', 0), shape.length)
  const extent = shape[axis]!
  const wanted = node.node.outputs.length
  const given = node.opset < 13 ? node.ints('split') : node.known(1)
  const parts = given ?? equalParts(node, extent, node.opset < 18 ? wanted : node.int('num_outputs', wanted))
  const total = parts.reduce((sum, part) => sum + part, 0)
  if (parts.length !== wanted || total !== extent || parts.some((part) => part < 0)) {
    throw node.invalid(`splits ${extent} elements into ${wanted} parts of [${parts}]`)
  }
  const simple = { ...data, view: data.view.dims[axis]!.length > 1 ? node.builder.copy(data.view) : data.view }
  return parts.map((count, index) => {
    const start = parts.slice(0, index).reduce((sum, part) => sum + part, 0)
    return cut(node, simple, axis, start, count)
  })
}

function equalParts(node: NodeReader, extent: number, count: number): number[] {
  if (count < 1 || count > node.node.outputs.length) throw node.invalid(`has ${count} parts for ${node.node.outputs.length} outputs`)
  if (node.opset < 18 && extent % count !== 0) throw node.invalid(`splits ${extent} elements into ${count} equal parts`)
  const part = Math.ceil(extent / count)
  return Array.from({ length: count }, (_, index) => Math.max(0, Math.min(part, extent - index * part)))
}

export const SLICES: OperatorTable = { Slice: slice, Split: split }
