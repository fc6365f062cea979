/** Tables over integers, and sums and extremes along an axis. */
import type { Context } from '../context.ts'
import { storedEntries, withHalves } from './code.ts'

/** Integers 0 .. `high` from a table, each element by the integer in `place`. */
export function lookUp(context: Context, label: string, table: ArrayLike<number>, place: string, high: number): string {
  const { writer } = context
  const index = writer.cast(place, 'i32', `${label}.index`)
  const found = writer.node('Gather', [writer.constant(`${label}.table`, 'f32', [table.length], withHalves(table)), index], label, {
    axis: { int: 0 },
  })
  return storedEntries(context, found, { low: 0, high }, label)
}

/**
 * Integers `first .. most` that a table is looked up by. From each level's start on, one entry stands for `unit` integers, in their middle; units are powers
 * of two that divide the starts, and the first level starts at 0 or has unit 1.
 */
export type Steps = { readonly first: number; readonly most: number; readonly levels: readonly Level[] }
type Level = { readonly from: number; readonly unit: number }

/** The number that each entry stands for. */
export function entriesOf({ first, most, levels }: Steps): number[] {
  const entries: number[] = []
  for (const [index, { from, unit }] of levels.entries()) {
    const end = Math.min(most + 1, levels[index + 1]?.from ?? most + 1)
    for (let integer = Math.max(first, from); integer < end; integer += unit) entries.push(unit === 1 ? integer : integer + unit / 2)
  }
  return entries
}

/** Name of the entries' numbers in the table, for integers `first .. most`. */
export function placesOf({ writer }: Context, { first, most, levels }: Steps, integers: string, label: string): string {
  let places = integers
  let start = 0
  for (const [index, { from, unit }] of levels.entries()) {
    const least = Math.max(first, from)
    if (least > most) break
    const part = unit === 1 ? integers : writer.node('Mul', [integers, writer.scalar(1 / unit)], `${label}.part`)
    const whole = unit === 1 ? part : writer.node('Floor', [part], `${label}.whole`)
    const moved = start === least / unit ? whole : writer.node('Add', [whole, writer.scalar(start - least / unit)], `${label}.moved`)
    if (index === 0) places = moved
    else
      places = writer.node(
        'Where',
        [writer.node('Less', [integers, writer.scalar(from)], `${label}.less`), places, moved],
        `${label}.entry`,
      )
    start += (Math.min(most + 1, levels[index + 1]?.from ?? most + 1) - least) / unit
  }
  return places
}

/** Along one axis, which stays with an extent of 1. */
export function reduced({ writer, network }: Context, op: 'ReduceMax' | 'ReduceSum', input: string, axis: number, label: string): string {
  const inputs = op === 'ReduceSum' || network.opset >= 18 ? [input, writer.integers(`${label}.axes`, [axis])] : [input]
  const attributes = inputs.length === 1 ? { axes: { ints: [axis] } } : {}
  return writer.node(op, inputs, label, { ...attributes, keepdims: { int: 1 } })
}
