import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { EXP_LOCALS, EXP_SCALE, EXP_SUM_WIDE } from './exp.ts'
import { ABS, ADD, DIV, FROM_BITS, horner, LESS, MUL, SELECT, SUB, TO_BITS } from './postfix.ts'

const [X, H, Z] = [3, 4, 5] as const

/** Locals that `SINH` and `COSH` overwrite; an expression around them may keep values in 0 to 2. */
export const HYPERBOLIC_LOCALS: readonly number[] = EXP_LOCALS

// sinh x = x + x z S(z), z = x^2 < 1: least greatest relative error, rounded one after the other
const S = [0x363ab60f, 0x3950115e, 0x3c088870, 0x3e2aaaab]

/** Half of e to the value on the stack. */
const HALF_EXP: Expression = [...EXP_SUM_WIDE, ADD, f32(0.5), MUL, ...EXP_SCALE]

/**
 * sinh x: consumes the `f32` x on top of the stack and leaves sinh x.
 *
 * An odd polynomial for |x| < 1, else h - 1 / (4h) with h = e^|x| / 2; both of |x|, with the sign of x put back. Two values stay on the stack below the
 * code of `EXP`. Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most
 * 1.7 ulp. sinh -0 = -0; infinity only where sinh x exceeds binary32.
 */
export const SINH: Expression = [
  ...[set(X), get(X), TO_BITS, i32(0x80000000), op('i32.and'), get(X), ABS, set(X), get(X), get(X), ...HALF_EXP, set(H)],
  ...[set(X), get(X), get(X), MUL, set(Z), ...horner(Z, S), get(Z), MUL, get(X), MUL, get(X), ADD],
  ...[get(H), f32(0.25), get(H), DIV, SUB, get(X), f32(1), LESS, SELECT, TO_BITS, op('i32.or'), FROM_BITS],
]

/**
 * cosh x: consumes the `f32` x on top of the stack and leaves cosh x = h + 1 / (4h), h = e^|x| / 2.
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.3 ulp. Infinity only where cosh x exceeds binary32.
 */
export const COSH: Expression = [ABS, ...HALF_EXP, set(H), get(H), f32(0.25), get(H), DIV, ADD]
