/** Writes at positions computed at run time. */
import { i32, load, op } from '../../ir/expression.ts'
import { scalarOf } from '../../ir/types.ts'
import { type Builder, byStride } from '../builder.ts'
import { affine, at, type Index, indexedBy } from '../draft-load.ts'
import { emitInOrder } from '../ordered.ts'
import { iota } from '../table.ts'
import { shapeOf, type View } from '../view.ts'
import { type Combination, combining, FOLDS, stored, unguarded, writing } from './combination.ts'

/**
 * As `scatterAlong` with positions computed at run time, which may differ from one coordinate to the next: `index` has the updates' shape,
 * or extents of 1 where all share one position. Every element looks at all updates along `dim`.
 */
export function scatterAt(builder: Builder, into: View, dim: number, index: View, updates: View, combination: Combination): View {
  const data = builder.simple(into)
  const shape = shapeOf(data)
  const table = builder.simple(index)
  const shared = shapeOf(table).map((extent, own) => own !== dim && extent === 1 && shape[own]! > 1 && shapeOf(updates)[own]! > 1)
  const over = (view: View, tap: Index): readonly Index[] =>
    view.dims.map((_, own) => (own === dim ? tap : shared[own] && view === table ? affine(0) : at(own)))
  const count = shapeOf(table)[dim]!
  const tap = at(shape.length)
  const matches = [load(1), load(2), op('i32.eq'), op('select')]
  const known = [
    { view: table, at: over(table, tap), fill: -1 >>> 0 },
    { view: iota(builder, shape[dim]!), at: [at(dim)] },
  ]
  if (combination !== 'none') {
    const fold = FOLDS[combination]
    const identity = fold.identity[scalarOf(into.buffer.type)]
    const none = scalarOf(into.buffer.type) === 'f32' ? { op: 'f32.const', arg: identity } : i32(identity)
    const source = builder.simple(updates)
    const operands = [{ view: source, at: over(source, tap), fill: identity }, ...known, { view: data, at: shape.map((_, own) => at(own)) }]
    const result = [load(3), op('fold'), combining(into, combination)]
    const reduce = { op: fold.op, extents: [count], term: [load(0), none, ...matches] }
    return emitInOrder(builder, { type: stored(into), shape, operands, reduce, result }, byStride(data))
  }
  // First which update is the last one meant for each position, then that update.
  const counted = shape.map((extent, own) => (shared[own] ? 1 : extent))
  const last = builder.emit({
    type: 'i32',
    shape: counted,
    operands: [{ view: iota(builder, count), at: [tap] }, ...known],
    reduce: { op: 'max', extents: [count], term: [load(0), i32(-1), ...matches] },
    result: [op('fold')],
  })
  const source = unguarded(builder, updates)
  const operands = [
    { view: source, at: over(source, indexedBy(2)), fill: 0 },
    { view: data, at: shape.map((_, own) => at(own)) },
    { view: last, at: shape.map((_, own) => (shared[own] ? affine(0) : at(own))) },
  ]
  return emitInOrder(builder, { type: stored(into), shape, operands, result: writing(into, 'none') }, byStride(data))
}
