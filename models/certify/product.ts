import { isPower, power } from './binary.ts'
import { GREATEST, LEAST_EXPONENT } from './classes.ts'
import { type Fault, fault } from './fault.ts'
import { disputed, factorOf, isNothing, tooWide, unusable } from './linear.ts'
import { constant, isConstant, mass, mayBeZero, NO_EXPONENT, type Value } from './value.ts'
import type { Arithmetic, Watch } from './watch.ts'

/** `a * b`. @param folded  whether it is a term of a sum, for which a device may have multipliers of its own */
export function product(a: Value, b: Value, arithmetic: Arithmetic, folded: boolean, watch: Watch): Value {
  const wrong = unusable(a) ?? unusable(b)
  const minusZero = signedZero(a, b) || signedZero(b, a)
  if ((isNothing(a) || isNothing(b)) && !wrong) {
    // 0 times what a class takes for infinite would be NaN.
    for (const operand of [a, b]) watch.reaches(operand, arithmetic)
    return { ...constant(0), literal: a.literal && b.literal, minusZero: arithmetic === 'f32' && minusZero }
  }
  const [x, y] = [factorOf(a), factorOf(b)]
  const [lowLow, lowHigh] = [a.least * b.least, a.least * b.greatest]
  const [highLow, highHigh] = [a.greatest * b.least, a.greatest * b.greatest]
  const scale = a.literal && isPower(a.least) ? a : b.literal && isPower(b.least) ? b : undefined
  const scaled = scale !== undefined && !folded
  // Two numbers that depend on the input are multiplied element by element, which no scale is folded into.
  const weighted = folded || (!scaled && (a.literal || b.literal))
  const products = a.products | b.products | (weighted ? (arithmetic === 'f32' ? 2 : 1) : 0)
  const value: Value = {
    least: Math.min(lowLow, lowHigh, highLow, highHigh),
    greatest: Math.max(lowLow, lowHigh, highLow, highHigh),
    exponent: isEmpty(a) || isEmpty(b) ? NO_EXPONENT : a.exponent + b.exponent,
    positive: a.positive * b.positive + a.negative * b.negative,
    negative: a.positive * b.negative + a.negative * b.positive,
    literal: a.literal && b.literal,
    odd: x.odd * y.odd,
    low: x.low * y.low,
    high: x.high * y.high,
    ...later(a, b),
    products,
    minusZero,
    nan: a.nan || b.nan,
    open: true,
    source: -1,
    fault: null,
  }
  if (wrong) return disputed(value, wrong)
  if (!scaled) {
    watch.operand(a, arithmetic)
    watch.operand(b, arithmetic)
  }
  if (!scaled || products & 2) watch.factor(value, arithmetic)
  else if (products & 1) watch.factor(value, 'i32')
  if (arithmetic === 'i32') {
    if (!scaled) watch.sum(value, 'i32')
    return value
  }
  const found = (scale ? null : inexact(a, b, value, watch)) ?? outOfRange(value)
  return found ? disputed(value, found) : value
}

/** Zero without any terms: a difference of equals is zero too, but what multiplies it may be distributed over both. */
const isEmpty = (value: Value): boolean => mass(value) === 0

/** A constant factor may be applied to what reads the product. */
function later(a: Value, b: Value): Pick<Value, 'largest' | 'finest'> {
  const largest = a.largest * b.largest
  const finest = isEmpty(a) || isEmpty(b) ? NO_EXPONENT : a.finest + b.finest
  const other = a.literal ? b : b.literal ? a : null
  return other ? { largest: Math.max(largest, other.largest), finest: Math.min(finest, other.finest) } : { largest, finest }
}

/** Whether a zero of `a` may become -0 by the sign of `b`. */
const signedZero = (a: Value, b: Value): boolean => mayBeZero(a) && (b.least < 0 || b.minusZero || a.minusZero)

/** A product of which both factors have more than one bit. */
function inexact(a: Value, b: Value, value: Value, watch: Watch): Fault | null {
  const wide = tooWide(a) ?? tooWide(b)
  if (wide) return wide
  const found = watch.sum(value, 'f32')
  if (found?.rule !== 'BOUND') return found
  const factor = isConstant(a) ? a : isConstant(b) ? b : null
  return factor ? fault('SCALE', factor.least, found.excess) : found
}

/** Magnitudes that some device might flush to zero or overflow. */
function outOfRange(value: Value): Fault | null {
  if (value.exponent < LEAST_EXPONENT) return fault('SUBNORMAL', power(value.exponent))
  if (value.low < power(LEAST_EXPONENT)) return fault('SUBNORMAL', value.low)
  const size = Math.max(mass(value), value.high)
  return size > GREATEST ? fault('OVERFLOW', size) : null
}
