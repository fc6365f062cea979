import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { ABS, ADD, constant, DIV, FROM_BITS, horner, LESS, MUL, SELECT, SQRT, SUB, TO_BITS } from './postfix.ts'

const [X, K, F, S, Z] = [3, 4, 5, 6, 7] as const

/** Locals that `LOG` overwrites; an expression around it may keep values in 0 to 2. */
export const LOG_LOCALS: readonly number[] = [X, K, F, S, Z]

// bits of sqrt(1/2), the least m
const LEAST_M = i32(0x3f3504f3)
const LEAST_NORMAL = constant(0x00800000)
const INFINITY = constant(0x7f800000)
// ln 2 in two parts: the first has 16 bits, so that its product with |k| <= 150 is exact
const LN2_HIGH = constant(0x3f317200)
const LN2_LOW = constant(0x35bfbe8e)
// ln((1 + s) / (1 - s)) = s (2 + z R(z)), z = s^2 <= 0.0295: least greatest error, rounded one after the other
const R = [0x3e789d86, 0x3e91e9f0, 0x3eccce13, 0x3f2aaaaa]

/**
 * ln x: consumes the `f32` x on top of the stack and leaves ln x.
 *
 * x = 2^k m with m = 1 + f in sqrt(1/2) .. sqrt(2); with s = f / (2 + f), ln m = 2 artanh s = f - (f^2/2 - s (f^2/2 + z R(z))) (the arrangement of
 * fdlibm, Sun Microsystems 1993), an even polynomial in s; the sum of k ln 2 and f is kept in two parts.
 *
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 0.84 ulp. ln +-0 = -infinity,
 * ln 1 = 0, ln infinity = infinity; NaN below 0.
 */
export const LOG: Expression = [
  // a subnormal number is multiplied by 2^23; n = bits - bits of the least m has k in its upper 9 bits
  ...[set(X), get(X), f32(0x800000), MUL, get(X), get(X), LEAST_NORMAL, LESS, SELECT, TO_BITS, LEAST_M, op('i32.sub'), set(K)],
  ...[get(K), i32(0x7fffff), op('i32.and'), LEAST_M, op('i32.add'), FROM_BITS, f32(1), SUB, set(F)],
  ...[get(K), i32(23), op('i32.shr_s'), get(X), LEAST_NORMAL, LESS, i32(23), op('i32.mul'), op('i32.sub'), op('f32.from_i32'), set(K)],
  ...[get(F), get(F), f32(2), ADD, DIV, set(S), get(S), get(S), MUL, set(Z)],
  // h = f^2 / 2; c = (s (z R(z) + h) + k LN2_LOW) - h
  ...[...horner(Z, R), get(Z), MUL, get(F), get(F), MUL, f32(0.5), MUL, set(Z), get(Z), ADD, get(S), MUL],
  ...[get(K), LN2_LOW, MUL, ADD, get(Z), SUB],
  // a = k LN2_HIGH is exact; t = a + f is rounded; (a - t) + f is what it lost
  ...[get(K), LN2_HIGH, MUL, set(S), get(S), get(F), ADD, set(K), get(S), get(K), SUB, get(F), ADD, ADD, get(K), ADD],
  // what holds for the other arguments: sqrt(x) - 1 / |x|
  ...[get(X), SQRT, f32(1), get(X), ABS, DIV, SUB, f32(0), get(X), LESS, get(X), INFINITY, LESS, op('i32.and'), SELECT],
]
