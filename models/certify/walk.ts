import { mayLeave } from '../ir/reach.ts'
import { type Kernel, type Load, product } from '../ir/types.ts'
import type { Surroundings } from './code.ts'
import type { Contents } from './contents.ts'
import { type Kinds, kindsOf } from './kinds.ts'
import { groupAt } from './reach.ts'
import { remembering } from './remember.ts'
import type { Mutable } from './space.ts'
import type { Value } from './value.ts'

/** Most terms of a fold whose addresses are written down. */
const MOST_TERMS = 1 << 20
/** Kinds of terms are small integers. */
const MOST_KINDS = 0x3fffffff

/**
 * The terms of a fold, one after the other, by what they read: terms of one kind are the same.
 * @property start  for the output coordinates that are fixed now: gives what is known of the kinds of terms there
 * @property kind   of a term @property go  fixes the variables of a term
 */
export type Walk<T> = {
  readonly terms: number
  readonly start: () => Map<number, T>
  readonly kind: (term: number) => number
  readonly go: (term: number) => void
}

/** By address: elements of a buffer that is never left. */
type Walked = { readonly contents: Contents; readonly kinds: Kinds; readonly load: Load; readonly offsets: Int32Array; first: number }

/**
 * Null for folds of which the terms are to be followed one by one: where loads may leave their buffers or are looked up, and where terms are few.
 * @param chosen  which variables are fixed one value after the other; `inner` are those of the fold among them
 */
export function walkOf<T>(
  kernel: Kernel,
  operands: readonly Contents[],
  { surroundings, enter }: { readonly surroundings: Surroundings; readonly enter: () => void },
  space: Mutable,
  extents: readonly number[],
  chosen: readonly boolean[],
  inner: readonly number[],
): Walk<T> | null {
  const terms = product(inner.map((variable) => extents[variable]!))
  const outer = extents.flatMap((_, variable) => (chosen[variable] && !inner.includes(variable) ? [variable] : []))
  const times = product(extents.filter((_, variable) => chosen[variable] && !inner.includes(variable)))
  if (inner.length === 0 || terms > MOST_TERMS || kernel.term.some(({ op }) => op === 'var')) return null
  const used = [...new Set(kernel.term.flatMap(({ op, arg = 0 }) => (op === 'load' || op === 'inrange' ? [arg] : [])))]
  const varying = used.filter((number) => moves(kernel.loads[number]!, inner))
  const walked: Walked[] = []
  const go = (term: number): void => {
    let rest = term
    for (let at = inner.length - 1; at >= 0; at--) {
      const variable = inner[at]!
      const place = rest % extents[variable]!
      rest = (rest - place) / extents[variable]!
      space.least[variable] = place
      space.greatest[variable] = place
    }
    enter()
  }
  // What hangs on the fold's variables alone is the same at all outputs, and looked at once.
  const everywhere = varying.filter((number) => !moves(kernel.loads[number]!, outer))
  const common = everywhere.length > 0 ? commonKinds(everywhere, terms, go, surroundings) : null
  let kinds = common?.count ?? 1
  for (const number of varying) {
    if (everywhere.includes(number)) continue
    const [load, contents] = [kernel.loads[number]!, operands[number]!]
    if (mayLeave(load, extents) || !isSingle(load, contents, extents, chosen)) return null
    if (contents.digits.length === 0) continue
    // To number more elements than are met costs more than to follow them.
    const found = contents.count <= 2 * terms * times ? kindsOf(contents) : null
    if (!found || found.count * kinds > MOST_KINDS) return null
    kinds *= found.count
    walked.push({ contents, kinds: found, load, offsets: offsetsOf(load, inner, extents, terms), first: 0 })
  }
  const fixed = kernel.term.filter(({ op, arg = 0 }) => (op === 'load' || op === 'inrange') && !varying.includes(arg))
  const known = remembering(fixed, surroundings, () => new Map<number, T>())
  return {
    terms,
    go,
    start: () => {
      go(0)
      for (const each of walked) each.first = addressOf(each.load, space.least)
      return known()
    },
    kind: (term) => {
      let kind = common ? common.of[term]! : 0
      for (let at = 0; at < walked.length; at++) {
        const { contents, kinds: own, offsets, first } = walked[at]!
        kind = kind * own.count + own.of[groupAt(contents, first + offsets[term]!)]!
      }
      return kind
    },
  }
}

/** Of what these loads are together at each term. */
function commonKinds(loads: readonly number[], terms: number, go: (term: number) => void, { load, inRange }: Surroundings): Kinds {
  const [of, known] = [new Uint32Array(terms), new Map<Value, number>()]
  const numberOf = (value: Value): number => {
    const number = known.get(value) ?? known.size
    known.set(value, number)
    return number
  }
  const kinds = new Map<string, number>()
  for (let term = 0; term < terms; term++) {
    go(term)
    const key = loads.map((number) => `${numberOf(load(number))} ${numberOf(inRange(number))}`).join()
    const kind = kinds.get(key) ?? kinds.size
    kinds.set(key, kind)
    of[term] = kind
  }
  return { of, count: kinds.size }
}

/** Whether a step of these variables may change what is loaded. */
const moves = ({ axes }: Load, variables: readonly number[]): boolean =>
  axes.some(({ coordinate }) => coordinate.kind === 'indexed' || coordinate.terms.some(({ variable }) => variables.includes(variable)))

/** Whether fixed variables are all that decides of which group an element is. */
function isSingle({ axes }: Load, { digits }: Contents, extents: readonly number[], chosen: readonly boolean[]): boolean {
  return axes.every(
    ({ stride, coordinate }) =>
      digits.every((digit) => stride % (digit.stride * digit.extent) === 0) ||
      (coordinate.kind === 'affine' && coordinate.terms.every(({ variable }) => chosen[variable] || extents[variable] === 1)),
  )
}

/** The address of an element, for these values of the variables. */
function addressOf({ base, axes }: Load, places: readonly number[]): number {
  let address = base
  for (const { stride, coordinate } of axes) {
    let at = coordinate.offset
    if (coordinate.kind === 'affine') for (const { variable, coefficient } of coordinate.terms) at += coefficient * places[variable]!
    address += stride * at
  }
  return address
}

/** How far the address of each term is from that of the first. */
function offsetsOf(load: Load, inner: readonly number[], extents: readonly number[], terms: number): Int32Array {
  const places = extents.map(() => 0)
  const first = addressOf(load, places)
  const offsets = new Int32Array(terms)
  for (let term = 0; term < terms; term++) {
    offsets[term] = addressOf(load, places) - first
    for (let at = inner.length - 1; at >= 0; at--) {
      const variable = inner[at]!
      places[variable] = (places[variable]! + 1) % extents[variable]!
      if (places[variable] !== 0) break
    }
  }
  return offsets
}
