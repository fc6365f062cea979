import { get, i32, load, op, set } from '../../ir/expression.ts'
import { type Expression, product } from '../../ir/types.ts'
import { numbersOf } from '../constant.ts'
import { reshapeOrCopy } from '../factors.ts'
import { fromEnd, gatherAlong, gatherElements } from '../gather.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { iota, tableOf } from '../table.ts'
import { takeAlong } from '../take.ts'
import { countOf, shapeOf, slice, type View } from '../view.ts'
import { emptyOf, reshaped, typeOf } from './shared.ts'

/** Positions of an index tensor known while compiling, counted from the start; null where it is computed at run time. */
export function positionsOf(node: NodeReader, index: View, extent: number): number[] | null {
  const positions = numbersOf(index)?.map((position) => (position < 0 ? position + extent : position)) ?? null
  const wrong = positions?.find((position) => position < 0 || position >= extent)
  if (wrong !== undefined) throw node.invalid(`has an index outside of the ${extent} elements that it chooses from`)
  return positions
}

/** Dimension `dim` of the view at the positions, whose shape replaces it. */
function chosen(node: NodeReader, data: View, dim: number, index: View, counts: 'from either end' | 'from the start'): View {
  const shape = shapeOf(data)
  const positions = positionsOf(node, index, shape[dim]!)
  if (!positions) {
    const counted = counts === 'from the start' ? index : fromEnd(node.builder, index, shape[dim]!)
    return gatherAlong(node.builder, data, dim, counted)
  }
  const taken = takeAlong(node.builder, data, dim, positions)
  return reshapeOrCopy(node.builder, taken, [...shape.slice(0, dim), ...shapeOf(index), ...shape.slice(dim + 1)])
}

function gather(node: NodeReader): Value[] {
  const data = node.input(0)
  const index = node.input(1).view
  const shape = shapeOf(data.view)
  const axis = node.axis(node.int('axis', 0), shape.length)
  if (countOf(index) === 0) return [emptyOf(node, data.type, [...shape.slice(0, axis), ...shapeOf(index), ...shape.slice(axis + 1)])]
  const view = chosen(node, data.view, axis, index, 'from either end')
  return [{ type: typeOf(data.type, view), view }]
}

function gatherElementsOf(node: NodeReader): Value[] {
  const data = node.input(0)
  const index = node.input(1).view
  const shape = shapeOf(data.view)
  const axis = node.axis(node.int('axis', 0), shape.length)
  const wanted = shapeOf(index)
  if (wanted.length !== shape.length || wanted.some((extent, dim) => dim !== axis && extent > shape[dim]!)) {
    throw node.invalid('has indices of a shape that does not fit its data')
  }
  if (countOf(index) === 0) return [emptyOf(node, data.type, wanted)]
  const positions = positionsOf(node, index, shape[axis]!)
  const { builder } = node
  if (!positions) {
    const view = gatherElements(builder, data.view, axis, fromEnd(builder, index, shape[axis]!))
    return [{ type: typeOf(data.type, view), view }]
  }
  const within = wanted.reduce(
    (view, extent, dim) => (dim === axis || extent === shape[dim] ? view : first(node, view, dim, extent)),
    data.view,
  )
  const along = alongAxis(positions, wanted, axis)
  const view = along ? takeAlong(builder, within, axis, along) : gatherElements(builder, within, axis, tableOf(builder, wanted, positions))
  return [{ type: typeOf(data.type, view), view }]
}

const first = (node: NodeReader, view: View, dim: number, count: number): View =>
  slice(view.dims[dim]!.length > 1 ? node.builder.copy(view) : view, dim, 0, count, 1)!

/** The positions for each coordinate of the axis, where they depend on that alone. */
export function alongAxis(positions: readonly number[], shape: readonly number[], axis: number): number[] | null {
  const inner = product(shape.slice(axis + 1))
  const along = Array.from({ length: shape[axis]! }, (_, index) => positions[index * inner]!)
  const same = positions.every((position, index) => position === along[Math.floor(index / inner) % shape[axis]!])
  return same ? along : null
}

/** The last dimension of the indices is a coordinate in the first dimensions of the data, after those that both have in common. */
function gatherND(node: NodeReader): Value[] {
  const data = node.input(0)
  const index = node.input(1).view
  const shape = shapeOf(data.view)
  const wanted = shapeOf(index)
  const shared = node.int('batch_dims', 0)
  const depth = wanted.at(-1) ?? 0
  const fits = shared >= 0 && shared < Math.min(shape.length, wanted.length) && depth >= 1 && shared + depth <= shape.length
  if (!fits || shape.slice(0, shared).join() !== wanted.slice(0, shared).join()) throw node.invalid('has indices that do not fit its data')
  const rest = shape.slice(shared + depth)
  const target = [...wanted.slice(0, -1), ...rest]
  if (product(target) === 0) return [emptyOf(node, data.type, target)]
  const { builder } = node
  // One row a batch, one position a tuple; the positions count through all batches.
  const batches = product(shape.slice(0, shared))
  const tuples = product(wanted.slice(shared, -1))
  const extents = shape.slice(shared, shared + depth)
  const source = reshapeOrCopy(builder, data.view, [batches * product(extents), ...rest])
  const table = rowNumbers(node, reshapeOrCopy(builder, index, [batches, tuples, depth]), extents)
  const view = chosen(node, source, 0, reshapeOrCopy(builder, table, [batches * tuples]), 'from the start')
  return [reshaped(node, { type: typeOf(data.type, view), view }, target)]
}

/**
 * Tuples `[batches, tuples, depth]` of coordinates over `extents` as one row-major number each, batch after batch; negative coordinates
 * count from the end.
 */
export function rowNumbers(node: NodeReader, tuples: View, extents: readonly number[]): View {
  const { builder } = node
  const simple = builder.simple(tuples)
  const [batches, count] = shapeOf(simple) as [number, number]
  const parts = extents.map((extent, part) => {
    const view = slice(simple, 2, part, 1, 1)!
    positionsOf(node, view, extent)
    return { ...view, dims: view.dims.slice(0, 2) }
  })
  const code = extents.flatMap((extent, part): Expression => {
    const counted = [load(part), set(0), get(0), i32(extent), op('i32.add'), get(0), get(0), i32(0), op('i32.lt'), op('select')]
    return part === 0 ? counted : [i32(extent), op('i32.mul'), ...counted, op('i32.add')]
  })
  if (batches === 1) return mapElements(builder, parts, [batches, count], code, 'i32')
  const rows = iota(builder, batches)
  const row = { ...rows, dims: [...rows.dims, []] }
  const offset = [load(parts.length), i32(product(extents)), op('i32.mul'), op('i32.add')]
  return mapElements(builder, [...parts, row], [batches, count], [...code, ...offset], 'i32')
}

export const GATHERING: OperatorTable = { Gather: gather, GatherElements: gatherElementsOf, GatherND: gatherND }
