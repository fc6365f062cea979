import { f32, get, i32, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { EXP_EXPONENT, EXP_LOCALS, EXP_SCALE, EXP_SUM_OF_PARTS } from './exp.ts'
import { ABS, ADD, constant, DIV, EQUAL, LESS, MAX, MIN, MUL, NEG, SELECT, SUB, UPPER } from './postfix.ts'

const [A, H, P, Q, R] = [3, 4, 5, 6, 7] as const
const [E, X, Y, N] = [3, 4, 5, EXP_EXPONENT] as const

/** Locals that `GELU_TANH` overwrites; an expression around it may keep values in 0 to 2. */
export const GELU_TANH_LOCALS: readonly number[] = EXP_LOCALS

// 2 sqrt(2 / pi) in two parts; 0.044715 times that, and its upper 12 bits and the rest
const C_HIGH = constant(0x3fcc422a)
const C_LOW = constant(0xb342bc9b)
const D = constant(0x3d922279)
const D_UPPER = constant(0x3d922000)
const D_REST = constant(0x369e549b)

const NEGATIVE: Expression = [get(X), f32(0), LESS]

/**
 * x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2: consumes the `f32` x on top of the stack and leaves this approximation of its GELU.
 *
 * It is x / (1 + e^-2u), u the argument of tanh. 2u is calculated in two parts, because its error counts |2u| times where x < 0: factors are split
 * into upper parts of 12 bits, whose products are exact, and rests. One value stays on the stack below the code of `EXP`.
 *
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 2.5 ulp. -0 at -0 and -infinity, infinity at infinity. With 500 bytes nothing
 * can be fused with it.
 */
export const GELU_TANH: Expression = [
  // below -11 the result is -0
  ...[f32(-11), MAX, set(A), get(A), get(A), ABS, f32(11), MIN, set(A), get(A), ...UPPER, set(H)],
  // a^2 = r + q: r has 12 bits
  ...[get(H), get(H), MUL, set(P), get(A), get(H), SUB, get(A), get(H), ADD, MUL, set(Q)],
  ...[get(P), get(Q), ADD, ...UPPER, set(R), get(P), get(R), SUB, get(Q), ADD, D, MUL, get(R), D_REST, MUL, ADD, C_LOW, ADD],
  // p = r D_UPPER is exact; q = C_HIGH + p, and what that lost
  ...[get(R), D_UPPER, MUL, set(P), C_HIGH, get(P), ADD, set(Q), get(Q), C_HIGH, SUB, set(R)],
  ...[C_HIGH, get(Q), get(R), SUB, SUB, get(P), get(R), SUB, ADD, ADD, set(P)],
  // c + d a^2 = r + p: r has 12 bits
  ...[get(Q), ...UPPER, set(R), get(Q), get(R), SUB, get(P), ADD, set(P)],
  // q = h r is exact; p = (a - h) r + a p; -(q + p) in two parts
  ...[get(H), get(R), MUL, set(Q), get(A), get(H), SUB, get(R), MUL, get(A), get(P), MUL, ADD, set(P)],
  ...[get(Q), get(P), ADD, set(R), get(R), get(Q), SUB, get(P), SUB, get(R), NEG],
  ...[...EXP_SUM_OF_PARTS, ADD, set(Y), get(Y), ...EXP_SCALE, set(E), set(X)],
  // x (1 - e / (1 + e)), for x < 0 times e, whose greater part 2^n is multiplied in at last
  // p - p q, or x itself where that is 0 or infinite
  ...[get(X), get(X), get(Y), f32(1), ...NEGATIVE, SELECT, MUL, set(Y), get(Y), get(Y), get(E), f32(1), get(E), ADD, DIV, MUL, SUB],
  ...[get(X), get(X), ADD, get(X), EQUAL, SELECT],
  ...[get(N), i32(0), ...NEGATIVE, SELECT, set(N), ...EXP_SCALE],
]
