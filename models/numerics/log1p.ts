import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { ABS, ADD, constant, DIV, FROM_BITS, horner, LESS, MUL, SELECT, SQRT, SUB, TO_BITS } from './postfix.ts'

const [X, W, F, K, Z] = [3, 4, 5, 6, 7] as const

/** Locals that `LOG1P` overwrites; an expression around it may keep values in 0 to 2. */
export const LOG1P_LOCALS: readonly number[] = [X, W, F, K, Z]

// bits of sqrt(1/2), the least m
const LEAST_M = i32(0x3f3504f3)
const INFINITY = constant(0x7f800000)
// as for LOG
const LN2_HIGH = constant(0x3f317200)
const LN2_LOW = constant(0x35bfbe8e)
const R = [0x3e789d86, 0x3e91e9f0, 0x3eccce13, 0x3f2aaaaa]

/**
 * ln(1 + x): consumes the `f32` x on top of the stack and leaves ln(1 + x).
 *
 * As `LOG` of w = 1 + x = 2^k m, rounded, but f = m - 1 + (what w lost) / 2^k, which for k = 0 is x itself.
 *
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.41 ulp. -infinity at -1, NaN below, infinity at infinity; 0 at -0.
 */
export const LOG1P: Expression = [
  // w, and what it lost
  ...[set(X), f32(1), get(X), ADD, set(W), get(W), f32(1), SUB, set(Z), f32(1), get(W), get(Z), SUB, SUB, get(X), get(Z), SUB, ADD],
  ...[get(W), DIV, get(W), TO_BITS, LEAST_M, op('i32.sub'), set(K)],
  ...[get(K), i32(0x7fffff), op('i32.and'), LEAST_M, op('i32.add'), FROM_BITS, set(Z), get(Z), MUL, get(Z), f32(1), SUB, ADD, set(F)],
  ...[get(K), i32(23), op('i32.shr_s'), op('f32.from_i32'), set(K)],
  ...[get(F), get(F), f32(2), ADD, DIV, set(X), get(X), get(X), MUL, set(Z)],
  // h = f^2 / 2; c = (s (z R(z) + h) + k LN2_LOW) - h
  ...[...horner(Z, R), get(Z), MUL, get(F), get(F), MUL, f32(0.5), MUL, set(Z), get(Z), ADD, get(X), MUL],
  ...[get(K), LN2_LOW, MUL, ADD, get(Z), SUB],
  // a = k LN2_HIGH is exact; t = a + f is rounded; (a - t) + f is what it lost
  ...[get(K), LN2_HIGH, MUL, set(X), get(X), get(F), ADD, set(K), get(X), get(K), SUB, get(F), ADD, ADD, get(K), ADD],
  // what holds for the other arguments, as for LOG
  ...[get(W), SQRT, f32(1), get(W), ABS, DIV, SUB, f32(0), get(W), LESS, get(W), INFINITY, LESS, op('i32.and'), SELECT],
]
