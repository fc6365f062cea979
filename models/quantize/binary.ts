/** 2^k, exactly, for k from -1022 to 1023. */
export function powerOfTwo(k: number): number {
  let value = 1
  for (let count = Math.abs(k); count > 0; count -= 1) value *= k < 0 ? 0.5 : 2
  return value
}

/** The greatest k with 2^k <= x, for x > 0. */
export function exponentOf(x: number): number {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, x)
  const exponent = (bits.getUint32(0) >>> 20) & 0x7ff
  return exponent === 0 ? exponentOf(x * 18_014_398_509_481_984) - 54 : exponent - 1023
}

/** The least k with 2^k >= x, for x > 0. */
export function exponentAbove(x: number): number {
  const k = exponentOf(x)
  return powerOfTwo(k) === x ? k : k + 1
}

/** Whether a number is a power of two, or the negative of one. */
export const isPower = (x: number): boolean => x !== 0 && powerOfTwo(exponentOf(Math.abs(x))) === Math.abs(x)

/** To nearest, ties upwards. */
export const nearest = (x: number): number => Math.floor(x + 0.5)

/** Decibels of a ratio of powers, to 0.1; infinite where there is no noise. Log by bisection: `models` has no logarithm of its own width. */
export function decibels(signal: number, noise: number): number {
  if (noise === 0) return Number.POSITIVE_INFINITY
  if (signal === 0) return 0
  let ratio = signal / noise
  let tenths = 0
  const step = 1.0232929922807541 // 10^(1/100)
  const big = 10
  while (ratio >= big) {
    ratio /= big
    tenths += 100
  }
  while (ratio < 1) {
    ratio *= big
    tenths -= 100
  }
  while (ratio >= step) {
    ratio /= step
    tenths += 1
  }
  return tenths / 10
}
