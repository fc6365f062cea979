import type { Form } from './form.ts'
import { alwaysHolds, changeForms, type Nest, usedLoads } from './nest.ts'

/** The same loops, simpler: no guard that always holds, no variable of one value, and neighbours that all addresses step through as one are one. */
export function simplify(nest: Nest): Nest {
  let simple = withoutGuards(nest)
  for (let v = simple.extents.length - 1; v >= 0; v--) {
    if (simple.extents[v] === 1) simple = without(simple, v)
  }
  return merged(simple, 0)
}

/** Merges what neighbours it can among the reduce coordinates: the output coordinates stay as they are. */
export const mergeReduces = (nest: Nest): Nest => merged(nest, nest.outputs)

function merged(nest: Nest, first: number): Nest {
  let simple = nest
  for (let v = nest.extents.length - 2; v >= first; v--) {
    if (mergeable(simple, v)) simple = without(simple, v, simple.extents[v]! * simple.extents[v + 1]!)
  }
  return simple
}

const withoutGuards = (nest: Nest): Nest => ({
  ...nest,
  loads: nest.loads.map((load) => ({ ...load, guards: load.guards.filter((guard) => !alwaysHolds(guard, nest.extents)) })),
})

/** Removes variable `v`; the next one then has `extent`, if given. */
function without(nest: Nest, v: number, extent?: number): Nest {
  const extents = nest.extents.map((own, at) => (at === v + 1 && extent !== undefined ? extent : own)).toSpliced(v, 1)
  const shorter = changeForms(nest, ({ constant, terms }) => ({ constant, terms: terms.toSpliced(v, 1) }))
  return { ...shorter, extents, outputs: v < nest.outputs ? nest.outputs - 1 : nest.outputs }
}

function mergeable(nest: Nest, v: number): boolean {
  if (v === nest.outputs - 1) return false
  const inner = nest.extents[v + 1]!
  const used = usedLoads(nest)
  const joins = ({ terms }: Form): boolean => terms[v] === terms[v + 1]! * inner
  return (
    joins(nest.store) &&
    nest.vars.every(joins) &&
    nest.loads.every((load, number) => !used.has(number) || (joins(load.address) && load.guards.every(({ form }) => joins(form))))
  )
}
