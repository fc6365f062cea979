/**
 * The `f32` operations of SPEC section 4 on JavaScript numbers that are binary32 values; results are again binary32 values, or 0 and 1.
 *
 * Sums, products, quotients and roots are calculated in binary64 and rounded once more by `Math.fround`. That gives the correctly rounded
 * binary32 result, because 53 >= 2 * 24 + 2 (S. Figueroa, "When is double rounding innocuous?", SIGNUM 1995), subnormals included.
 */

const round = Math.fround

/** Numbers of this size and above are whole. */
const WHOLE = 0x800000

export const add = (a: number, b: number): number => round(a + b)
export const sub = (a: number, b: number): number => round(a - b)
export const mul = (a: number, b: number): number => round(a * b)
export const div = (a: number, b: number): number => round(a / b)
export const sqrt = (a: number): number => round(Math.sqrt(a))
export const neg = (a: number): number => -a
export const abs = (a: number): number => Math.abs(a)
export const floor = (a: number): number => Math.floor(a)
export const ceil = (a: number): number => Math.ceil(a)
export const trunc = (a: number): number => Math.trunc(a)

/** The nearest whole number, ties to even; keeps the sign of zero. */
export function nearest(a: number): number {
  const magnitude = Math.abs(a)
  if (!(magnitude < WHOLE)) return a
  const whole = round(magnitude + WHOLE) - WHOLE
  return a < 0 || 1 / a < 0 ? -whole : whole
}

/** IEEE 754-2019 minimum, as ECMAScript has it: NaN wins, -0 < +0. */
export const min = (a: number, b: number): number => Math.min(a, b)
/** IEEE 754-2019 maximum, as ECMAScript has it: NaN wins, -0 < +0. */
export const max = (a: number, b: number): number => Math.max(a, b)
export const lt = (a: number, b: number): number => (a < b ? 1 : 0)
export const le = (a: number, b: number): number => (a <= b ? 1 : 0)
export const eq = (a: number, b: number): number => (a === b ? 1 : 0)

/** The `i32` of this value: truncates, saturates, NaN gives 0. */
export function toInt(a: number): number {
  if (a >= 0x80000000) return 0x7fffffff
  if (a <= -0x80000000) return -0x80000000
  return a | 0
}

/** The binary32 value nearest to an `i32`, ties to even. */
export const fromInt = (a: number): number => round(a)
