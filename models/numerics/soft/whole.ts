/** binary32 rounded to whole numbers on patterns, as in contracts/libraries/Float32Whole.sol; the sign of zero is kept. */
import { canonical, exponentField, FRACTION, MAGNITUDE, ONE, SIGN } from './bits.ts'

/** Ones at the bits below the unit, for an exponent field of 127 .. 149. */
const cutOf = (e: number): number => (1 << (150 - e)) - 1

export const floor = (a: number): number => (a & SIGN ? away(a) : trunc(a))

export const ceil = (a: number): number => (a & SIGN ? trunc(a) : away(a))

export function trunc(a: number): number {
  const e = exponentField(a)
  if (e < 127) return (a & SIGN) >>> 0
  return e > 149 ? canonical(a) : (a & ~cutOf(e)) >>> 0
}

/** To the nearest whole number, ties to even. */
export function nearest(a: number): number {
  const e = exponentField(a)
  const sign = a & SIGN
  // one half itself goes to the even zero
  if (e < 126 || (e === 126 && (a & FRACTION) === 0)) return sign >>> 0
  if (e === 126) return (sign | ONE) >>> 0
  if (e > 149) return canonical(a)
  // for e = 127 the unit is the hidden bit, and the lowest bit of the exponent field is one as well
  const cut = cutOf(e)
  return ((a + (cut >> 1) + ((a >>> (150 - e)) & 1)) & ~cut) >>> 0
}

/** The next whole number away from zero. */
function away(a: number): number {
  if ((a & MAGNITUDE) === 0) return a
  const e = exponentField(a)
  if (e < 127) return ((a & SIGN) | ONE) >>> 0
  if (e > 149) return canonical(a)
  // a carry out of the fraction is the right step of the exponent
  const cut = cutOf(e)
  return ((a + cut) & ~cut) >>> 0
}
