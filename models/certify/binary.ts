/** Powers of two, and the places of a number's bits, without logarithms: the same on every machine. */

const view = new DataView(new ArrayBuffer(8))

/** `2^exponent`; 0 below -1074 and Infinity above 1023. */
export function power(exponent: number): number {
  if (exponent > 1023) return Number.POSITIVE_INFINITY
  if (exponent < -1022) return exponent < -1074 ? 0 : power(exponent + 100) * power(-100)
  view.setUint32(0, (exponent + 1023) << 20)
  view.setUint32(4, 0)
  return view.getFloat64(0)
}

/** Exponent of the highest bit of a finite number other than 0: the whole part of its binary logarithm. */
export function highBit(value: number): number {
  view.setFloat64(0, value)
  const exponent = (view.getUint32(0) >>> 20) & 0x7ff
  return exponent === 0 ? highBit(value * power(100)) - 100 : exponent - 1023
}

/** Exponent of the lowest bit of a finite number other than 0: the greatest `e` of which the number is a multiple of `2^e`. */
export function lowBit(value: number): number {
  view.setFloat64(0, value)
  const exponent = (view.getUint32(0) >>> 20) & 0x7ff
  if (exponent === 0) return lowBit(value * power(100)) - 100
  const low = view.getUint32(4)
  const high = (view.getUint32(0) & 0xfffff) | 0x100000
  const zeros = low !== 0 ? trailingZeros(low) : 32 + trailingZeros(high)
  return exponent - 1023 - 52 + zeros
}

/** The lowest bit alone is a power of two. */
const trailingZeros = (word: number): number => highBit((word & -word) >>> 0)

/** A number's magnitude in units of its own lowest bit: an odd integer; 0 of 0. */
export const oddPart = (value: number): number => (value === 0 ? 0 : Math.abs(value) / power(lowBit(value)))

/** Whether a finite number is a power of two or the negative of one. */
export const isPower = (value: number): boolean => value !== 0 && Number.isFinite(value) && oddPart(value) === 1

/** The binary logarithm of a positive number in hundredths, rounded down: 24 digits of it by squaring. */
export function hundredths(value: number): number {
  const whole = highBit(value)
  let rest = value / power(whole)
  let fraction = 0
  for (let digit = 1; digit <= 24; digit++) {
    rest *= rest
    if (rest < 2) continue
    rest /= 2
    fraction += power(-digit)
  }
  return whole * 100 + Math.floor(fraction * 100)
}
