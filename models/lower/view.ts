/**
 * A tensor as a way to read a buffer: an affine map from the tensor's coordinates to an address, with guards. Reshape, Transpose, Slice
 * and the like give another view of the same buffer and cost nothing; they are composed into the loads of whoever reads them.
 */
import { product } from '../ir/types.ts'
import type { Buffer } from './draft.ts'

/** Part of a dimension: `extent` steps of `stride` elements, and of `guards[g]` on the coordinate of guard `g`. */
export type Factor = { readonly extent: number; readonly stride: number; readonly guards: readonly number[] }

/** A coordinate that must lie in `0 .. extent - 1`; `stride` is what it adds to the address. */
export type Guard = { readonly extent: number; readonly stride: number; readonly offset: number }

/**
 * A dimension is a list of factors, outermost first, none of extent 1 and no two that could be one; a dimension of extent 1 has none.
 * Where a guard fails, the element is `fill` (bits).
 */
export type View = {
  readonly buffer: Buffer
  readonly base: number
  readonly dims: readonly (readonly Factor[])[]
  readonly guards: readonly Guard[]
  readonly fill: number
}

export const shapeOf = (view: View): number[] => view.dims.map((factors) => product(factors.map((factor) => factor.extent)))

export const countOf = (view: View): number => product(shapeOf(view))

/** Elements between neighbours of a factor, counting what guards add. */
export const stepOf = (view: View, factor: Factor): number =>
  factor.guards.reduce((total, coefficient, index) => total + coefficient * view.guards[index]!.stride, factor.stride)

/** The whole buffer, row-major. */
export function contiguous(buffer: Buffer, shape: readonly number[]): View {
  let stride = 1
  const dims: Factor[][] = []
  for (const extent of [...shape].reverse()) {
    dims.unshift(extent === 1 ? [] : [{ extent, stride, guards: [] }])
    stride *= extent
  }
  return { buffer, base: 0, dims, guards: [], fill: 0 }
}

/** Whether the view reads its whole buffer in order. */
export function isContiguous(view: View): boolean {
  const [factor, ...rest] = joined(view.dims.flat())
  if (view.base !== 0 || view.guards.length > 0 || rest.length > 0) return false
  return factor ? factor.stride === 1 && factor.extent === view.buffer.count : view.buffer.count === 1
}

/** Dimension `i` of the result is dimension `order[i]`. */
export const permute = (view: View, order: readonly number[]): View => ({ ...view, dims: order.map((index) => view.dims[index]!) })

/** The same elements in another shape; null where a factor would have to be cut at no multiple of its part. */
export function reshape(view: View, shape: readonly number[]): View | null {
  const rest = joined(view.dims.flat())
  const dims: Factor[][] = []
  for (const extent of shape) {
    const factors: Factor[] = []
    let missing = extent
    while (missing > 1) {
      const factor = rest.shift()
      if (!factor) return null
      if (missing % factor.extent === 0) {
        factors.push(factor)
        missing /= factor.extent
      } else if (factor.extent % missing === 0) {
        const inner = factor.extent / missing
        factors.push({ extent: missing, stride: factor.stride * inner, guards: factor.guards.map((step) => step * inner) })
        rest.unshift({ ...factor, extent: inner })
        missing = 1
      } else return null
    }
    dims.push(factors)
  }
  return rest.length > 0 ? null : { ...view, dims }
}

/** Repeats dimensions of extent 1 and adds leading ones; `shape` must be one that the view can be broadcast to. */
export function broadcast(view: View, shape: readonly number[]): View {
  const added = shape.length - view.dims.length
  const dims = shape.map((extent, index) => {
    const factors = view.dims[index - added] ?? []
    return factors.length > 0 || extent === 1 ? factors : [{ extent, stride: 0, guards: view.guards.map(() => 0) }]
  })
  return { ...view, dims }
}

/** Elements `start, start + step, ..` of one dimension, `count` of them; null where the dimension has several factors. */
export function slice(view: View, dim: number, start: number, count: number, step: number): View | null {
  const factors = view.dims[dim]!
  if (factors.length > 1) return null
  const [factor] = factors
  if (!factor) return view
  const cut = { extent: count, stride: factor.stride * step, guards: factor.guards.map((guard) => guard * step) }
  return {
    ...view,
    base: view.base + start * factor.stride,
    dims: view.dims.map((old, index) => (index === dim ? (count === 1 ? [] : [cut]) : old)),
    guards: view.guards.map((guard, index) => ({ ...guard, offset: guard.offset + start * factor.guards[index]! })),
  }
}

/**
 * `before` and `after` elements of value `fill` (bits) around one dimension; null where the dimension has several factors or other
 * elements are filled with something else.
 */
export function pad(view: View, dim: number, before: number, after: number, fill: number): View | null {
  if (before === 0 && after === 0) return view
  const factors = view.dims[dim]!
  if (factors.length > 1 || (view.guards.length > 0 && view.fill !== fill)) return null
  const factor = factors[0] ?? { extent: 1, stride: 0, guards: view.guards.map(() => 0) }
  const padded = { extent: before + factor.extent + after, stride: 0, guards: [...factor.guards, 1] }
  return {
    ...view,
    fill,
    dims: view.dims.map((old, index) => (index === dim ? [padded] : old.map((other) => ({ ...other, guards: [...other.guards, 0] })))),
    guards: [
      ...view.guards.map((guard, index) => ({ ...guard, offset: guard.offset - before * factor.guards[index]! })),
      { extent: factor.extent, stride: factor.stride, offset: -before },
    ],
  }
}

/** Factors without those of extent 1, neighbours made one where their elements follow each other evenly. */
function joined(factors: readonly Factor[]): Factor[] {
  const result: Factor[] = []
  for (const factor of factors) {
    if (factor.extent === 1) continue
    const outer = result.at(-1)
    const even = (wide: number, narrow: number): boolean => wide === narrow * factor.extent
    if (outer && even(outer.stride, factor.stride) && outer.guards.every((step, index) => even(step, factor.guards[index]!))) {
      result[result.length - 1] = { ...factor, extent: outer.extent * factor.extent }
    } else result.push(factor)
  }
  return result
}
