import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import {
  ABS,
  ADD,
  constant,
  DIV,
  EQUAL,
  FROM_BITS,
  horner,
  LESS,
  MAX,
  MIN,
  MUL,
  NEG,
  SELECT,
  SQRT,
  SUB,
  TO_BITS,
  UPPER,
} from './postfix.ts'

const [ONE, Y, X, K, F, S, D, H] = [0, 1, 2, 3, 4, 5, 6, 7] as const

/** Locals that `POW` overwrites: all. */
export const POW_LOCALS: readonly number[] = [ONE, Y, X, K, F, S, D, H]

// bits of sqrt(c / 2), the least m
const LEAST_M = i32(0x3f56a99b)
const LEAST_NORMAL = constant(0x00800000)
// c = 1.40625 where m is above sqrt(c); log2 c in two parts, the first a multiple of 2^-16, so that its sum with |k| <= 150 is exact
const SQRT_C = constant(0x3f97ca11)
const LOG2_C_HIGH = constant(0x3efbd400)
const LOG2_C_LOW = constant(0x35ad1961)
// 2 / ln 2, and the same in two parts, of which the first has 12 bits
const RATIO = constant(0x4038aa3b)
const RATIO_HIGH = constant(0x4038a000)
const RATIO_LOW = constant(0x3a23b296)
// log2((1 + s) / (1 - s)) = s (2 / ln 2 + z + z R(z)), z = s^2 <= 0.0079: least greatest error, rounded one after the other
const R = [0x3ed5bc6d, 0x3f13b9a4, 0xbd1c7b07]
// 2^r = 1 + r E(r), |r| <= 0.503: least greatest relative error, rounded one after the other
const E = [0x3920b957, 0x3aaf8648, 0x3c1d96ef, 0x3d6357bb, 0x3e75fdee, 0x3f317218]

/** 1 if y is a whole number or infinite. */
const WHOLE: Expression = [get(Y), op('f32.floor'), get(Y), EQUAL]

/**
 * x^y: consumes the `f32` y on top of the stack and the `f32` x below it, and leaves x^y.
 *
 * y log2 |x| with log2 |x| in two parts, then 2 to it. With |x| = 2^k m, c = 1 or 1.40625, and s = (m - c) / (m + c): log2 |x| = k + log2 c + 2 artanh(s) / ln 2,
 * where s has two parts too; products are made exact by splitting factors (the plan of fdlibm's `e_pow`, Sun Microsystems 1993, and of
 * W. J. Cody, W. Waite, "Software Manual for the Elementary Functions", 1980, chapter 11).
 *
 * Error: at most 2 ulp for all arguments of tens of millions of random pairs, among them dense ones where the result is near the bounds of the range and
 * |x| near 1; at most 1.2 ulp where |y log2 |x|| <= 14. Overflow, underflow and special values as in IEEE 754-2019 section 9.2.1 and C: x^0 = 1^y = 1, also for NaN;
 * (-1)^+-infinity = 1; a negative x with y that is not whole gives NaN; zeros and infinities have the sign of x where y is odd.
 *
 * It has 590 bytes, which leaves nothing to fuse with it below 512.
 */
export const POW: Expression = [
  ...[set(Y), set(X), get(Y), f32(0), EQUAL, get(X), f32(1), EQUAL, op('i32.or'), set(ONE)],
  // stay on the stack: 1, and the sign bit for a negative x and odd y; -|y| saturates at an even number
  ...[f32(1), get(X), TO_BITS, get(Y), ABS, NEG, op('i32.from_f32'), ...WHOLE, op('i32.and'), i32(31), op('i32.shl'), op('i32.and')],
  // +-infinity for y if |x| is 0 or infinity
  ...[get(Y), get(X), get(X), ADD, get(X), EQUAL, i32(0), op('i32.eq'), op('f32.from_i32'), DIV, set(Y)],
  // NaN for NaN and for negative x if y is not whole, else 0
  ...[f32(0), get(X), ABS, get(X), ...WHOLE, SELECT, SQRT, MIN, set(S), get(X), ABS, set(X)],
  // |x| = 2^k m, as in LOG; h = 1 if m > sqrt(c), else 0
  ...[get(X), f32(0x800000), MUL, get(X), get(X), LEAST_NORMAL, LESS, SELECT, TO_BITS, LEAST_M, op('i32.sub'), set(K)],
  ...[get(K), i32(0x7fffff), op('i32.and'), LEAST_M, op('i32.add'), FROM_BITS, set(F), SQRT_C, get(F), LESS, op('f32.from_i32'), set(H)],
  ...[get(K), i32(23), op('i32.shr_s'), get(X), LEAST_NORMAL, LESS, i32(23), op('i32.mul'), op('i32.sub'), op('f32.from_i32')],
  // k = k + the upper part of log2 c; y and the lower one go to the stack
  ...[get(H), LOG2_C_HIGH, MUL, ADD, set(K), get(Y), get(H), LOG2_C_LOW, MUL],
  // x = c, or 1 if h is 0; f = m - x, d = m + x, s = f / d; upper parts h of s and y of d
  ...[get(H), f32(0.40625), MUL, f32(1), ADD, set(X), get(F), get(X), ADD, set(D), get(F), get(X), SUB, get(S), ADD, set(F)],
  ...[get(F), get(D), DIV, set(S), get(S), ...UPPER, set(H), get(D), ...UPPER, set(Y)],
  // the lower part of s times 2 / ln 2
  ...[get(F), get(H), get(Y), MUL, SUB, get(H), get(F), get(Y), get(X), get(X), ADD, SUB, SUB, MUL, SUB, get(D), DIV, RATIO, MUL, ADD],
  ...[
    get(S),
    get(S),
    MUL,
    set(D),
    get(D),
    get(S),
    MUL,
    set(S),
    ...horner(D, R),
    get(S),
    MUL,
    ADD,
    get(H),
    RATIO_LOW,
    MUL,
    ADD,
    get(S),
    ADD,
  ],
  // log2 |x| = a + b, a = k + h RATIO_HIGH rounded
  ...[get(H), RATIO_HIGH, MUL, set(H), get(K), get(H), ADD, set(S), get(K), get(S), SUB, get(H), ADD, ADD, set(D), set(Y)],
  // = f + d, f the upper part
  ...[get(S), get(D), ADD, ...UPPER, set(F), get(S), get(F), SUB, get(D), ADD, set(D)],
  // bound y so that |y log2 |x|| <= 192, except for infinite y and |x| = 1
  ...[f32(192), get(F), ABS, f32(1 / 0x1000000), MAX, DIV, set(K), get(Y), get(K), NEG, MAX, get(K), MIN, set(Y)],
  // y log2 |x| = h + d, h exact
  ...[get(Y), ...UPPER, set(S), get(S), get(F), MUL, set(H), get(Y), get(S), SUB, get(F), MUL, get(Y), get(D), MUL, ADD, set(D)],
  // = k + r
  ...[get(H), get(D), ADD, op('f32.nearest'), set(K), get(H), get(K), SUB, get(D), ADD, set(F), get(K), op('i32.from_f32'), set(K)],
  // +-2^r, times 2^k in two halves, as in EXP
  ...[...horner(F, E), get(F), MUL, f32(1), ADD, TO_BITS, op('i32.or')],
  ...[get(K), i32(1), op('i32.shr_s'), i32(23), op('i32.shl'), op('i32.add'), FROM_BITS],
  ...[get(K), i32(255), op('i32.add'), i32(1), op('i32.shr_s'), i32(23), op('i32.shl'), FROM_BITS, MUL, get(ONE), SELECT],
]
