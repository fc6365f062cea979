import { product } from '../../../ir/types.ts'
import type { Factor, Value } from './value.ts'
import type { Ref } from './writer.ts'

/** How iteration variables lie in a tensor: each of its axes is a list of variables, outermost first. */
export type Layout = readonly (readonly number[])[]

/** Each variable an axis. */
export const plainLayout = (variables: number): number[][] => Array.from({ length: variables }, (_, variable) => [variable])

export const extentOf = (axis: readonly number[], extents: readonly number[]): number => product(axis.map((variable) => extents[variable]!))

export const shapeOfLayout = (layout: Layout, extents: readonly number[]): number[] => layout.map((axis) => extentOf(axis, extents))

/** A kernel's elements as a tensor in this layout of its output coordinates. @param shape  of the kernel */
export function valueInLayout(ref: Ref, layout: Layout, shape: readonly number[]): Value {
  const strides = shape.map((_, at) => product(shape.slice(at + 1)))
  const axes = layout.map((axis) =>
    axis.flatMap((variable): Factor[] => (shape[variable]! > 1 ? [{ extent: shape[variable]!, stride: strides[variable]! }] : [])),
  )
  return { ref, axes }
}

/** The layout less the variables from `first` on; axes that held only such are gone. */
export const without = (layout: Layout, first: number): number[][] =>
  layout
    .filter((axis) => axis.length === 0 || axis.some((variable) => variable < first))
    .map((axis) => axis.filter((variable) => variable < first))
