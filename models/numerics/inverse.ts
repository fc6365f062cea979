/** Inverse circular functions. */
import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { ABS, ADD, constant, DIV, FROM_BITS, horner, LESS, MUL, NEG, SELECT, SQRT, SUB, TO_BITS } from './postfix.ts'

const [X, N, U, Z, C] = [3, 4, 5, 6, 7] as const

/** Locals that `ASIN`, `ACOS` and `ATAN` overwrite; an expression around them may keep values in 0 to 2. */
export const INVERSE_LOCALS: readonly number[] = [X, N, U, Z, C]

// arcsin u = u + u z A(z), z = u^2 <= 1/4; arctan u = u + u z T(z), z <= 1: least greatest relative error, rounded one after the other
const A = [0x3d1a679b, 0x3c6a894f, 0x3d0269b3, 0x3d3653a8, 0x3d999c56, 0x3e2aaaa6]
const T = [0xbaea4c25, 0x3c3260e7, 0xbcfefe0e, 0x3d6d2f6a, 0xbdac0aaf, 0x3de047b2, 0xbe12105b, 0x3e4cc8f3, 0xbeaaaa9f]

const HALF_PI_HIGH = constant(0x3fc90fdb)
const HALF_PI_LOW = constant(0xb33bbd2e)

/** n pi / 2 + u + c in the order that loses least: s = n HIGH + u, then s + (what s lost + (c + n LOW)). Overwrites Z. */
const ADD_ANGLE: Expression = [
  ...[get(N), HALF_PI_HIGH, MUL, get(U), ADD, set(Z), get(Z)],
  ...[get(N), HALF_PI_HIGH, MUL, get(Z), SUB, get(U), ADD, get(C), get(N), HALF_PI_LOW, MUL, ADD, ADD, ADD],
]

/** Consumes x, leaves its sign bit; |x| is in X. */
const SIGN_OF_X: Expression = [set(X), get(X), TO_BITS, i32(0x80000000), op('i32.and'), get(X), ABS, set(X)]
const WITH_SIGN: Expression = [TO_BITS, op('i32.or'), FROM_BITS]

/** 1/2 < |x|, as 0 or 1. */
const LARGE: Expression = [f32(0.5), get(X), ABS, LESS]

/** Local Z = (1 - |x|) / 2 where |x| is large, else x^2; leaves 2 sqrt(z) for the one, else `other`. */
const folded = (other: Expression): Expression => [
  ...[f32(0.5), get(X), ABS, f32(0.5), MUL, SUB, get(X), get(X), MUL, ...LARGE, SELECT, set(Z)],
  ...[get(Z), SQRT, f32(2), MUL, ...other, ...LARGE, SELECT],
]

/**
 * arctan x: consumes the `f32` x on top of the stack and leaves arctan x.
 *
 * An odd polynomial in |x|, or in u = -1 / |x| with pi / 2 added in two parts where |x| > 1.
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.4 ulp. arctan -0 = -0; +-pi / 2 at infinities.
 */
export const ATAN: Expression = [
  ...[...SIGN_OF_X, f32(1), get(X), LESS, op('f32.from_i32'), set(N)],
  ...[f32(-1), get(X), DIV, get(X), f32(1), get(X), LESS, SELECT, set(U), get(U), get(U), MUL, set(Z)],
  ...[...horner(Z, T), get(Z), MUL, get(U), MUL, set(C), ...ADD_ANGLE, ...WITH_SIGN],
]

/**
 * arcsin x: consumes the `f32` x on top of the stack and leaves arcsin x.
 *
 * An odd polynomial in |x| <= 1/2, else pi / 2 - 2 arcsin sqrt((1 - |x|) / 2) with pi / 2 in two parts.
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.2 ulp. arcsin -0 = -0, NaN where |x| > 1.
 */
export const ASIN: Expression = [
  ...[...SIGN_OF_X, ...LARGE, op('f32.from_i32'), set(N), ...folded([get(X), NEG]), NEG, set(U)],
  ...[...horner(Z, A), get(Z), MUL, get(U), MUL, set(C), ...ADD_ANGLE, ...WITH_SIGN],
]

/**
 * arccos x: consumes the `f32` x on top of the stack and leaves arccos x.
 *
 * pi / 2 - arcsin x for |x| <= 1/2, else 2 arcsin sqrt((1 - |x|) / 2), for negative x subtracted from pi.
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.2 ulp. arccos 1 = 0, NaN where |x| > 1.
 */
export const ACOS: Expression = [
  // n = 1 for small x, else 0 for positive and 2 for negative x
  ...[set(X), f32(0), f32(2), f32(0), get(X), LESS, SELECT, f32(1), ...LARGE, SELECT, set(N)],
  // u = -x, else 2 sqrt(z) with the sign of n = 0 or 2
  ...[...folded([get(X)]), set(U), get(U), get(U), NEG, f32(0.5), get(X), LESS, SELECT, set(U)],
  ...[...horner(Z, A), get(Z), MUL, get(U), MUL, set(C), ...ADD_ANGLE],
]
