import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { HIGH, K, LOW, ODD, REDUCE, T, X } from './circular.ts'
import { ABS, ADD, FROM_BITS, horner, MUL, SELECT, SUB, TO_BITS } from './postfix.ts'

// sin r = r + r z S(z), cos r = 1 - z / 2 + z^2 C(z), z = r^2, |r| <= 0.798: least greatest relative error, rounded one after the other
const S = [0x363d4d98, 0xb9502a0c, 0x3c0888b8, 0xbe2aaaab]
const C = [0x37ccc88e, 0xbab6057a, 0x3d2aaaa4]

const SIGN = i32(0x80000000)

/** Consumes |x|, and below it a number to be added at last; leaves the bits of sin(|x| + quarters pi / 2). */
const sineBits = (quarters: 0 | 1): Expression => [
  ...[...REDUCE, get(HIGH), get(HIGH), MUL, set(T)],
  ...[f32(1), get(T), f32(0.5), MUL, ...horner(T, C), get(T), MUL, get(T), MUL, get(HIGH), get(LOW), MUL, SUB, SUB, SUB],
  ...[...horner(T, S), get(T), MUL, get(HIGH), MUL, get(LOW), ADD, get(HIGH), ADD],
  ...(quarters === 1 ? [get(K), i32(1), op('i32.add'), set(K)] : []),
  // the cosine in odd quarters; minus in the third and fourth
  ...[...ODD, SELECT, ADD, TO_BITS, get(K), i32(30), op('i32.shl'), SIGN, op('i32.and'), op('i32.xor')],
]

/**
 * sin x: consumes the `f32` x on top of the stack and leaves sin x.
 *
 * Reduction to |r| <= pi / 4 with r in two parts, then a polynomial for sin r or cos r. Locals 3 to 7 (`CIRCULAR_LOCALS`).
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.1 ulp of sin x for |x| <= 205887 = 2^17 pi / 2; beyond it of sin +-205887, so that
 * the result stays between -1 and 1 but says nothing about x. sin -0 = -0, NaN for infinities.
 */
export const SIN: Expression = [
  // the sign bit, and 0, or NaN for infinities and NaN
  ...[set(X), get(X), TO_BITS, SIGN, op('i32.and'), get(X), f32(0), MUL, get(X), ABS],
  ...[...sineBits(0), op('i32.xor'), FROM_BITS],
]

/**
 * cos x: consumes the `f32` x on top of the stack and leaves cos x; all as for `SIN`. Locals 3 to 7 (`CIRCULAR_LOCALS`).
 * Measured over all 2^32 inputs: at most 1.1 ulp of cos x for |x| <= 205887, beyond it of cos 205887. NaN for infinities.
 */
export const COS: Expression = [set(X), get(X), f32(0), MUL, get(X), ABS, ...sineBits(1), FROM_BITS]
