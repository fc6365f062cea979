import type { Load } from './types.ts'

/** A term of an affine coordinate. */
export type Term = { readonly variable: number; readonly coefficient: number }

/** The least and the greatest value of `offset + sum coefficient * variable`, each variable from 0 to below its extent. */
export function reach(offset: number, terms: readonly Term[], extents: readonly number[]): { least: number; greatest: number } {
  let least = offset
  let greatest = offset
  for (const { variable, coefficient } of terms) {
    const far = coefficient * (extents[variable]! - 1)
    if (far < 0) least += far
    else greatest += far
  }
  return { least, greatest }
}

/** Whether a coordinate of the load may leave its axis; an indexed one may. */
export const mayLeave = ({ axes }: Load, extents: readonly number[]): boolean =>
  axes.some(({ extent, coordinate }) => {
    if (coordinate.kind === 'indexed') return true
    const { least, greatest } = reach(coordinate.offset, coordinate.terms, extents)
    return least < 0 || greatest >= extent
  })
