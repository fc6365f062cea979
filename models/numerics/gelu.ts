import { f32, get, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { EXP_LOCALS, EXP_SCALE, EXP_SUM_OF_PARTS } from './exp.ts'
import { ABS, ADD, DIV, horner, LESS, MIN, MUL, NEG, SELECT, SUB, UPPER } from './postfix.ts'

const [A, H, Z, T] = [3, 4, 5, 6] as const
const [E, X] = [3, 7] as const

/** Locals that `GELU` overwrites; an expression around it may keep values in 0 to 2. */
export const GELU_LOCALS: readonly number[] = EXP_LOCALS

// a e^(a^2 / 2) erfc(a / sqrt(2)) / 2 = U(t), t = (a - 2.75) / (a + 2.75), 0.85 <= a <= 14.4: least greatest relative error, rounded one after the other
const U = [0xba0073cb, 0x3a779f8a, 0x3b3f89bb, 0xbbd7a66d, 0xbc874eca, 0x3da9bd77, 0xbe158376, 0x3dfa80d5, 0x3eb80f78]
// erf(x / sqrt(2)) / 2 = x S(x^2), |x| < 0.9
const S = [0x38c7f39a, 0xba996be9, 0x3c234d6a, 0xbd882b93, 0x3ecc4228]

/**
 * x (1 + erf(x / sqrt(2))) / 2: consumes the `f32` x on top of the stack and leaves its GELU.
 *
 * x (1/2 + x S(x^2)) for |x| < 0.9, else max(x, 0) - p with p = e^(-a^2 / 2) U(t), a = |x|, so that nothing cancels in the lower tail. The exponent is taken in
 * two parts. Two values stay on the stack below the code of `EXP`.
 *
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 2.8 ulp. -0 at -0 and -infinity, infinity at infinity.
 */
export const GELU: Expression = [
  ...[set(A), get(A), get(A), ABS, f32(14.5), MIN, set(A), get(A), get(A), ...UPPER, set(H)],
  // -a^2 / 2 in two parts: of the exact square of the upper part h of a, and of (a - h) (a + h)
  ...[get(H), get(H), MUL, f32(-0.5), MUL, set(Z), get(A), get(H), SUB, get(A), get(H), ADD, MUL, f32(-0.5), MUL, set(H)],
  // the upper one rounded, so that the lower one is small
  ...[get(Z), get(H), ADD, set(T), get(Z), get(T), SUB, get(H), ADD, get(T)],
  ...[...EXP_SUM_OF_PARTS, ADD, ...EXP_SCALE, set(E), set(H)],
  ...[get(H), f32(2.75), SUB, get(H), f32(2.75), ADD, DIV, set(T), get(E), ...horner(T, U), MUL, set(E), set(X)],
  ...[get(X), get(X), MUL, set(Z), get(X), ...horner(Z, S), get(X), MUL, f32(0.5), ADD, MUL],
  ...[get(E), NEG, get(X), get(E), SUB, get(X), f32(0), LESS, SELECT, get(H), f32(0.9), LESS, SELECT],
]
