import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { EXP_EXPONENT, EXP_LOCALS, EXP_SUM } from './exp.ts'
import { ADD, DIV, EQUAL, FROM_BITS, MUL, SELECT, SUB } from './postfix.ts'

const [S, C, F, G, N] = [3, 4, 5, 6, EXP_EXPONENT] as const

/** Locals that `EXPM1` overwrites; an expression around it may keep values in 0 to 2. */
export const EXPM1_LOCALS: readonly number[] = EXP_LOCALS

/** 2^(floor or ceil of n / 2): n plus this, halved. */
const half = (plus: number): Expression => [get(N), i32(plus), op('i32.add'), i32(1), op('i32.shr_s'), i32(23), op('i32.shl'), FROM_BITS]

/**
 * e^x - 1: consumes the `f32` x on top of the stack and leaves e^x - 1.
 *
 * (2^n s - 1) + 2^n c with the parts of `EXP`, where the first difference is exact or nearly so. One value stays on the stack below the code of `EXP`.
 *
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.24 ulp. -0 at -0, -1 at -infinity, infinity at infinity.
 */
export const EXPM1: Expression = [
  ...[set(S), get(S), get(S), ...EXP_SUM, set(C), set(S), ...half(254), set(F), ...half(255), set(G)],
  // ((s f - 1 / g) + c f) g, f g = 2^n, so that only the result can overflow
  ...[get(S), get(F), MUL, f32(1), get(G), DIV, SUB, get(C), get(F), MUL, ADD, get(G), MUL, set(S)],
  // x itself, for the sign of zero
  ...[get(S), get(S), f32(0), EQUAL, SELECT],
]
