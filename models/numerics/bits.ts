/**
 * A binary32 number as a JavaScript number and as its 32 bits, with one NaN (SPEC section 1): `fromBits` makes NaN of every NaN pattern,
 * `bitsOf` gives `NAN_BITS` for it, so that no payload can be observed on either way.
 */

/** The one NaN. */
export const NAN_BITS = 0x7fc00000

const view = new DataView(new ArrayBuffer(4))

/** Bits, 0 .. 2^32 - 1, of a number that is a binary32 value already. */
export function bitsOf(value: number): number {
  if (Number.isNaN(value)) return NAN_BITS
  view.setFloat32(0, value)
  return view.getUint32(0)
}

/** The binary32 value of these bits; the upper bits of a negative or larger integer are dropped. */
export function fromBits(bits: number): number {
  view.setUint32(0, bits)
  return view.getFloat32(0)
}

/** The same bits, or those of the one NaN. */
export const canonicalBits = (bits: number): number => ((bits & 0x7fffffff) > 0x7f800000 ? NAN_BITS : bits >>> 0)

/** Bits of the binary32 value that equals the binary16 value of these 16 bits; exact. */
export function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction === 0 ? (sign | 0x7f800000) >>> 0 : NAN_BITS
  if (exponent !== 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0
  return (sign | bitsOf(fraction / 0x1000000)) >>> 0
}

/** The binary32 value that equals the binary16 value of these 16 bits; exact. */
export const fromHalf = (half: number): number => fromBits(widenHalf(half))
