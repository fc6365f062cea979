/** binary32 from and to other formats on patterns, as in contracts/libraries/Float32Convert.sol. */
import { exponentField, FRACTION, HIDDEN, INFINITY, MAGNITUDE, NAN, pack, SIGN } from './bits.ts'

/** The 32-bit integer of a number: truncates, saturates, NaN gives 0. */
export function toInt(a: number): number {
  const e = exponentField(a)
  if (e < 127 || (a & MAGNITUDE) > INFINITY) return 0
  if (e > 157) return a & SIGN ? SIGN : MAGNITUDE
  const m = (a & FRACTION) | HIDDEN
  const whole = e > 150 ? m << (e - 150) : m >>> (150 - e)
  return (a & SIGN ? -whole : whole) >>> 0
}

/** The number nearest to a 32-bit integer, ties to even. */
export function fromInt(a: number): number {
  if (a === 0) return 0
  return a & SIGN ? pack(SIGN, 150, 0x100000000 - a) : pack(0, 150, a)
}

/** The number that equals the binary16 number of the lowest 16 bits; exact. */
export function fromHalf(word: number): number {
  const sign = ((word & 0x8000) << 16) >>> 0
  const e = (word >>> 10) & 31
  const fraction = word & 1023
  if (e === 31) return fraction === 0 ? (sign | INFINITY) >>> 0 : NAN
  if (e !== 0) return (sign | ((e + 112) << 23) | (fraction << 13)) >>> 0
  return fraction === 0 ? sign : pack(sign, 126, fraction)
}
