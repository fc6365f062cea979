import { reach } from '../ir/reach.ts'
import { byteSize, type Kernel, type Load, type StoreType } from '../ir/types.ts'

/** Lanes of eight values that the verifier has at hand at once, whatever their type. */
export const GROUP = 8

/**
 * What is known of a load's addresses before any element is chosen.
 * @property steps       what each iteration variable adds to the address, output coordinates first
 * @property alignment   the address without its reduce part is `residue` modulo this power of two; infinite where nothing else moves it
 * @property guards      affine axes that some evaluation may leave
 * @property moves       whether an affine coordinate depends on a reduce coordinate
 * @property watches     whether the innermost reduce coordinate decides about its range, or its address by an index
 */
export type Reach = {
  readonly load: Load
  readonly steps: readonly number[]
  readonly alignment: number
  readonly residue: number
  readonly guards: number
  readonly moves: boolean
  readonly watches: boolean
  readonly indices: readonly number[]
  readonly lanes: number
}

/** @param type  of the load's buffer */
export function reachOf(kernel: Kernel, load: Load, type: StoreType): Reach {
  const { shape, reduce } = kernel
  const extents = [...shape, ...(reduce?.extents ?? [])]
  const steps = extents.map(() => 0)
  const indices: number[] = []
  let alignment = Number.POSITIVE_INFINITY
  let residue = load.base
  let guards = 0
  let moves = false
  let watches = false
  for (const { extent, stride, coordinate } of load.axes) {
    residue += stride * coordinate.offset
    if (coordinate.kind === 'indexed') {
      indices.push(coordinate.load)
      alignment = Math.min(alignment, powerIn(stride))
      watches = true
      continue
    }
    for (const { variable, coefficient } of coordinate.terms) {
      steps[variable]! += stride * coefficient
      if (variable >= shape.length) moves = true
    }
    const { least, greatest } = reach(coordinate.offset, coordinate.terms, extents)
    if (least >= 0 && greatest < extent) continue
    guards += 1
    if (coordinate.terms.some(({ variable }) => variable === extents.length - 1)) watches = true
  }
  for (let variable = 0; variable < shape.length; variable++) {
    if (shape[variable]! > 1) alignment = Math.min(alignment, powerIn(steps[variable]!))
  }
  return { load, steps, alignment, residue, guards, moves, watches, indices, lanes: 32 / byteSize(type) }
}

/** The greatest power of two that divides a number; infinite for 0. */
function powerIn(value: number): number {
  let power = 1
  if (value === 0) return Number.POSITIVE_INFINITY
  while (value % (2 * power) === 0) power *= 2
  return power
}

export const modulo = (value: number, by: number): number => ((value % by) + by) % by
