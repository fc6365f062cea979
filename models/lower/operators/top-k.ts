import { f32, get, i32, load, op, set } from '../../ir/expression.ts'
import { type Expression, type StoreType, scalarOf } from '../../ir/types.ts'
import { storeTypeOf } from '../constant.ts'
import { foldAxes, mapElements } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { permute, shapeOf, type View } from '../view.ts'
import { arithmeticType } from './elementwise.ts'

/** Elements of the axis; ranking them takes the square of this number of comparisons. */
const MAX_EXTENT = 16_384

/**
 * An integer that orders as the number does: of negative floats all bits but the sign are turned. -0 is made 0, and NaN comes last, so
 * that this is a total order.
 */
const FLOAT_KEY: Expression = [
  ...[load(0), f32(0), op('f32.add'), op('i32.bits'), set(0)],
  ...[get(0), get(0), i32(31), op('i32.shr_s'), i32(0x7fffffff), op('i32.and'), op('i32.xor')],
]

/**
 * The `k` greatest or least elements along an axis and their indices, in order, the lower index first among equals: an integer key for each
 * element, its rank by counting the elements before it, then the element and the index of each rank.
 */
function topK(node: NodeReader): Value[] {
  const x = node.input(0)
  const type = arithmeticType(node, [x])
  const { builder } = node
  const shape = shapeOf(x.view)
  const axis = node.axis(node.int('axis', -1), shape.length)
  const k = (node.opset < 10 ? [node.int('k', 0)] : node.known(1))?.[0] ?? 0
  const extent = shape[axis]!
  if (k < 1 || k > extent) throw node.invalid(`wants ${k} of ${extent} elements`)
  if (extent > MAX_EXTENT) throw node.unsupported(`${extent} elements to rank`, `TopK of at most ${MAX_EXTENT}`)
  const store = storeTypeOf(type, node.label) as Exclude<StoreType, 'f16'>
  const scalar = scalarOf(store)
  const largest = node.int('largest', 1) === 1
  const key: Expression = [...(scalar === 'f32' ? FLOAT_KEY : [load(0)]), ...(largest ? [] : [i32(-1), op('i32.xor')])]
  const keys = mapElements(builder, [x.view], shape, key, 'i32')

  // [.., extent, extent]: each element against all others along one more, last, dimension.
  const [dim, last] = [axis, shape.length]
  const square = [...shape, extent]
  const rank = foldAxes(builder, [acrossLast(keys, axis), withLast(keys)], square, [last], {
    op: 'sum',
    // the other is before: greater, or equal and of a lower index
    term: (coordinate) => [
      ...[load(1), load(0), op('i32.lt'), load(0), load(1), op('i32.eq')],
      ...[...coordinate(last), ...coordinate(dim), op('i32.lt'), op('i32.and'), op('i32.or')],
    ],
    result: [op('fold')],
    type: 'i32',
  })
  const ranks = { ...rank, dims: rank.dims.slice(0, -1) }
  // [.., k, extent]: the one element of each rank.
  const wide = [...shape.with(axis, k), extent]
  const pick = (
    value: (coordinate: (dim: number) => Expression) => Expression,
    least: Expression,
    view: View,
    gives: typeof store,
  ): View => {
    const picked = foldAxes(builder, [acrossLast(ranks, axis), acrossLast(view, axis)], wide, [last], {
      op: 'max',
      term: (coordinate) => [...value(coordinate), ...least, load(0), ...coordinate(dim), op('i32.eq'), op('select')],
      result: [op('fold')],
      type: gives,
      foldType: scalarOf(gives),
    })
    return { ...picked, dims: picked.dims.slice(0, -1) }
  }
  const least = scalar === 'f32' ? f32(Number.NEGATIVE_INFINITY) : i32(0x80000000)
  const values = pick(() => [load(1)], [least], x.view, store)
  const indices = pick((coordinate) => coordinate(last), [i32(-1)], ranks, 'i32')
  return [
    { type, view: values },
    { type: 'i64', view: indices },
  ]
}

const withLast = (view: View): View => ({ ...view, dims: [...view.dims, []] })

/** The dimension `axis` becomes a last one, and one of extent 1 takes its place. */
const acrossLast = (view: View, axis: number): View => {
  const rank = view.dims.length
  return permute(
    withLast(view),
    Array.from({ length: rank + 1 }, (_, dim) => (dim === axis ? rank : dim === rank ? axis : dim)),
  )
}

export const TOP_K: OperatorTable = { TopK: topK }
