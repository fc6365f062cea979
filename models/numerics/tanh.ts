import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { EXP, EXP_LOCALS } from './exp.ts'
import { ABS, ADD, DIV, FROM_BITS, horner, LESS, MUL, SELECT, SUB, TO_BITS } from './postfix.ts'

const [X, LARGE, Z] = [3, 4, 5] as const

/** Locals that `TANH` overwrites; an expression around it may keep values in 0 to 2. */
export const TANH_LOCALS: readonly number[] = EXP_LOCALS

// tanh x = x + x z P(z), z = x^2, |x| < 0.75: least greatest relative error, rounded one after the other
const P = [0x3ae44b9f, 0xbbfb317e, 0x3cafc841, 0xbd5cc084, 0x3e0886ed, 0xbeaaaaa5]

/**
 * tanh x: consumes the `f32` x on top of the stack and leaves tanh x.
 *
 * An odd polynomial for |x| < 0.75, else 1 - 2 / (e^(2|x|) + 1); both of |x|, with the sign of x put back. Two values stay on the stack
 * below `EXP`.
 *
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.1 ulp. Odd, also for -0; 1 at infinity and from 9.02 on.
 */
export const TANH: Expression = [
  ...[set(X), get(X), TO_BITS, i32(0x80000000), op('i32.and'), get(X), ABS, set(X), get(X)],
  ...[f32(1), f32(2), get(X), get(X), ADD, ...EXP, f32(1), ADD, DIV, SUB, set(LARGE)],
  ...[set(X), get(X), get(X), MUL, set(Z), ...horner(Z, P), get(Z), MUL, get(X), MUL, get(X), ADD],
  ...[get(LARGE), get(X), f32(0.75), LESS, SELECT, TO_BITS, op('i32.or'), FROM_BITS],
]
