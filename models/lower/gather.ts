/** Reads at positions that are values of the program. A position out of range gives the fill; ONNX leaves that case to the runtime. */
import { get, i32, load, op, set } from '../ir/expression.ts'
import { type Builder, byStride } from './builder.ts'
import { at, type Index, indexedBy } from './draft-load.ts'
import { reshapeOrCopy } from './factors.ts'
import { mapElements } from './kernels.ts'
import { emitInOrder, exploded } from './ordered.ts'
import { shapeOf, type View } from './view.ts'

const stored = (view: View) => (view.buffer.type === 'f16' ? 'f32' : view.buffer.type)

/** Dimension `dim` is replaced by the dimensions of `index`, whose values are positions in it. */
export function gatherAlong(builder: Builder, data: View, dim: number, index: View, fill?: number): View {
  const source = data.dims[dim]!.length > 1 ? builder.copy(data) : data
  const before = source.dims.slice(0, dim).flat().length
  const after = source.dims.slice(dim + 1).flat().length
  const flat = { ...exploded(source), dims: [...parts(source, 0, dim), source.dims[dim]!, ...parts(source, dim + 1)] }
  const table = exploded(index)
  const count = table.dims.length
  // Variables: those of the dimensions before, of the table, and of the dimensions after.
  const extents = [...shapeOf(flat).slice(0, before), ...shapeOf(table), ...shapeOf(flat).slice(before + 1)]
  const place = (own: number): number => (own < before ? own : own - 1 + count)
  const where = flat.dims.map((_, own): Index => (own === before ? indexedBy(1) : at(place(own))))
  const order = byStride(flat).flatMap((own) =>
    own === before ? Array.from({ length: count }, (_, digit) => before + digit) : [place(own)],
  )
  const scalar = before + after + count === 0
  const output = emitInOrder(
    builder,
    {
      type: stored(data),
      shape: scalar ? [1] : extents,
      operands: [
        { view: flat, at: where, ...(fill === undefined ? {} : { fill }) },
        { view: table, at: table.dims.map((_, digit) => at(before + digit)) },
      ],
      result: [load(0)],
    },
    scalar ? [0] : order,
  )
  const shape = shapeOf(data)
  return reshapeOrCopy(builder, output, [...shape.slice(0, dim), ...shapeOf(index), ...shape.slice(dim + 1)])
}

const parts = (view: View, from: number, to = view.dims.length): View['dims'] =>
  view.dims.slice(from, to).flatMap((factors) => factors.map((factor) => [factor]))

/** Over the shape of `index`: the element at the same coordinates but in `dim`, where the value of `index` is the coordinate. */
export function gatherElements(builder: Builder, data: View, dim: number, index: View): View {
  const [source, table] = [builder.simple(data), builder.simple(index)]
  const operands = [
    { view: source, at: source.dims.map((_, own): Index => (own === dim ? indexedBy(1) : at(own))) },
    { view: table, at: table.dims.map((_, own) => at(own)) },
  ]
  const lead = shapeOf(index).join() === shapeOf(data).join() ? source : table
  return emitInOrder(builder, { type: stored(data), shape: shapeOf(index), operands, result: [load(0)] }, byStride(lead))
}

/** Positions with negative ones counted from the end of `extent`. */
export function fromEnd(builder: Builder, index: View, extent: number): View {
  const counted = [load(0), set(0), get(0), i32(extent), op('i32.add'), get(0), get(0), i32(0), op('i32.lt'), op('select')]
  return mapElements(builder, [index], shapeOf(index), counted, 'i32')
}
