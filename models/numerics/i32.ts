/** The `i32` operations of SPEC section 4 on integers -2^31 .. 2^31 - 1; results are such integers, comparisons give 0 or 1. */

export const add = (a: number, b: number): number => (a + b) | 0
export const sub = (a: number, b: number): number => (a - b) | 0
export const mul = (a: number, b: number): number => Math.imul(a, b)
/** Truncates; `x / 0` is 0, and -2^31 / -1 wraps to -2^31. */
export const div = (a: number, b: number): number => (a / b) | 0
/** `a - b * div(a, b)` for `b` other than 0; `rem(x, 0)` is 0. */
export const rem = (a: number, b: number): number => (a % b) | 0
export const and = (a: number, b: number): number => a & b
export const or = (a: number, b: number): number => a | b
export const xor = (a: number, b: number): number => a ^ b
/** ECMAScript takes shift amounts mod 32, as SPEC does. */
export const shl = (a: number, b: number): number => a << b
export const shrS = (a: number, b: number): number => a >> b
export const shrU = (a: number, b: number): number => (a >>> b) | 0
export const min = (a: number, b: number): number => Math.min(a, b)
export const max = (a: number, b: number): number => Math.max(a, b)
export const lt = (a: number, b: number): number => (a < b ? 1 : 0)
export const eq = (a: number, b: number): number => (a === b ? 1 : 0)
