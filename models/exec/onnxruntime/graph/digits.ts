import { reach, type Term } from '../../../ir/reach.ts'
import type { Load } from '../../../ir/types.ts'

/**
 * One digit of an address: the buffer is seen as a tensor whose axes are the digits. Along this one a load reads position
 * `start + x`, `x = offset + sum coefficient * variable`; where `x` is not in `0 .. length - 1` it gives its fill.
 * @property stride  elements between neighbours @property extent  positions of the buffer along the digit
 */
export type Digit = {
  readonly stride: number
  readonly extent: number
  readonly start: number
  readonly length: number
  readonly offset: number
  readonly terms: readonly Term[]
}

/**
 * An affine load as digits, outermost first, which together are the whole buffer; null where its strides do not nest, or a coordinate that adds
 * nothing to the address guards it.
 * @param extents  of the iteration variables
 * @param rank     how many of them are output coordinates
 * @param count    elements of the buffer
 * @param strides  in which the buffer's own axes lie, where they are known
 */
export function digitsOf(load: Load, extents: readonly number[], rank: number, count: number, strides: readonly number[]): Digit[] | null {
  const parts = partsOf(load, extents)
  if (!parts) return null
  const { guards, linear } = parts
  if (new Set(guards.map(({ stride }) => stride)).size !== guards.length) return null
  const guarded = guards.map(({ stride }) => stride)
  const own = linear.map(({ coefficient }) => coefficient)
  let best: Digit[] | null = null
  for (const chosen of [strides, nested(linear, extents), own, [...strides, ...own]]) {
    const digits = assign(
      parts,
      [...new Set([...chosen, ...guarded, 1])].sort((a, b) => b - a),
      count,
      extents,
    )
    // The buffer's own axes are best, where each holds a place of the output and one of the window at most.
    if (digits && chosen === strides && strides.length > 1 && digits.every(({ terms }) => isWindow(terms, rank))) return digits
    if (digits && (!best || shared(digits) < shared(best))) best = digits
  }
  return best
}

const isWindow = (terms: readonly Term[], rank: number): boolean =>
  terms.filter(({ variable }) => variable < rank).length <= 1 && terms.filter(({ variable }) => variable >= rank).length <= 1

/** How many variables share a digit with another one: as few as can be. */
const shared = (digits: readonly Digit[]): number => digits.reduce((sum, { terms }) => sum + Math.max(0, terms.length - 1), 0)

type Guard = { readonly stride: number; readonly length: number; readonly offset: number; readonly terms: readonly Term[] }
type Parts = { readonly base: number; readonly guards: readonly Guard[]; readonly linear: readonly Term[] }

/** Coordinates that may leave their axis, and the sum of all others; null where a load is indexed or a guard adds nothing. */
function partsOf({ base, axes }: Load, extents: readonly number[]): Parts | null {
  let start = base
  const guards: Guard[] = []
  const linear = new Map<number, number>()
  for (const { extent, stride, coordinate } of axes) {
    if (coordinate.kind !== 'affine') return null
    const terms = coordinate.terms.filter(({ variable }) => extents[variable]! > 1)
    const { least, greatest } = reach(coordinate.offset, terms, extents)
    if (least >= 0 && greatest < extent) {
      start += coordinate.offset * stride
      for (const { variable, coefficient } of terms) linear.set(variable, (linear.get(variable) ?? 0) + coefficient * stride)
    } else {
      if (stride <= 0 || extent === 1) return null
      guards.push({ stride, length: extent, offset: coordinate.offset, terms })
    }
  }
  const terms = [...linear].map(([variable, coefficient]) => ({ variable, coefficient })).filter(({ coefficient }) => coefficient !== 0)
  return terms.some(({ coefficient }) => coefficient < 0) ? null : { base: start, guards, linear: terms }
}

/** Strides of which each is beyond the reach of those below it, so that the places of a sliding window share one. */
function nested(linear: readonly Term[], extents: readonly number[]): number[] {
  const strides: number[] = []
  let far = 0
  for (const { variable, coefficient } of [...linear].sort((a, b) => a.coefficient - b.coefficient)) {
    if (coefficient > far) strides.push(coefficient)
    far += coefficient * (extents[variable]! - 1)
  }
  return strides
}

/** @param strides  descending, the last one 1 */
function assign({ base, guards, linear }: Parts, strides: readonly number[], count: number, extents: readonly number[]): Digit[] | null {
  const terms = new Map<number, Term[]>(strides.map((stride) => [stride, []]))
  for (const { variable, coefficient } of linear) {
    const stride = strides.find((each) => coefficient % each === 0)!
    terms.get(stride)!.push({ variable, coefficient: coefficient / stride })
  }
  let rest = base
  let outer = count
  const digits: Digit[] = []
  for (const stride of strides) {
    if (outer % stride !== 0) return null
    const extent = outer / stride
    outer = stride
    const start = Math.floor(rest / stride)
    rest -= start * stride
    const guard = guards.find((each) => each.stride === stride)
    const own = terms.get(stride)!
    if (guard && own.length > 0) return null
    const { greatest } = reach(0, own, extents)
    const length = guard?.length ?? greatest + 1
    if (start < 0 || start + length > extent) return null
    if (extent > 1 || guard) digits.push({ stride, extent, start, length, offset: guard?.offset ?? 0, terms: guard?.terms ?? own })
  }
  return digits
}
