/** The integer unit on words 0 .. 2^32 - 1, as in contracts/libraries/Int32.sol: two's complement by wrapping unsigned words. Comparisons give 1 or 0. */
import { SIGN } from './bits.ts'

const WORD = 0x100000000
const magnitudeOf = (a: number): number => (a >= SIGN ? WORD - a : a)
const signed = (negative: boolean, magnitude: number): number => (negative ? WORD - magnitude : magnitude) % WORD

export const add = (a: number, b: number): number => (a + b) % WORD
export const sub = (a: number, b: number): number => (a + WORD - b) % WORD

/** In halves of 16 bits, so that every product is exact. */
export function mul(a: number, b: number): number {
  const cross = ((a >>> 16) * (b & 0xffff) + (b >>> 16) * (a & 0xffff)) % 0x10000
  return (cross * 0x10000 + (a & 0xffff) * (b & 0xffff)) % WORD
}

/** Truncates; `x / 0` is 0 and `-2^31 / -1` is -2^31. */
export function div(a: number, b: number): number {
  if (b === 0) return 0
  const [x, y] = [magnitudeOf(a), magnitudeOf(b)]
  return signed(a >= SIGN !== b >= SIGN, (x - (x % y)) / y)
}

/** Has the sign of `a`; `rem(x, 0)` is 0. */
export const rem = (a: number, b: number): number => (b === 0 ? 0 : signed(a >= SIGN, magnitudeOf(a) % magnitudeOf(b)))

export const and = (a: number, b: number): number => (a & b) >>> 0
export const or = (a: number, b: number): number => (a | b) >>> 0
export const xor = (a: number, b: number): number => (a ^ b) >>> 0
export const shl = (a: number, b: number): number => (a << (b & 31)) >>> 0

/** Shifts copies of the sign in: shifts zeros into the complement of a negative number. */
export const shrS = (a: number, b: number): number => (a >= SIGN ? ~(~a >>> (b & 31)) : a >>> (b & 31)) >>> 0

/** Shifts zeros in. */
export const shrU = (a: number, b: number): number => a >>> (b & 31)

/** The order of signed numbers is that of words with the sign bit turned. */
export const lt = (a: number, b: number): number => ((a ^ SIGN) >>> 0 < (b ^ SIGN) >>> 0 ? 1 : 0)
export const min = (a: number, b: number): number => (lt(a, b) === 1 ? a : b)
export const max = (a: number, b: number): number => (lt(a, b) === 1 ? b : a)
export const eq = (a: number, b: number): number => (a === b ? 1 : 0)
