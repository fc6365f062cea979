import { i32 } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import type { DraftKernel, DraftLoad } from './draft.ts'
import { sameLoad } from './draft-load.ts'

/**
 * Makes one variable of neighbours that every load walks through evenly, and drops those of extent 1: fewer variables mean fewer terms
 * in a coordinate and shorter descriptors. The row-major order of elements and of terms stays. Variables that an expression reads are
 * not merged; one of extent 1 becomes the constant 0 there.
 */
export function mergeVariables(kernel: DraftKernel): DraftKernel {
  const shape = [...kernel.shape]
  const reduce = [...(kernel.reduce?.extents ?? [])]
  let { loads, term, result } = kernel
  const drop = (variable: number): void => {
    loads = mapSteps(loads, (steps) => steps.toSpliced(variable, 1))
    term = mapVariables(term, (read) => (read === variable ? null : read > variable ? read - 1 : read))
    result = mapVariables(result, (read) => (read === variable ? null : read > variable ? read - 1 : read))
  }
  const isRead = (variable: number): boolean => [...term, ...result].some((step) => step.op === 'var' && step.arg === variable)
  const merge = (extents: number[], before: number): void => {
    for (let index = extents.length - 1; index >= 0; index -= 1) {
      const extent = extents[index]!
      const even = index > 0 && [...rows(loads)].every((steps) => steps[before + index - 1] === steps[before + index]! * extent)
      const joins = even && !isRead(before + index) && !isRead(before + index - 1)
      if (extent === 1 && extents.length > 1) {
        extents.splice(index, 1)
        drop(before + index)
      } else if (joins) {
        extents.splice(index - 1, 2, extents[index - 1]! * extent)
        drop(before + index - 1)
      }
    }
  }
  merge(shape, 0)
  merge(reduce, shape.length)
  return { ...kernel, shape, reduce: kernel.reduce && { ...kernel.reduce, extents: reduce }, loads, term, result }
}

function* rows(loads: readonly DraftLoad[]): Generator<readonly number[]> {
  for (const load of loads) {
    yield load.steps
    for (const guard of load.guards) yield guard.steps
  }
}

/** Numbers the iteration variables that code reads anew; those without a number are 0. */
export function mapVariables(code: Expression, number: (variable: number) => number | null): Expression {
  return code.map((step) => {
    if (step.op !== 'var') return step
    const variable = number(step.arg!)
    return variable === null ? i32(0) : { ...step, arg: variable }
  })
}

/** Replaces the coefficients of every coordinate. */
export function mapSteps(loads: readonly DraftLoad[], change: (steps: readonly number[]) => number[]): DraftLoad[] {
  return loads.map((load) => ({
    ...load,
    steps: change(load.steps),
    guards: load.guards.map((guard) => ({ ...guard, steps: change(guard.steps) })),
  }))
}

/** Drops loads that nothing reads, and makes one of those that read alike. Loads that others are indexed by come before those. */
export function uniqueLoads(kernel: DraftKernel): DraftKernel {
  const read = new Set([...kernel.term, ...kernel.result].flatMap(({ op, arg }) => (op === 'load' || op === 'inrange' ? [arg!] : [])))
  for (const index of [...read].sort((a, b) => a - b)) for (const other of indicesOf(kernel.loads[index]!)) read.add(other)
  const loads: DraftLoad[] = []
  const numbers = kernel.loads.map(() => -1)
  const keep = (load: DraftLoad, number: number): void => {
    const known = loads.findIndex((other) => sameLoad(other, load))
    numbers[number] = known >= 0 ? known : loads.push(load) - 1
  }
  for (const [number, load] of kernel.loads.entries()) if (read.has(number) && indicesOf(load).length === 0) keep(load, number)
  for (const [number, load] of kernel.loads.entries()) {
    if (read.has(number) && indicesOf(load).length > 0)
      keep(
        mapIndices(load, (index) => numbers[index]!),
        number,
      )
  }
  const renumber = (code: Expression): Expression =>
    code.map((step) => (step.op === 'load' || step.op === 'inrange' ? { ...step, arg: numbers[step.arg!]! } : step))
  return { ...kernel, loads, term: renumber(kernel.term), result: renumber(kernel.result) }
}

/** Numbers of the loads whose values are coordinates of this one. */
export const indicesOf = (load: DraftLoad): number[] => load.guards.flatMap(({ index }) => (index === undefined ? [] : [index]))

/** Numbers the loads that coordinates are taken from anew. */
export const mapIndices = (load: DraftLoad, change: (index: number) => number): DraftLoad => ({
  ...load,
  guards: load.guards.map((guard) => (guard.index === undefined ? guard : { ...guard, index: change(guard.index) })),
})
