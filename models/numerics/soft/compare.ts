/** Order of binary32 numbers by their patterns, as in contracts/libraries/Float32.sol. Comparisons give 1 or 0; 0 where one is a NaN. */
import { INFINITY, MAGNITUDE, NAN, SIGN } from './bits.ts'

const unordered = (a: number, b: number): boolean => (a & MAGNITUDE) > INFINITY || (b & MAGNITUDE) > INFINITY

/** Ascends with the number, -0 below +0. */
const rank = (a: number): number => (a & SIGN ? ~a : a | SIGN) >>> 0

const bothZero = (a: number, b: number): boolean => ((a | b) & MAGNITUDE) === 0

/** IEEE 754-2019 minimum: NaN wins, -0 < +0. */
export function min(a: number, b: number): number {
  if (unordered(a, b)) return NAN
  return rank(a) < rank(b) ? a : b
}

/** IEEE 754-2019 maximum: NaN wins, -0 < +0. */
export function max(a: number, b: number): number {
  if (unordered(a, b)) return NAN
  return rank(a) < rank(b) ? b : a
}

export const lt = (a: number, b: number): number => (!unordered(a, b) && !bothZero(a, b) && rank(a) < rank(b) ? 1 : 0)

export const le = (a: number, b: number): number => (!unordered(a, b) && (bothZero(a, b) || rank(a) <= rank(b)) ? 1 : 0)

export const eq = (a: number, b: number): number => (!unordered(a, b) && (a === b || bothZero(a, b)) ? 1 : 0)
