import { OpineError } from '@opine/dispute-game/errors.ts'
import { product } from '../ir/types.ts'
import type { Builder } from './builder.ts'
import { broadcast, reshape, shapeOf, type View } from './view.ts'

/** Views of one shape with every dimension cut into the same factors, none of which has parts in any view. */
export type Split = {
  readonly views: readonly View[]
  /** For each original dimension the extents of its parts, outermost first; empty for an extent of 1. */
  readonly parts: readonly (readonly number[])[]
}

/**
 * Cuts the dimensions of views so that each can be walked with one variable a part. A view that cannot be cut at the same places
 * as those before it is copied.
 * @throws {OpineError} `EMPTY_TENSOR`
 */
export function splitAlike(builder: Builder, views: readonly View[], shape: readonly number[]): Split {
  refuseEmpty(builder, shape)
  const whole = views.map((view) => broadcast(view, shape))
  for (let count = 1; count < whole.length; count += 1) {
    if (!commonParts(whole.slice(0, count + 1), shape)) whole[count] = broadcast(builder.copy(views[count]!), shape)
  }
  const parts = commonParts(whole, shape)!
  return { views: whole.map((view) => reshapeOrCopy(builder, view, parts.flat())), parts }
}

function refuseEmpty(builder: Builder, shape: readonly number[]): void {
  if (!shape.includes(0)) return
  throw new OpineError('EMPTY_TENSOR', `'${builder.label}' has a tensor of shape [${shape}], without elements.`, { node: builder.label })
}

function commonParts(views: readonly View[], shape: readonly number[]): number[][] | null {
  const parts: number[][] = []
  for (const [dim, extent] of shape.entries()) {
    const cut = commonFactors(
      views.map((view) => view.dims[dim]!.map((factor) => factor.extent)),
      extent,
    )
    if (!cut) return null
    parts.push(cut)
  }
  return parts
}

/** The coarsest list of factors of `extent` that refines every given one; null if their cuts do not divide each other. */
export function commonFactors(lists: readonly (readonly number[])[], extent: number): number[] | null {
  const cuts = new Set<number>([extent])
  for (const list of lists) for (let index = 1; index < list.length; index += 1) cuts.add(product(list.slice(index)))
  const factors: number[] = []
  let inner = 1
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    if (cut % inner !== 0) return null
    if (cut > inner) factors.unshift(cut / inner)
    inner = cut
  }
  return factors
}

/** Positions, in the cut shape, of the parts of the named original dimensions. */
export function partsOf(split: Split, dims: readonly number[]): number[] {
  const starts = split.parts.map((_, dim) => split.parts.slice(0, dim).flat().length)
  return dims.flatMap((dim) => split.parts[dim]!.map((_, index) => starts[dim]! + index))
}

/**
 * The view in another shape of as many elements; a copy where its factors do not allow it.
 * @throws {OpineError} `EMPTY_TENSOR`
 */
export function reshapeOrCopy(builder: Builder, view: View, shape: readonly number[]): View {
  refuseEmpty(builder, shape)
  return reshape(view, shape) ?? reshape(builder.copy(view), shape)!
}

/** The shape that ONNX's multidirectional broadcasting gives; null where two extents differ and none is 1. */
export function broadcastShape(views: readonly View[]): number[] | null {
  const shapes = views.map(shapeOf)
  const rank = Math.max(...shapes.map((shape) => shape.length))
  const result: number[] = []
  for (let dim = 0; dim < rank; dim += 1) {
    const extents = shapes.map((shape) => shape[dim - rank + shape.length] ?? 1)
    const extent = extents.find((candidate) => candidate !== 1) ?? 1
    if (extents.some((candidate) => candidate !== 1 && candidate !== extent)) return null
    result.push(extent)
  }
  return result
}
