/** Writes at positions, as kernels see them: every element of the result finds the updates that are meant for it. */
import { i32, inRange, load, op } from '../ir/expression.ts'
import { type Expression, type ScalarType, scalarOf } from '../ir/types.ts'
import { packTensor } from '../onnx/encode.ts'
import { type Builder, byStride } from './builder.ts'
import { constantOf } from './constant.ts'
import { affine, at, type Index, indexedBy } from './draft-load.ts'
import { iota } from './iota.ts'
import { emitInOrder } from './ordered.ts'
import { digitsOf } from './pattern.ts'
import { takeAlong } from './take.ts'
import { shapeOf, type View } from './view.ts'

/** What becomes of an element and its updates: the last one replaces it, or all are combined with it. */
export type Combination = 'none' | 'add' | 'mul' | 'max' | 'min'

type Fold = { readonly op: 'sum' | 'prod' | 'max' | 'min'; readonly identity: { readonly [type in ScalarType]: number } }

/** Identities are bits. */
const FOLDS: Readonly<Record<Exclude<Combination, 'none'>, Fold>> = {
  add: { op: 'sum', identity: { f32: 0, i32: 0 } },
  mul: { op: 'prod', identity: { f32: 0x3f800000, i32: 1 } },
  max: { op: 'max', identity: { f32: 0xff800000, i32: 0x80000000 } },
  min: { op: 'min', identity: { f32: 0x7f800000, i32: 0x7fffffff } },
}

const stored = (view: View) => (view.buffer.type === 'f16' ? 'f32' : view.buffer.type)

/** A view whose loads are in range wherever their coordinates are. */
const unguarded = (builder: Builder, view: View): View => (view.guards.length > 0 ? builder.copy(view) : builder.simple(view))

/**
 * Update `u` along `dim` is meant for position `targets[u]` there; all other extents are the same.
 * @param targets  known while compiling, one for each of the updates' positions along `dim`
 */
export function scatterAlong(
  builder: Builder,
  into: View,
  dim: number,
  targets: readonly number[],
  updates: View,
  combination: Combination,
): View {
  const meant: number[][] = Array.from({ length: shapeOf(into)[dim]! }, () => [])
  for (const [update, target] of targets.entries()) meant[target]!.push(update)
  const most = combination === 'none' ? 1 : Math.max(...meant.map(({ length }) => length))
  if (most > 1) return combine(builder, into, dim, meant, most, updates, FOLDS[combination as Exclude<Combination, 'none'>], combination)
  const last = meant.map((list) => list.at(-1) ?? -1)
  const first = last.findIndex((update) => update >= 0)
  const written = last.slice(first, last.findLastIndex((update) => update >= 0) + 1)
  const data = builder.simple(into)
  const shape = shapeOf(data)
  const place = shape.map((_, own) => at(own))
  const run = !written.includes(-1) && digitsOf(written) !== null
  const source = unguarded(builder, run ? takeAlong(builder, updates, dim, written) : updates)
  const where = place.with(dim, run ? affine(-first, [dim, 1]) : indexedBy(2))
  const operands = [
    { view: source, at: where, fill: 0 },
    { view: data, at: place },
    ...(run ? [] : [{ view: positions(builder, [last.length], last), at: [at(dim)] }]),
  ]
  return emitInOrder(builder, { type: stored(into), shape, operands, result: writing(into, combination) }, byStride(data))
}

/** The update, or the element with it, where there is one. */
function writing(into: View, combination: Combination): Expression {
  const update = combination === 'none' ? [load(0)] : [load(1), load(0), combining(into, combination)]
  return [...update, load(1), inRange(0), op('select')]
}

const combining = (into: View, combination: Combination) => op(`${scalarOf(into.buffer.type)}.${combination}`)

const positions = (builder: Builder, shape: readonly number[], data: readonly number[]): View =>
  constantOf(packTensor({ name: `${builder.label} positions`, type: 'i32', shape, data }))

/** Several updates for one element: a fold over the longest list, shorter ones filled with the identity. */
function combine(
  builder: Builder,
  into: View,
  dim: number,
  meant: readonly (readonly number[])[],
  most: number,
  updates: View,
  fold: Fold,
  combination: Combination,
): View {
  const data = builder.simple(into)
  const shape = shapeOf(data)
  const table = meant.flatMap((list) => Array.from({ length: most }, (_, index) => list[index] ?? -1))
  const place = shape.map((_, own) => at(own))
  const operands = [
    { view: unguarded(builder, updates), at: place.with(dim, indexedBy(2)), fill: fold.identity[scalarOf(into.buffer.type)] },
    { view: data, at: place },
    { view: positions(builder, [meant.length, most], table), at: [at(dim), at(shape.length)] },
  ]
  return emitInOrder(
    builder,
    {
      type: stored(into),
      shape,
      operands,
      reduce: { op: fold.op, extents: [most], term: [load(0)] },
      result: [load(1), op('fold'), combining(into, combination)],
    },
    byStride(data),
  )
}

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
    { view: iota(shape[dim]!), at: [at(dim)] },
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
    operands: [{ view: iota(count), at: [tap] }, ...known],
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
