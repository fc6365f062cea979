import { f32, get, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { EXP, EXP_LOCALS } from './exp.ts'
import { ABS, ADD, DIV, horner, LESS, MAX, MUL, NEG, SELECT, SUB } from './postfix.ts'

const [X, E, S, Z, T] = [3, 4, 5, 6, 7] as const

/** Locals that `SOFTPLUS` overwrites; an expression around it may keep values in 0 to 2. */
export const SOFTPLUS_LOCALS: readonly number[] = EXP_LOCALS

// ln((1 + s) / (1 - s)) = s (2 + z R(z)), z = s^2 <= 1/9: least greatest error, rounded one after the other
const R = [0x3e78592a, 0x3e5b914f, 0x3e9282b3, 0x3ecccb6b, 0x3f2aaaac]

/**
 * ln(1 + e^x): consumes the `f32` x on top of the stack and leaves its softplus.
 *
 * max(x, 0) + ln(1 + e), e = e^-|x|; with s = e / (2 + e), ln(1 + e) = 2 artanh(s) = e - s (e - z R(z)). One value stays on the stack below `EXP`.
 *
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.9 ulp. 0 at -infinity, infinity at infinity.
 */
export const SOFTPLUS: Expression = [
  ...[set(X), get(X), f32(0), MAX, get(X), ABS, NEG, ...EXP, set(E), set(X)],
  ...[get(E), get(E), f32(2), ADD, DIV, set(S), get(S), get(S), MUL, set(Z)],
  ...[get(S), get(E), ...horner(Z, R), get(Z), MUL, SUB, MUL, set(S)],
  // beyond 64 the result is x; t = max(x, 0) + e, and what that lost, for terms of any order
  ...[get(X), get(X), get(E), ADD, set(T), get(T), get(X), SUB, set(Z), get(X), get(T), get(Z), SUB, SUB, get(E), get(Z), SUB, ADD],
  ...[get(S), SUB, get(T), ADD, f32(64), get(X), LESS, SELECT],
]
