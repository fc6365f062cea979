import { f32, load, op } from '../../ir/expression.ts'
import { type Expression, product } from '../../ir/types.ts'
import { EXP } from '../../numerics/exp.ts'
import { TANH } from '../../numerics/tanh.ts'
import type { ScoreShape } from '../attention.ts'
import { contract } from '../contract.ts'
import { reshapeOrCopy } from '../factors.ts'
import { join } from '../join.ts'
import { mapElements, reduceAxes } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { permute, shapeOf, type View } from '../view.ts'
import { masksOf } from './attention-mask.ts'
import { floatOnly } from './elementwise.ts'

/** Labels of a contraction: batch, heads of keys, query heads of each, queries, keys, elements of a head. */
const [B, H, R, Q, K, D] = [0, 1, 2, 3, 4, 5] as const

/** Queries `[B, H, R, Q, D]`, keys and values `[B, H, K, D]`. */
type Heads = { readonly q: View; readonly k: View; readonly v: View; readonly flat: boolean }

function headsOf(node: NodeReader): Heads {
  const { builder } = node
  const [q, k, v] = [0, 1, 2].map((index) => node.input(index).view) as [View, View, View]
  const rank = q.dims.length
  if ((rank !== 3 && rank !== 4) || k.dims.length !== rank || v.dims.length !== rank) throw node.invalid('wants inputs of rank 3 or 4')
  const flat = rank === 3
  const count = (view: View, name: string): number => (flat ? node.int(name, 0) : shapeOf(view)[1]!)
  const [queryHeads, heads] = [count(q, 'q_num_heads'), count(k, 'kv_num_heads')]
  const group = queryHeads / heads
  if (heads < 1 || !Number.isInteger(group) || group < 1) throw node.invalid(`has ${queryHeads} query heads for ${heads} heads of keys`)
  const cut = (view: View, own: readonly number[]): View => {
    const [batch, second, third] = shapeOf(view) as [number, number, number]
    const whole = product(own)
    if (!flat) {
      if (second !== whole) throw node.invalid(`has ${second} heads instead of ${whole}`)
      return reshapeOrCopy(builder, view, [batch, ...own, third, shapeOf(view)[3]!])
    }
    const width = third / whole
    if (!Number.isInteger(width)) throw node.invalid('has a width that its heads do not divide')
    const apart = reshapeOrCopy(builder, view, [batch, second, ...own, width])
    return permute(apart, [0, ...own.map((_, dim) => dim + 2), 1, own.length + 2])
  }
  return { q: cut(q, [heads, group]), k: cut(k, [heads]), v: cut(v, [heads]), flat }
}

/** The past before what is new: the cache for the next call. */
function present(node: NodeReader, past: Value | null, fresh: View): View {
  if (!past) return fresh
  const [old, own] = [shapeOf(past.view), shapeOf(fresh)]
  if (old.length !== 4 || old.some((extent, dim) => dim !== 2 && extent !== own[dim]))
    throw node.invalid('has a past that does not fit its keys')
  return join(node.builder, [past.view, fresh], 2, [0, 1, 2, 3])
}

/**
 * Scaled dot product attention: scores with scale, softcap and masks in one kernel, their maxima, powers, sums, and the weighted values divided
 * by those sums. A query that sees nothing gives 0.
 */
function attention(node: NodeReader): Value[] {
  const { builder } = node
  floatOnly(node, ...[0, 1, 2].map((index) => node.input(index)))
  const { q, k: newKeys, v: newValues, flat } = headsOf(node)
  const [k, v] = [present(node, node.optional(4), newKeys), present(node, node.optional(5), newValues)]
  const [batch, heads, group, queries, width] = shapeOf(q) as [number, number, number, number, number]
  const [, , keys, depth] = shapeOf(k) as [number, number, number, number]
  if (depth !== width || shapeOf(v)[2] !== keys || shapeOf(k)[0] !== batch || shapeOf(v)[0] !== batch || shapeOf(v)[1] !== heads) {
    throw node.invalid('has keys or values that do not fit its queries')
  }
  const shape: ScoreShape = [batch, heads, group, queries, keys]
  const masks = masksOf(node, shape, node.optional(4) ? shapeOf(node.input(4).view)[2]! : 0)

  const given = node.float('scale', 0)
  const scaled: Expression = [f32(given === 0 ? 1 / Math.sqrt(width) : given), op('f32.mul')]
  const cap = node.float('softcap', 0)
  const capped: Expression = cap > 0 ? [f32(cap), op('f32.div'), ...TANH, f32(cap), op('f32.mul')] : []
  const views = masks.flatMap((mask) => mask.views)
  const masked = (first: number): Expression =>
    masks.flatMap(({ code }, index) => code(first + masks.slice(0, index).flatMap((mask) => mask.views).length))

  // What the fourth output shows cuts the first kernel in two.
  const mode = node.wants(3) ? node.int('qk_matmul_output_mode', 0) : 3
  const early = mode === 0 ? scaled : [...scaled, ...capped]
  const late = mode === 0 ? capped : []
  const split = mode < 2 && (late.length > 0 || masks.length > 0)
  const all = [B, H, R, Q, K] as const
  const products = contract(builder, {
    operands: [
      { view: q, labels: [B, H, R, Q, D] },
      { view: k, labels: [B, H, K, D] },
      ...(split ? [] : views.map((view) => ({ view, labels: all }))),
    ],
    sizes: [...shape, width],
    output: all,
    term: [load(0), load(1), op('f32.mul')],
    result: [op('fold'), ...early, ...(split ? [] : masked(2))],
    type: 'f32',
  })
  const scores = split ? mapElements(builder, [products, ...views], shape, [load(0), ...late, ...masked(1)], 'f32') : products

  // Sums are 1 or more, but 0 where nothing is seen; their greatest score is then -infinity.
  const highest = reduceAxes(builder, scores, [K], {
    op: 'max',
    term: [load(0)],
    result: [op('fold'), f32(-3.4028234663852886e38), op('f32.max')],
    type: 'f32',
  })
  const powers = mapElements(builder, [scores, highest], shape, [load(0), load(1), op('f32.sub'), ...EXP], 'f32')
  const atLeastOne = [op('fold'), f32(1), op('f32.max')]
  const sums = reduceAxes(builder, powers, [K], { op: 'sum', term: [load(0)], result: atLeastOne, type: 'f32' })
  const shares = (): View => mapElements(builder, [powers, sums], shape, [load(0), load(1), op('f32.div')], 'f32')
  const output = flat ? [B, Q, H, R, D] : [B, H, R, Q, D]
  const valueWidth = shapeOf(v)[3]!
  const sizes = [...shape, valueWidth]
  const weighted = contract(builder, {
    operands: [
      { view: powers, labels: all },
      { view: v, labels: [B, H, K, D] },
      { view: sums, labels: all },
    ],
    sizes,
    output,
    term: [load(0), load(1), op('f32.mul')],
    result: [op('fold'), load(2), op('f32.div')],
    type: 'f32',
  })
  const shown = flat ? [batch, queries, heads * group * valueWidth] : [batch, heads * group, queries, valueWidth]
  const y = reshapeOrCopy(builder, weighted, shown)
  const seen = (view: View): View => reshapeOrCopy(builder, view, [batch, heads * group, queries, keys])
  const fourth = (): View => (mode < 2 ? products : mode === 2 ? scores : shares())
  return [y, k, v, ...(node.wants(3) ? [seen(fourth())] : [])].map((view) => ({ type: 'f32', view }))
}

export const ATTENTION: OperatorTable = { Attention: attention }
