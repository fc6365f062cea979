import type { DraftGuard, DraftLoad } from './draft.ts'
import type { View } from './view.ts'

/**
 * A coordinate of a tensor, affine in the iteration variables: `offset + sum coefficient * variable`; or, with `operand`, `offset` plus
 * the value that the kernel's operand of that number has there.
 */
export type Index = {
  readonly offset: number
  readonly terms: readonly (readonly [variable: number, coefficient: number])[]
  readonly operand?: number
}

/** The value of iteration variable `variable`. */
export const at = (variable: number): Index => ({ offset: 0, terms: [[variable, 1]] })

/** `offset + sum coefficient * variable`. */
export const affine = (offset: number, ...terms: (readonly [number, number])[]): Index => ({ offset, terms })

/** The value of operand `operand`, which must be of integers; out of its dimension where that is no coordinate of it. */
export const indexedBy = (operand: number): Index => ({ offset: 0, terms: [], operand })

/**
 * Composes a view with one coordinate a dimension. Coordinates that may leave their dimension become guards that give `fill`; the others
 * are added up into the linear address, so that a load has as few axes as possible: each axis costs gas for each term of a step.
 * Every dimension must have at most one factor, and a view with guards of its own must fill with the same bits; they must not depend on
 * a dimension whose coordinate is an operand's value.
 * @param extents  of the iteration variables
 */
export function composeLoad(view: View, indices: readonly Index[], extents: readonly number[], fill: number): DraftLoad {
  let base = view.base
  const steps = extents.map(() => 0)
  const guards: DraftGuard[] = []
  const inherited = view.guards.map((guard) => ({ ...guard, steps: extents.map(() => 0) }))
  for (const [dim, index] of indices.entries()) {
    const factor = view.dims[dim]![0] ?? { extent: 1, stride: 0, guards: inherited.map(() => 0) }
    if (index.operand !== undefined) {
      guards.push({ extent: factor.extent, stride: factor.stride, offset: index.offset, steps: extents.map(() => 0), index: index.operand })
      continue
    }
    for (const [position, guard] of inherited.entries()) {
      guard.offset += index.offset * factor.guards[position]!
      for (const [variable, coefficient] of index.terms) guard.steps[variable]! += coefficient * factor.guards[position]!
    }
    const own = extents.map(() => 0)
    for (const [variable, coefficient] of index.terms) own[variable]! += coefficient
    const { least, greatest } = rangeOf(index.offset, own, extents)
    if (least < 0 || greatest >= factor.extent) {
      guards.push({ extent: factor.extent, stride: factor.stride, offset: index.offset, steps: own })
    } else {
      base += index.offset * factor.stride
      for (const [variable, step] of own.entries()) steps[variable]! += step * factor.stride
    }
  }
  for (const guard of inherited) {
    const { least, greatest } = rangeOf(guard.offset, guard.steps, extents)
    if (least < 0 || greatest >= guard.extent) guards.push(guard)
    else {
      base += guard.offset * guard.stride
      for (const [variable, step] of guard.steps.entries()) steps[variable]! += step * guard.stride
    }
  }
  return { buffer: view.buffer, base, steps, guards, fill: guards.length > 0 ? fill : 0 }
}

/** The least and the greatest value of `offset + sum steps * variable` over `extents`. */
export function rangeOf(offset: number, steps: readonly number[], extents: readonly number[]): { least: number; greatest: number } {
  let least = offset
  let greatest = offset
  for (const [variable, step] of steps.entries()) {
    const reach = step * (extents[variable]! - 1)
    if (reach < 0) least += reach
    else greatest += reach
  }
  return { least, greatest }
}

/** Whether two loads read the same element, or fill, at every point. */
export function sameLoad(a: DraftLoad, b: DraftLoad): boolean {
  const same = (left: readonly number[], right: readonly number[]): boolean => left.every((step, index) => step === right[index])
  if (a.buffer !== b.buffer || a.base !== b.base || a.fill !== b.fill || a.guards.length !== b.guards.length) return false
  if (!same(a.steps, b.steps)) return false
  return a.guards.every((guard, index) => {
    const other = b.guards[index]!
    const shape = guard.extent === other.extent && guard.stride === other.stride && guard.offset === other.offset
    return shape && guard.index === other.index && same(guard.steps, other.steps)
  })
}
