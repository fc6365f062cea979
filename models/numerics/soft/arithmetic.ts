/**
 * Sum, product, quotient and root in integers, each rounded once to nearest, ties to even: contracts/libraries/Float32.sol step by step.
 * Operands and results are 32-bit patterns; a NaN of any payload is understood, and every NaN result is 0x7fc00000.
 */
import { canonical, exponentOf, INFINITY, MAGNITUDE, NAN, pack, roundTop, SIGN, shiftLeft, significandOf, widthOf } from './bits.ts'

const magnitude = (a: number): number => a & MAGNITUDE
const signOfProduct = (a: number, b: number): number => ((a ^ b) & SIGN) >>> 0

export function add(first: number, second: number): number {
  const swap = magnitude(first) < magnitude(second)
  const [a, b] = swap ? [second, first] : [first, second]
  if (magnitude(a) >= INFINITY) return magnitude(a) > INFINITY || (a ^ b) >>> 0 === SIGN ? NAN : a
  // -0 is the sum of two negative zeros only
  if (magnitude(b) === 0) return magnitude(a) === 0 ? (a & b) >>> 0 : a
  const e = exponentOf(b)
  const distance = exponentOf(a) - e
  // b is less than half of the distance from a to its nearest neighbour
  if (distance > 25) return a
  const x = shiftLeft(significandOf(a), distance)
  const sum = signOfProduct(a, b) === 0 ? x + significandOf(b) : x - significandOf(b)
  if (sum === 0) return 0
  const sign = a & SIGN
  const width = widthOf(sum)
  const exponent = e - 25 + width
  if (exponent > 253) return (sign | INFINITY) >>> 0
  // a subnormal sum is exact
  return (sign | (exponent < 0 ? shiftLeft(sum, e - 1) : (exponent << 23) + roundTop(sum, width))) >>> 0
}

export const sub = (a: number, b: number): number => add(a, (b ^ SIGN) >>> 0)

export function mul(a: number, b: number): number {
  const sign = signOfProduct(a, b)
  const [p, q] = [magnitude(a), magnitude(b)]
  if (p >= INFINITY || q >= INFINITY) return p > INFINITY || q > INFINITY || p === 0 || q === 0 ? NAN : (sign | INFINITY) >>> 0
  if (p === 0 || q === 0) return sign
  return pack(sign, exponentOf(a) + exponentOf(b) - 150, significandOf(a) * significandOf(b))
}

export function div(a: number, b: number): number {
  const sign = signOfProduct(a, b)
  const [p, q] = [magnitude(a), magnitude(b)]
  if (p >= INFINITY || q >= INFINITY) {
    if (p > INFINITY || q > INFINITY || p === q) return NAN
    return p === INFINITY ? (sign | INFINITY) >>> 0 : sign
  }
  if (q === 0) return p === 0 ? NAN : (sign | INFINITY) >>> 0
  if (p === 0) return sign
  const x = BigInt(significandOf(a)) << 60n
  const y = BigInt(significandOf(b))
  // 36 to 84 bits, of which 51 hold everything that rounding can see: the last one tells whether something was cut off
  const quotient = x / y
  const cut = Math.max(0, widthOfLong(quotient) - 51)
  const kept = quotient >> BigInt(cut)
  const exact = (kept << BigInt(cut)) * y === x
  return pack(sign, exponentOf(a) - exponentOf(b) + 90 + cut, Number(exact ? kept : kept | 1n))
}

export function sqrt(a: number): number {
  if (magnitude(a) === 0) return a
  if (a >= INFINITY) return a === INFINITY ? a : NAN
  const e = exponentOf(a)
  // the exponent made even; the root has 30 bits or more
  const x = BigInt(significandOf(a)) << BigInt(60 + (e & 1))
  let root = 1n << BigInt((widthOfLong(x) + 1) >> 1)
  // Heron's rule: from a relative error of at most 1, five steps reach 2^-49; the root has 43 bits at most
  for (let step = 0; step < 5; step++) root = (root + x / root) >> 1n
  if (root * root > x) root -= 1n
  return pack(0, (e >> 1) + 44, Number((root << 1n) | (root * root === x ? 0n : 1n)))
}

export const neg = (a: number): number => canonical((a ^ SIGN) >>> 0)

export const abs = (a: number): number => canonical(magnitude(a))

/** Length in bits of an integer below 2^104. */
function widthOfLong(m: bigint): number {
  const high = Number(m >> 52n)
  return high === 0 ? widthOf(Number(m)) : 52 + widthOf(high)
}
