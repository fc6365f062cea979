import type { Expression } from '../ir/types.ts'
import type { DraftKernel, DraftLoad } from './draft.ts'
import { sameLoad } from './draft-load.ts'

/**
 * Makes one variable of neighbours that every load walks through evenly, and drops those of extent 1: fewer variables mean fewer terms
 * in a coordinate and shorter descriptors. The row-major order of elements and of terms stays.
 * Expressions must not read iteration variables.
 */
export function mergeVariables(kernel: DraftKernel): DraftKernel {
  const shape = [...kernel.shape]
  const reduce = [...(kernel.reduce?.extents ?? [])]
  let { loads } = kernel
  const merge = (extents: number[], before: number): void => {
    for (let index = extents.length - 1; index >= 0; index -= 1) {
      const extent = extents[index]!
      const joins = index > 0 && [...rows(loads)].every((steps) => steps[before + index - 1] === steps[before + index]! * extent)
      if (extent === 1 && extents.length > 1) {
        extents.splice(index, 1)
        loads = withoutVariable(loads, before + index)
      } else if (joins) {
        extents.splice(index - 1, 2, extents[index - 1]! * extent)
        loads = withoutVariable(loads, before + index - 1)
      }
    }
  }
  merge(shape, 0)
  merge(reduce, shape.length)
  return { ...kernel, shape, reduce: kernel.reduce && { ...kernel.reduce, extents: reduce }, loads }
}

function* rows(loads: readonly DraftLoad[]): Generator<readonly number[]> {
  for (const load of loads) {
    yield load.steps
    for (const guard of load.guards) yield guard.steps
  }
}

const withoutVariable = (loads: readonly DraftLoad[], variable: number): DraftLoad[] =>
  mapSteps(loads, (steps) => steps.toSpliced(variable, 1))

/** Replaces the coefficients of every coordinate. */
export function mapSteps(loads: readonly DraftLoad[], change: (steps: readonly number[]) => number[]): DraftLoad[] {
  return loads.map((load) => ({
    ...load,
    steps: change(load.steps),
    guards: load.guards.map((guard) => ({ ...guard, steps: change(guard.steps) })),
  }))
}

/** Drops loads that no expression reads, and makes one of those that read alike. */
export function uniqueLoads(kernel: DraftKernel): DraftKernel {
  const reads = (step: Expression[number], index: number): boolean => (step.op === 'load' || step.op === 'inrange') && step.arg === index
  const loads: DraftLoad[] = []
  const numbers = kernel.loads.map((load, index) => {
    if (![...kernel.term, ...kernel.result].some((step) => reads(step, index))) return -1
    const known = loads.findIndex((other) => sameLoad(other, load))
    return known >= 0 ? known : loads.push(load) - 1
  })
  const renumber = (code: Expression): Expression =>
    code.map((step) => (step.op === 'load' || step.op === 'inrange' ? { ...step, arg: numbers[step.arg!]! } : step))
  return { ...kernel, loads, term: renumber(kernel.term), result: renumber(kernel.result) }
}
