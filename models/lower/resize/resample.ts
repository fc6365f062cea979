import { load, op } from '../../ir/expression.ts'
import { packTensor } from '../../onnx/encode.ts'
import { type Builder, byStride } from '../builder.ts'
import { constantOf } from '../constant.ts'
import { affine, at, type Index, indexedBy } from '../draft-load.ts'
import { reshapeOrCopy } from '../factors.ts'
import { tableOf, tabulate } from '../table.ts'
import { permute, shapeOf, type View } from '../view.ts'
import type { Taps } from './weights.ts'

/**
 * One dimension as weighted sums of its elements, one for each entry of `taps`: a kernel that walks evenly through the input where the
 * taps lie evenly enough, else one that reads from a constant where they begin.
 */
export function resample(builder: Builder, view: View, dim: number, taps: readonly Taps[]): View {
  const extent = shapeOf(view)[dim]!
  const longest = taps.reduce((most, { weights }) => Math.max(most, weights.length), 1)
  const even = evenly(taps, extent)
  if (even.length <= 2 * longest) return walk(builder, view, dim, taps, even)
  const starts = taps.map(({ first }) => Math.min(first, extent - longest))
  return weigh(builder, view, dim, taps, { starts, length: longest })
}

/** Element `outer * period + inner` of the output reads `length` elements from `outer * advance + offset` on. */
type Even = { readonly period: number; readonly advance: number; readonly offset: number; readonly length: number }

function evenly(taps: readonly Taps[], extent: number): Even {
  const common = gcd(taps.length, extent)
  const [period, advance] = [taps.length / common, extent / common]
  const origin = (index: number): number => Math.floor(index / period) * advance
  const offset = taps.reduce((least, { first }, index) => Math.min(least, first - origin(index)), extent)
  const last = taps.reduce((most, { first, weights }, index) => Math.max(most, first + weights.length - origin(index)), offset)
  return { period, advance, offset, length: last - offset }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

function walk(builder: Builder, source: View, dim: number, taps: readonly Taps[], even: Even): View {
  const { period, advance, offset, length } = even
  const view = builder.simple(source)
  const outer = taps.length / period
  const starts = taps.map((_, index) => Math.floor(index / period) * advance + offset)
  const table = reshapeOrCopy(builder, weightsOf(builder, taps, starts, length), [outer, period, length])
  // Output variables: those of the view, of which `dim` counts periods, then the place in the period; last the tap.
  const order = byStride(view).flatMap((own) => (own === dim ? [dim, view.dims.length] : [own]))
  const place = (variable: number): number => order.indexOf(variable)
  const extents = [...shapeOf(view).with(dim, outer), period]
  const tap = order.length
  const where = view.dims.map((_, own): Index => {
    return own === dim ? affine(offset, [place(dim), advance], [tap, 1]) : at(place(own))
  })
  const output = builder.emit({
    type: 'f32',
    shape: order.map((variable) => extents[variable]!),
    operands: [
      { view, at: where, fill: 0 },
      { view: table, at: [at(place(dim)), at(place(view.dims.length)), at(tap)] },
    ],
    reduce: { op: 'sum', extents: [length], term: [load(0), load(1), op('f32.mul')] },
    result: [op('fold')],
  })
  const back = extents.map((_, variable) => place(variable))
  const beside = [...view.dims.keys()].flatMap((own) => (own === dim ? [dim, view.dims.length] : [own]))
  const shape = shapeOf(view).with(dim, taps.length)
  return reshapeOrCopy(builder, permute(permute(output, back), beside), shape)
}

function weigh(
  builder: Builder,
  source: View,
  dim: number,
  taps: readonly Taps[],
  { starts, length }: { readonly starts: readonly number[]; readonly length: number },
): View {
  const view = builder.simple(source)
  const positions = tabulate(builder, starts.length * length, (place) => starts[Math.floor(place / length)]! + (place % length))
  const index = tableOf(builder, [starts.length, length], positions)
  const order = byStride(view)
  const place = (variable: number): number => order.indexOf(variable)
  const tap = order.length
  const extents = shapeOf(view).with(dim, taps.length)
  const output = builder.emit({
    type: 'f32',
    shape: order.map((variable) => extents[variable]!),
    operands: [
      { view, at: view.dims.map((_, own): Index => (own === dim ? indexedBy(2) : at(place(own)))), fill: 0 },
      { view: weightsOf(builder, taps, starts, length), at: [at(place(dim)), at(tap)] },
      { view: index, at: [at(place(dim)), at(tap)] },
    ],
    reduce: { op: 'sum', extents: [length], term: [load(0), load(1), op('f32.mul')] },
    result: [op('fold')],
  })
  return permute(
    output,
    extents.map((_, variable) => place(variable)),
  )
}

/** The weights of the elements `start .. start + length - 1`, one row for each element of the output. */
function weightsOf(builder: Builder, taps: readonly Taps[], starts: readonly number[], length: number): View {
  const data = tabulate(builder, taps.length * length, (place) => {
    const index = Math.floor(place / length)
    const { first, weights } = taps[index]!
    return Math.fround(weights[starts[index]! + (place % length) - first] ?? 0)
  })
  return constantOf(packTensor({ name: `${builder.label} weights`, type: 'f32', shape: [taps.length, length], data }))
}
