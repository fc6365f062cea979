/**
 * What is known of a number of a kernel, whatever the input: the grid on which it lies, its range, and of which sums it is made.
 *
 * A *linear region* is what a runtime may rearrange: sums, products and scales up to the next rounding, clip, comparison or table. A value
 * carries the bounds of its whole region, so that they grow with every further addend, in whichever kernel.
 */
import { lowBit, power } from './binary.ts'
import type { Fault } from './fault.ts'

/**
 * @property least, greatest   its range as `reference` calculates it; infinite where nothing is known
 * @property exponent          it and every term of its region is a multiple of `2^exponent`
 * @property positive          the greatest value that a sum of some of its region's terms can have, `negative` the magnitude of the least: in
 *   any order, split any way, every partial sum lies between
 * @property literal             whether it is a constant of the program, not a number that just cannot be another
 * @property odd, low, high    of what the region's terms are multiplied by, scales folded into weights: the widest in its own units, the
 *   least and the greatest magnitude
 * @property largest, finest    magnitude and unit that an operand may have when scales of its region are applied later, to what reads it
 * @property products          whether terms are products of a fold: 1 of integers, 2 of floats, 3 of both
 * @property minusZero         whether `reference` may have -0 here
 * @property nan               whether it may be NaN
 * @property open              whether the last operation was linear
 * @property source            the buffer from which it was loaded, -1 once it was calculated with
 * @property fault             the first thing that makes its calculation anybody's choice
 */
export type Value = {
  readonly least: number
  readonly greatest: number
  readonly exponent: number
  readonly positive: number
  readonly negative: number
  readonly literal: boolean
  readonly odd: number
  readonly low: number
  readonly high: number
  readonly largest: number
  readonly finest: number
  readonly products: number
  readonly minusZero: boolean
  readonly nan: boolean
  readonly open: boolean
  readonly source: number
  readonly fault: Fault | null
}

/** Of zero, which is a multiple of everything. */
export const NO_EXPONENT = 1000
/** Of any binary32 value. */
export const ANY_EXPONENT = -149

/** A number of this range, of which nothing else is known. */
export function atom(least: number, greatest: number, exponent: number, more: Partial<Value> = {}): Value {
  // One number alone is as wide as it is.
  if (least === greatest) return { ...known(least), ...more }
  const [positive, negative] = [Math.max(0, greatest), Math.max(0, -least)]
  const single = {
    literal: false,
    odd: 1,
    low: 1,
    high: 1,
    products: 0,
    minusZero: false,
    nan: false,
    open: false,
    source: -1,
    fault: null,
    largest: Math.max(positive, negative),
    finest: exponent,
  }
  return { least, greatest, exponent, positive, negative, ...single, ...more }
}

/** This binary32 value or integer and no other. @param source  the buffer that it is of */
export function constant(value: number, source = -1): Value {
  if (Number.isNaN(value)) return source === -1 ? ANYTHING : { ...ANYTHING, source }
  const size = Math.abs(value)
  const known = value !== 0 && size !== Number.POSITIVE_INFINITY
  const exponent = known ? lowBit(value) : NO_EXPONENT
  return {
    least: value,
    greatest: value,
    exponent,
    positive: Math.max(0, value),
    negative: Math.max(0, -value),
    literal: true,
    odd: known ? size / power(exponent) : 0,
    low: value === 0 ? Number.POSITIVE_INFINITY : size,
    high: size,
    largest: size,
    finest: exponent,
    products: 0,
    minusZero: Object.is(value, -0),
    nan: false,
    open: false,
    source,
    fault: null,
  }
}

/** A number that cannot be another, though it is no constant. */
export const known = (value: number): Value => ({ ...constant(value), literal: false })

export const ANY_INTEGER = atom(-0x80000000, 0x7fffffff, 0)
export const BIT = atom(0, 1, 0)
/** Any binary32 value, NaN included. */
export const ANYTHING = atom(-Infinity, Infinity, ANY_EXPONENT, { minusZero: true, nan: true })

export const isConstant = ({ least, greatest, nan }: Value): boolean => least === greatest && !nan
export const isZero = (value: Value): boolean => isConstant(value) && value.least === 0
export const mayBeZero = ({ least, greatest }: Value): boolean => least <= 0 && greatest >= 0
export const isBounded = ({ least, greatest, nan }: Value): boolean => least > -Infinity && greatest < Infinity && !nan
/** The greatest magnitude of a partial sum of its region. */
export const mass = ({ positive, negative }: Value): number => Math.max(positive, negative)
/** The same in units. */
export const units = (value: Value): number => (mass(value) === 0 ? 0 : mass(value) / power(value.exponent))

/** One or the other. */
export function either(a: Value, b: Value): Value {
  if (a === b) return a
  return {
    least: Math.min(a.least, b.least),
    greatest: Math.max(a.greatest, b.greatest),
    exponent: Math.min(a.exponent, b.exponent),
    positive: Math.max(a.positive, b.positive),
    negative: Math.max(a.negative, b.negative),
    literal: false,
    odd: Math.max(a.odd, b.odd),
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    largest: Math.max(a.largest, b.largest),
    finest: Math.min(a.finest, b.finest),
    products: a.products | b.products,
    minusZero: a.minusZero || b.minusZero,
    nan: a.nan || b.nan,
    open: a.open || b.open,
    source: a.source >= 0 ? a.source : b.source,
    fault: a.fault ?? b.fault,
  }
}

/** The number as the first of a new region: rounded, clipped, compared or stored by the reference alone. */
export const closed = ({ least, greatest, exponent, minusZero, nan, fault }: Value): Value =>
  atom(least, greatest, exponent, { minusZero, nan, fault })
