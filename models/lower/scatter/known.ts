/** Writes at positions known while compiling: every element of the result finds the updates that are meant for it. */
import { load, op } from '../../ir/expression.ts'
import { scalarOf } from '../../ir/types.ts'
import { type Builder, byStride } from '../builder.ts'
import { MAX_KNOWN } from '../constant.ts'
import { affine, at, indexedBy } from '../draft-load.ts'
import { emitInOrder } from '../ordered.ts'
import { digitsOf } from '../pattern.ts'
import { checkTable, tableOf } from '../table.ts'
import { takeAlong } from '../take.ts'
import { reshape, shapeOf, type View } from '../view.ts'
import { type Combination, combining, FOLDS, stored, unguarded, writing } from './combination.ts'
import { scatterAt } from './computed.ts'

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
  const extent = shapeOf(into)[dim]!
  checkTable(builder, extent)
  const counts = new Int32Array(extent)
  const last = new Int32Array(extent).fill(-1)
  for (const [update, target] of targets.entries()) {
    counts[target]! += 1
    last[target] = update
  }
  const most = counts.reduce((least, count) => Math.max(least, count))
  if (combination !== 'none' && most > 1) {
    if (most * extent <= MAX_KNOWN) return combine(builder, into, dim, meantFor(targets, extent, most), updates, combination)
    const index = reshape(
      tableOf(builder, [targets.length], targets),
      shapeOf(into).map((_, own) => (own === dim ? targets.length : 1)),
    )!
    return scatterAt(builder, into, dim, index, updates, combination)
  }
  const first = last.findIndex((update) => update >= 0)
  const written = Array.from(last.subarray(first, last.findLastIndex((update) => update >= 0) + 1))
  const data = builder.simple(into)
  const shape = shapeOf(data)
  const place = shape.map((_, own) => at(own))
  const run = !written.includes(-1) && digitsOf(written) !== null
  const source = unguarded(builder, run ? takeAlong(builder, updates, dim, written) : updates)
  const where = place.with(dim, run ? affine(-first, [dim, 1]) : indexedBy(2))
  const operands = [
    { view: source, at: where, fill: 0 },
    { view: data, at: place },
    ...(run ? [] : [{ view: tableOf(builder, [extent], last), at: [at(dim)] }]),
  ]
  return emitInOrder(builder, { type: stored(into), shape, operands, result: writing(into, combination) }, byStride(data))
}

type Meant = { readonly most: number; readonly table: Int32Array }

/** For each position its updates in their order, filled up with -1. */
function meantFor(targets: readonly number[], extent: number, most: number): Meant {
  const table = new Int32Array(extent * most).fill(-1)
  const counts = new Int32Array(extent)
  for (const [update, target] of targets.entries()) {
    table[target * most + counts[target]!] = update
    counts[target]! += 1
  }
  return { most, table }
}

/** Several updates for one element: a fold over the longest list, shorter ones filled with the identity. */
function combine(
  builder: Builder,
  into: View,
  dim: number,
  { most, table }: Meant,
  updates: View,
  combination: Exclude<Combination, 'none'>,
): View {
  const data = builder.simple(into)
  const shape = shapeOf(data)
  const { op: fold, identity } = FOLDS[combination]
  const place = shape.map((_, own) => at(own))
  const operands = [
    { view: unguarded(builder, updates), at: place.with(dim, indexedBy(2)), fill: identity[scalarOf(into.buffer.type)] },
    { view: data, at: place },
    { view: tableOf(builder, [shape[dim]!, most], table), at: [at(dim), at(shape.length)] },
  ]
  const reduce = { op: fold, extents: [most], term: [load(0)] }
  const result = [load(1), op('fold'), combining(into, combination)]
  return emitInOrder(builder, { type: stored(into), shape, operands, reduce, result }, byStride(data))
}
