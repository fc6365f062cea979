/** Masks of scaled dot product attention: code that sets what a query must not see to -infinity. */
import { f32, i32, load, op } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { packTensor } from '../onnx/encode.ts'
import { band } from './band.ts'
import type { Builder } from './builder.ts'
import { constantOf } from './constant.ts'
import { iota } from './table.ts'
import { broadcast, type View } from './view.ts'

/** Shapes: batch, heads of keys, query heads for each of those, queries, keys. */
export type ScoreShape = readonly [batch: number, heads: number, group: number, queries: number, keys: number]

/** A step of masking: views that are broadcast to a `ScoreShape`, and code for the value on top of the stack. */
export type Mask = { readonly views: readonly View[]; readonly code: (first: number) => Expression }

const NOTHING = f32(Number.NEGATIVE_INFINITY)

/** The value where `kept` holds. */
const where = (kept: Expression): Expression => [NOTHING, ...kept, op('select')]

/** A mask of booleans, true where a key is seen, or of numbers to be added. */
export const maskOf = (view: View, isBoolean: boolean): Mask => ({
  views: [view],
  code: (first) => (isBoolean ? where([load(first)]) : [load(first), op('f32.add')]),
})

/** Query `i` sees the keys `i + low .. i + high`. */
export function windowMask(builder: Builder, shape: ScoreShape, low: number, high: number): Mask {
  const one = constantOf(packTensor({ name: `${builder.label} mask`, type: 'bool', shape: [], data: [1] }))
  const view = band(builder, broadcast(one, shape.slice(3)), 0, 1, low, high, 0)
  return maskOf({ ...view, dims: [[], [], [], ...view.dims] }, true)
}

/**
 * Only the first `lengths[b]` keys are seen, `lengths` of shape `[B]`. With `causal` the last query is the last of these keys, and no query
 * sees a later one.
 */
export function lengthMask(builder: Builder, shape: ScoreShape, lengths: View, causal: boolean): Mask {
  const [, , , queries, keys] = shape
  const key = { ...iota(builder, keys), dims: [[], [], [], [], iota(builder, keys).dims[0]!] }
  const query = { ...iota(builder, queries), dims: [[], [], [], iota(builder, queries).dims[0]!, []] }
  const length = { ...lengths, dims: [lengths.dims[0]!, [], [], [], []] }
  const seen = (first: number): Expression => where([load(first), load(first + 1), op('i32.lt')])
  if (!causal) return { views: [key, length], code: seen }
  return {
    views: [key, length, query],
    code: (first) => [
      ...seen(first),
      // key <= query + length - queries
      ...where([load(first), load(first + 2), op('i32.sub'), load(first + 1), i32(1 - queries), op('i32.add'), op('i32.lt')]),
    ],
  }
}
