import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { EXP, EXP_LOCALS } from './exp.ts'
import { ABS, ADD, FROM_BITS, horner, LESS, MIN, MUL, SELECT, SUB, TO_BITS } from './postfix.ts'

const [X, LARGE, Z] = [3, 4, 5] as const

/** Locals that `ERF` overwrites; an expression around it may keep values in 0 to 2. */
export const ERF_LOCALS: readonly number[] = EXP_LOCALS

// erf x = x + x P(x^2), |x| < 0.875: least greatest relative error, rounded one after the other
const P = [0x38a4b7cd, 0xba525a4e, 0x3baa17e3, 0xbcdbffbf, 0x3de716ae, 0xbec093a0, 0x3e0375d4]
// ln(1 - erf x) = G(x), 0.875 <= x <= 3.95: least greatest error of erf x
const G = [0x3952be81, 0xbb4aa5ef, 0x3cb7a9b6, 0xbdd5a945, 0xbf230142, 0xbf906033, 0xb90c245b]

/**
 * erf x: consumes the `f32` x on top of the stack and leaves erf x.
 *
 * An odd polynomial for |x| < 0.875, else 1 - e^G(|x|), where the rounding errors of G and of `EXP` count for little, because e^G <= 0.22 (the
 * plan of N. Juffa's `erff`); both of |x|, with the sign of x put back. 1 - e^G is 1 from |x| = 3.92 on.
 *
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.4 ulp. Odd, also for -0; 1 at infinity.
 */
export const ERF: Expression = [
  ...[set(X), get(X), TO_BITS, i32(0x80000000), op('i32.and'), get(X), ABS, f32(4), MIN, set(X), get(X)],
  ...[f32(1), ...horner(X, G), ...EXP, SUB, set(LARGE)],
  ...[set(X), get(X), get(X), MUL, set(Z), ...horner(Z, P), get(X), MUL, get(X), ADD],
  ...[get(LARGE), get(X), f32(0.875), LESS, SELECT, TO_BITS, op('i32.or'), FROM_BITS],
]
