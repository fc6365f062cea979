/** Arguments of the circular functions, reduced by multiples of pi / 2. */
import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { ADD, constant, MIN, MUL, SUB } from './postfix.ts'

/** Locals: the argument and scratch, k as an integer, the two parts of the reduced argument, scratch. */
export const [X, K, HIGH, LOW, T] = [3, 4, 5, 6, 7] as const

/** Locals that `SIN`, `COS` and `TAN` overwrite; an expression around them may keep values in 0 to 2. */
export const CIRCULAR_LOCALS: readonly number[] = [X, K, HIGH, LOW, T]

/** 2^17 pi / 2, rounded: greater arguments are taken as this. */
export const GREATEST_ANGLE = 205887

const TWO_BY_PI = constant(0x3f22f983)
// pi / 2 in six parts, of which all but the last have 7 bits, so that their products with k <= 2^17 are exact
const PARTS = [0x3fca0000, 0xbbf00000, 0xb6960000, 0x32880000, 0x2e860000, 0xaa39ee5a].map(constant)

const part = (index: number): Expression => [get(K), PARTS[index]!, MUL]

/** Local `to` = local `from` - k part, rounded; leaves what that lost. */
const subtract = (from: number, index: number, to: number): Expression => [
  ...[...part(index), set(T), get(from), get(T), SUB, set(to), get(from), get(to), SUB, get(T), SUB],
]

/**
 * Consumes |x|; then K holds k = nearest(|x| 2 / pi) as an integer, HIGH + LOW is |x| - k pi / 2, at most 0.8 in size, LOW below half an ulp of HIGH.
 *
 * W. J. Cody, W. Waite, "Software Manual for the Elementary Functions", 1980, chapter 8, with as many parts of pi / 2 as the worst
 * arguments below 2^17 pi / 2 ask for. The first three differences are exact, being multiples of 2^-24 below 1.
 */
export const REDUCE: Expression = [
  ...[f32(GREATEST_ANGLE), MIN, set(X), get(X), TWO_BY_PI, MUL, op('f32.nearest'), set(K)],
  ...[get(X), ...part(0), SUB, ...part(1), SUB, ...part(2), SUB, set(X)],
  ...[...subtract(X, 3, HIGH), ...subtract(HIGH, 4, X), ADD, ...part(5), SUB, set(T)],
  ...[get(X), get(T), ADD, set(HIGH), get(X), get(HIGH), SUB, get(T), ADD, set(LOW), get(K), op('i32.from_f32'), set(K)],
]

/** 1 if k is odd, else 0. */
export const ODD: Expression = [get(K), i32(1), op('i32.and')]
