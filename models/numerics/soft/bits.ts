/**
 * binary32 in integers alone: the parts of a number, and the one place that rounds. The same algorithm as contracts/libraries/Float32Bits.sol,
 * whose 256-bit words are here integers below 2^52, held exactly by a JavaScript number. Numbers are 32-bit patterns, 0 .. 2^32 - 1.
 *
 * A finite magnitude is written as `m * 2^(e - 150)` with `e` the exponent field: `m` has the hidden bit at 2^23 for a normal number, and
 * `e` is 1 for a subnormal one.
 */

export const NAN = 0x7fc00000
export const INFINITY = 0x7f800000
export const ONE = 0x3f800000
export const SIGN = 0x80000000
export const MAGNITUDE = 0x7fffffff
export const FRACTION = 0x7fffff
export const HIDDEN = 0x800000

/** Powers of two, 2^0 .. 2^52. */
const POWERS: readonly number[] = Array.from({ length: 53 }, (_, bits) => Number(1n << BigInt(bits)))

/** `m * 2^bits` where that stays below 2^52. */
export const shiftLeft = (m: number, bits: number): number => m * POWERS[bits]!

/** `m` without its lowest `bits`, 0 .. 52. */
export const shiftRight = (m: number, bits: number): number => Math.floor(m / POWERS[bits]!)

/** Length of an integer below 2^52 in bits; 0 for 0. */
export function widthOf(m: number): number {
  let width = 0
  let rest = m
  if (rest >= 0x100000000) {
    width = 32
    rest = Math.floor(rest / 0x100000000)
  }
  for (let half = 16; half > 0; half >>= 1) {
    if (rest >>> half === 0) continue
    width += half
    rest >>>= half
  }
  return rest === 0 ? width : width + 1
}

/** The same number, or the one NaN. */
export const canonical = (a: number): number => ((a & MAGNITUDE) > INFINITY ? NAN : a)

export const exponentField = (a: number): number => (a >>> 23) & 0xff

/** The exponent of a finite number. */
export const exponentOf = (a: number): number => exponentField(a) || 1

/** The significand of a finite number. */
export const significandOf = (a: number): number => (exponentField(a) === 0 ? a & FRACTION : (a & FRACTION) | HIDDEN)

/** `m`, below 2^51, without its lowest `bits`, 1 .. 52: rounded to nearest, ties to even. */
export function roundOff(m: number, bits: number): number {
  const odd = shiftRight(m, bits) % 2
  return shiftRight(m + POWERS[bits - 1]! - 1 + odd, bits)
}

/** A significand of `width` bits, rounded or widened to 24 bits; 2^24 where that carries. Added to an exponent field less one, its top bit completes the exponent. */
export const roundTop = (m: number, width: number): number => (width > 24 ? roundOff(m, width - 24) : shiftLeft(m, 24 - width))

/** The number nearest to `m * 2^(e - 150)`, for `m` in 1 .. 2^51 - 1. */
export function pack(sign: number, e: number, m: number): number {
  const width = widthOf(m)
  const exponent = e - 25 + width
  if (exponent > 253) return (sign | INFINITY) >>> 0
  if (exponent >= 0) return (sign | ((exponent << 23) + roundTop(m, width))) >>> 0
  if (e > 0) return (sign | shiftLeft(m, e - 1)) >>> 0
  const shift = 1 - e
  return shift > width ? sign : (sign | roundOff(m, shift)) >>> 0
}
