import { extentOf, type Layout } from './layout.ts'
import type { GraphWriter, Ref } from './writer.ts'

/** From one axis a used variable, in the layout's order, to the layout's axes. */
export function spread(writer: GraphWriter, ref: Ref, layout: Layout, used: ReadonlySet<number>, extents: readonly number[]): Ref {
  const partly = (axis: readonly number[]): boolean => axis.some((variable) => used.has(variable))
  const each = (axis: readonly number[], full: boolean): number[] =>
    axis.map((variable) => (full || used.has(variable) ? extents[variable]! : 1))
  const split = writer.reshape(
    ref,
    layout.flatMap((axis) => each(axis, false)),
  )
  const filled = writer.expand(
    split,
    layout.flatMap((axis) => each(axis, partly(axis))),
  )
  return writer.reshape(
    filled,
    layout.map((axis) => (partly(axis) ? extentOf(axis, extents) : 1)),
  )
}
