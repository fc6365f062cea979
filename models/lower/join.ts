import { inRange, load, op } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { type Builder, byStride } from './builder.ts'
import { affine, at } from './draft-load.ts'
import { emitInOrder } from './ordered.ts'
import { shapeOf, type View } from './view.ts'

/** Operands of one kernel. */
const MOST_LOADS = 8
/** Guards that a view may bring to a load, which has one for its place and one axis for its address besides. */
const MOST_GUARDS = 4

/**
 * Views one after the other along `axis`; their other extents are the same. Each element is that of its operand, bit by bit, chosen by
 * which load is in range. The first view's layout is kept, unless the dimensions shall lie in `order`, outermost first.
 */
export function join(builder: Builder, views: readonly View[], axis: number, order?: readonly number[]): View {
  let parts = views
  while (parts.length > 1) {
    const groups = Array.from({ length: Math.ceil(parts.length / MOST_LOADS) }, (_, index) =>
      parts.slice(index * MOST_LOADS, (index + 1) * MOST_LOADS),
    )
    parts = groups.map((group) => (group.length === 1 ? group[0]! : joinGroup(builder, group, axis, order)))
  }
  return parts[0]!
}

function joinGroup(builder: Builder, group: readonly View[], axis: number, order?: readonly number[]): View {
  // A view with guards of its own is out of range in places: it can only be what is left when all others are not meant.
  const last = group.findLastIndex((view) => view.guards.length > 0 && view.guards.length <= MOST_GUARDS)
  const views = group.map((view, index) => (view.guards.length > 0 && index !== last ? builder.copy(view) : builder.simple(view)))
  const shape = shapeOf(views[0]!)
  const offsets = views.map((_, index) => views.slice(0, index).reduce((total, view) => total + shapeOf(view)[axis]!, 0))
  const total = views.reduce((sum, view) => sum + shapeOf(view)[axis]!, 0)
  const type = views.some(({ buffer }) => buffer.type === 'f16') ? 'f32' : views[0]!.buffer.type
  const numbers = views.map((_, index) => index)
  const source = {
    type: type === 'f16' ? 'f32' : type,
    shape: shape.with(axis, total),
    operands: views.map((view, index) => ({
      view,
      at: shape.map((_, dim) => (dim === axis ? affine(-offsets[index]!, [dim, 1]) : at(dim))),
    })),
    result: chooseInRange(last < 0 ? numbers : [...numbers.toSpliced(last, 1), last]),
  } as const
  return emitInOrder(builder, source, order ?? byStride(views[0]!))
}

/** The load that is in range; the last one where no other is. */
const chooseInRange = ([first, ...rest]: readonly number[]): Expression =>
  rest.length === 0 ? [load(first!)] : [load(first!), ...chooseInRange(rest), inRange(first!), op('select')]
