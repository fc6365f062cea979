import { reach, type Term } from '../../../ir/reach.ts'
import { type Coordinate, type Expression, type Kernel, type Load, product } from '../../../ir/types.ts'
import type { Operand } from './scope.ts'
import { merged, type Value } from './value.ts'

/**
 * The kernel with its variables cut where axes of the tensors that it reads meet: what walks over rows and columns in one becomes a row and a
 * column, so that a picture stays one from operand to result. Elements of the buffer and terms of folds are the same ones in the same order.
 */
export function splitVariables(kernel: Kernel, operand: (buffer: number) => Operand): Kernel {
  const extents = [...kernel.shape, ...(kernel.reduce?.extents ?? [])]
  const parts = extents.map((extent) => [extent])
  for (const variable of extents.keys()) {
    if (names(kernel.term, variable) || names(kernel.result, variable)) continue
    const cuts = cutsOf(kernel, variable, extents, operand)
    if (cuts) parts[variable] = partsOf(extents[variable]!, cuts)
  }
  if (parts.every((own) => own.length === 1)) return kernel
  const first = parts.map((_, variable) => parts.slice(0, variable).flat().length)
  const terms = (term: Term): Term[] =>
    parts[term.variable]!.map((_, at, own) => ({
      variable: first[term.variable]! + at,
      coefficient: term.coefficient * product(own.slice(at + 1)),
    }))
  const code = (expression: Expression): Expression =>
    expression.map((instruction) => (instruction.op === 'var' ? { ...instruction, arg: first[instruction.arg!]! } : instruction))
  const coordinate = (own: Coordinate): Coordinate => (own.kind === 'affine' ? { ...own, terms: own.terms.flatMap(terms) } : own)
  const load = (own: Load): Load => ({ ...own, axes: own.axes.map((axis) => ({ ...axis, coordinate: coordinate(axis.coordinate) })) })
  const { shape, reduce } = kernel
  return {
    ...kernel,
    shape: parts.slice(0, shape.length).flat(),
    reduce: reduce && { ...reduce, extents: parts.slice(shape.length).flat() },
    loads: kernel.loads.map(load),
    term: code(kernel.term),
    result: code(kernel.result),
  }
}

const names = (code: Expression, variable: number): boolean => code.some(({ op, arg }) => op === 'var' && arg === variable)

/** Steps of a variable after which an operand goes on along another axis; null where a guard looks at the variable. */
function cutsOf(kernel: Kernel, variable: number, extents: readonly number[], operand: (buffer: number) => Operand): Set<number> | null {
  const cuts = new Set<number>()
  for (const { buffer, axes } of kernel.loads) {
    let step = 0
    for (const { extent, stride, coordinate } of axes) {
      const own = coordinate.kind === 'affine' ? coordinate.terms.find((term) => term.variable === variable) : undefined
      if (coordinate.kind !== 'affine' || !own) continue
      const { least, greatest } = reach(coordinate.offset, coordinate.terms, extents)
      if (least < 0 || greatest >= extent) return null
      step += own.coefficient * stride
    }
    const { value } = operand(buffer)
    if (!value || step <= 0) continue
    for (const boundary of boundariesOf(value)) if (boundary % step === 0) cuts.add(boundary / step)
  }
  return cuts
}

/** Strides at which an axis begins or ends. */
const boundariesOf = ({ axes }: Value): number[] =>
  axes.flatMap((axis) => merged(axis).flatMap(({ extent, stride }) => [stride, stride * extent]))

/** Extents of the parts, outermost first; cuts that do not divide each other are left out. */
function partsOf(extent: number, cuts: ReadonlySet<number>): number[] {
  const parts: number[] = []
  let outer = extent
  for (const cut of [...cuts].sort((a, b) => b - a)) {
    if (cut <= 1 || cut >= outer || outer % cut !== 0) continue
    parts.push(outer / cut)
    outer = cut
  }
  return [...parts, outer]
}
