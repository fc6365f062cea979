/** Sums, products and scales: what a runtime may rearrange, over values of either type. */
import { power } from './binary.ts'
import { EXACT, GREATEST, LEAST_EXPONENT } from './classes.ts'
import { type Fault, fault } from './fault.ts'
import { ANY_EXPONENT, ANYTHING, atom, isBounded, isConstant, isZero, mass, mayBeZero, units, type Value } from './value.ts'
import { type Arithmetic, excessOf, type Watch } from './watch.ts'

/** What is wrong with an operand of arithmetic itself: it may be anything, or has more bits than a sum can. */
export function unusable(value: Value): Fault | null {
  if (value.fault) return value.fault
  if (!isBounded(value)) return fault('UNBOUNDED', Infinity, null, value.source)
  if (value.exponent >= LEAST_EXPONENT) return null
  if (value.source >= 0 && !isConstant(value)) return fault('UNBOUNDED', Infinity, null, value.source)
  return fault('SUBNORMAL', power(value.exponent), null, value.source)
}

/** More bits than a sum can have: an input as it comes. */
export const tooWide = (value: Value): Fault | null => {
  const size = units(value)
  return !isConstant(value) && size > EXACT ? fault('UNBOUNDED', size, excessOf(size, EXACT), value.source) : null
}

export function negated(a: Value): Value {
  return { ...a, least: -a.greatest, greatest: -a.least, positive: a.negative, negative: a.positive, minusZero: mayBeZero(a) }
}

/** `a + b` in binary32, or in integers before they wrap. */
export function sum(a: Value, b: Value, arithmetic: Arithmetic, watch: Watch): Value {
  const wrong = unusable(a) ?? unusable(b)
  if (isNothing(a) && !wrong) return plusZero(b, a)
  if (isNothing(b) && !wrong) return plusZero(a, b)
  const value: Value = {
    least: a.least + b.least,
    greatest: a.greatest + b.greatest,
    exponent: Math.min(a.exponent, b.exponent),
    positive: a.positive + b.positive,
    negative: a.negative + b.negative,
    literal: false,
    ...joined(addend(a), addend(b)),
    largest: Math.max(a.largest, b.largest, a.positive + b.positive, a.negative + b.negative),
    finest: Math.min(a.finest, b.finest),
    products: a.products | b.products,
    minusZero: a.minusZero && b.minusZero,
    nan: a.nan || b.nan,
    open: true,
    source: -1,
    fault: null,
  }
  const found = arithmetic === 'f32' ? (wrong ?? tooWide(a) ?? tooWide(b) ?? watch.sum(value, 'f32')) : watch.sum(value, 'i32')
  return found ? disputed(value, found) : value
}

type Factor = Pick<Value, 'odd' | 'low' | 'high'>

/** What may be multiplied: a constant by itself, and what is calculated either with its own factors or, stored in between, without any. */
export const factorOf = ({ literal, odd, low, high }: Value): Factor =>
  literal ? { odd, low, high } : { odd: Math.max(1, odd), low: Math.min(1, low), high: Math.max(1, high) }

/** A constant that is added is no factor of anything. */
const addend = (value: Value): Factor => (value.literal ? { odd: 0, low: Number.POSITIVE_INFINITY, high: 0 } : value)

const joined = (a: Factor, b: Factor): Factor => ({
  odd: Math.max(a.odd, b.odd),
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
})

/** Zero as a constant: no weight. A number that just cannot be another than 0 still has its own. */
export const isNothing = (value: Value): boolean => value.literal && isZero(value)

/** A zero added: the other number, without a negative zero unless both are. */
const plusZero = (value: Value, zero: Value): Value => ({
  ...value,
  literal: value.literal && zero.literal,
  minusZero: value.minusZero && zero.minusZero,
  open: true,
  source: -1,
})

/** The greatest relative error of a sum of 2^16 terms, with room: the range of what `reference` makes of a sum that is not exact. */
const SLACK = power(-7)

/** A sum or product that some provider may round, from its exact bounds. The reference does not where all of its parts fit. */
export function disputed(value: Value, why: Fault): Value {
  const { least, greatest, exponent, nan } = value
  const exact = exponent >= ANY_EXPONENT && mass(value) < GREATEST && units(value) <= EXACT
  if (nan || !exact) return rounded(value, why)
  return atom(least, greatest, exponent, { minusZero: true, fault: why })
}

/** A result that may be rounded, from its exact bounds: any binary32 value near them. */
export function rounded(value: Value, why: Fault): Value {
  const slack = (value.positive + value.negative) * SLACK
  const [least, greatest] = [value.least - slack, value.greatest + slack]
  // Subnormal roundings are below any slack, so that small numbers get some of their own.
  if (value.nan || !(greatest - least < GREATEST) || !(Math.max(-least, greatest) < GREATEST) || slack < power(-100))
    return { ...ANYTHING, fault: why }
  return atom(least, greatest, ANY_EXPONENT, { minusZero: true, fault: why })
}

/** `count` times the same term in a sum. */
export function repeated(a: Value, count: number): Value {
  if (count === 1) return a
  return {
    ...a,
    least: a.least * count,
    greatest: a.greatest * count,
    positive: a.positive * count,
    negative: a.negative * count,
    largest: a.largest * count,
    open: true,
  }
}
