import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { constant } from './postfix.ts'

const [X, K, H, W, N] = [3, 4, 5, 6, 7] as const

/** Locals that `EXP` overwrites; an expression around it may keep values in 0 to 2. */
export const EXP_LOCALS: readonly number[] = [X, K, H, W, N]

const LOG2_E = constant(0x3fb8aa3b)
// ln 2 in two parts: the first has 16 bits, so that its product with |k| <= 151 is exact
const LN2_HIGH = constant(0x3f317200)
const LN2_LOW = constant(0x35bfbe8e)
// e^r = 1 + r + r^2 (1/2 + C3 r + C4 r^2 + C5 r^3 + C6 r^4) for |r| <= 0.3467: least greatest relative error, then chosen among neighbours
const C3 = constant(0x3e2aaa4b)
const C4 = constant(0x3d2aab44)
const C5 = constant(0x3c091bcc)
const C6 = constant(0x3ab5be76)

/** Up to c of `EXP`. Arguments beyond `least` and `greatest` are taken as these; `lower` turns k LN2_LOW on the stack into w. */
const sum = (least: number, greatest: number, lower: Expression): Expression => [
  ...[f32(least), op('f32.max'), f32(greatest), op('f32.min'), set(X)],
  // k = nearest(x log2 e), once as a float and once as an integer
  ...[get(X), LOG2_E, op('f32.mul'), op('f32.nearest'), set(K), get(K), op('i32.from_f32'), set(N)],
  // h = x - k LN2_HIGH is exact; w = k LN2_LOW; r = h - w
  ...[get(X), get(K), LN2_HIGH, op('f32.mul'), op('f32.sub'), set(H)],
  ...[get(K), LN2_LOW, op('f32.mul'), ...lower, set(W), get(H), get(W), op('f32.sub'), set(X)],
  // s = 1 + h, rounded; h - (s - 1) is what it lost
  ...[f32(1), get(H), op('f32.add'), set(K), get(K)],
  ...[get(X), C6, op('f32.mul'), C5, op('f32.add'), get(X), op('f32.mul'), C4, op('f32.add')],
  ...[get(X), op('f32.mul'), C3, op('f32.add'), get(X), op('f32.mul'), f32(0.5), op('f32.add')],
  ...[get(X), get(X), op('f32.mul'), op('f32.mul')],
  ...[f32(1), get(K), op('f32.sub'), get(H), op('f32.add'), get(W), op('f32.sub')],
  // c = r^2 p(r) + (what s lost - w)
  op('f32.add'),
]

/**
 * The first half of `EXP`: consumes x, leaves s and on top of it c, where e^x = 2^n (s + c), |c| small against s, 0.7 < s + c < 1.42. n is kept in
 * local `EXP_EXPONENT`.
 */
export const EXP_SUM: Expression = sum(-104, 89, [])
/** The same from -128 to 90: for e^x times factors that bring it back into the range of binary32. */
export const EXP_SUM_WIDE: Expression = sum(-128, 90, [])
/** The wide one for x in two parts, the lower one, at most 0.04 in size, below the upper one on the stack. */
export const EXP_SUM_OF_PARTS: Expression = sum(-128, 90, [op('f32.sub'), op('f32.neg')])
export const EXP_EXPONENT = N

/** The second half of `EXP`: consumes s + c, leaves e^x. */
export const EXP_SCALE: Expression = [
  // y 2^floor(k/2), exact in the exponent bits; then times 2^ceil(k/2)
  ...[op('i32.bits'), get(N), i32(1), op('i32.shr_s'), i32(23), op('i32.shl'), op('i32.add'), op('f32.bits')],
  ...[get(N), i32(255), op('i32.add'), i32(1), op('i32.shr_s'), i32(23), op('i32.shl'), op('f32.bits'), op('f32.mul')],
]

/**
 * e^x: consumes the `f32` x on top of the stack and leaves e^x.
 *
 * Argument reduction in two steps, x = k ln 2 + r (W. J. Cody, W. Waite, "Software Manual for the Elementary Functions", 1980, chapter 6), with
 * the rounding errors of x - k ln 2 and of 1 + r carried along (J.-M. Muller et al., "Handbook of Floating-Point Arithmetic", 2nd edition, 2018,
 * chapters 4 and 10), a polynomial in r, and the factor 2^k in two halves, of which only the last can round, to a subnormal number,
 * or overflow.
 *
 * Operations: 25 of `f32`, 10 of `i32` and of conversion. Measured over all 2^32 inputs: docs/NUMERICS.md, by `npm run ulp`; at most 0.70 ulp where
 * the result is normal, 0.78 ulp where it is subnormal. Exact: e^0 = 1, e^-infinity = 0, e^infinity = infinity, NaN stays NaN.
 */
export const EXP: Expression = [...EXP_SUM, op('f32.add'), ...EXP_SCALE]
