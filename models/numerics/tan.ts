import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { HIGH, LOW, ODD, REDUCE, T, X } from './circular.ts'
import { ABS, ADD, DIV, FROM_BITS, horner, MUL, SELECT, SUB, TO_BITS } from './postfix.ts'

// tan r = r + r z P(z), z = r^2, |r| <= 0.798: least greatest relative error, rounded one after the other
const P = [0x3b9570c1, 0xb9938215, 0x3c364a75, 0x3cad6ee1, 0x3d5d8458, 0x3e088649, 0x3eaaaab2]

/**
 * tan x: consumes the `f32` x on top of the stack and leaves tan x.
 *
 * Reduction to |r| <= pi / 4 with r in two parts, as for `SIN`, a polynomial for tan r, and -1 / tan r in odd quarters. Locals 3 to 7 (`CIRCULAR_LOCALS`).
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.6 ulp of tan x for |x| <= 205887 = 2^17 pi / 2, beyond it of tan +-205887.
 * tan -0 = -0, NaN for infinities.
 */
export const TAN: Expression = [
  ...[set(X), get(X), TO_BITS, i32(0x80000000), op('i32.and'), get(X), f32(0), MUL, get(X), ABS],
  ...[...REDUCE, get(HIGH), get(HIGH), MUL, set(T)],
  // t = r + c, c = z (r P(z) + low) + low; then what t lost
  ...[...horner(T, P), get(HIGH), MUL, get(LOW), ADD, get(T), MUL, get(LOW), ADD, set(LOW)],
  ...[get(HIGH), get(LOW), ADD, set(T), get(HIGH), get(T), SUB, get(LOW), ADD, set(LOW)],
  // q = -1 / t, q + q^2 lost in odd quarters
  ...[f32(-1), get(T), DIV, set(HIGH), get(HIGH), get(HIGH), MUL, get(LOW), MUL, get(HIGH), ADD],
  ...[get(T), ...ODD, SELECT, ADD, TO_BITS, op('i32.xor'), FROM_BITS],
]
