/** Inverse hyperbolic functions. */
import { f32, get, i32, op, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { LOG1P, LOG1P_LOCALS } from './log1p.ts'
import { ABS, ADD, constant, DIV, FROM_BITS, LESS, MIN, MUL, SELECT, SQRT, SUB, TO_BITS } from './postfix.ts'

const [X, T, D] = [3, 4, 5] as const

/** Locals that `ASINH`, `ACOSH` and `ATANH` overwrite; an expression around them may keep values in 0 to 2. */
export const AREA_LOCALS: readonly number[] = LOG1P_LOCALS

const SIGN_OF_X: Expression = [set(X), get(X), TO_BITS, i32(0x80000000), op('i32.and'), get(X), ABS, set(X)]
const WITH_SIGN: Expression = [TO_BITS, op('i32.or'), FROM_BITS]

/** 2^30 < x, as 0 or 1: 1 + x^2 is x^2, and the square might overflow. */
const HUGE: Expression = [f32(0x40000000), get(X), LESS]
const LN2 = constant(0x3f317218)

/** The logarithm of 1 + the value on the stack, or of 2x where x is huge. */
const LOG_OF_SUM: Expression = [...[set(T), LN2, f32(0), ...HUGE, SELECT, get(X), get(T), ...HUGE, SELECT, ...LOG1P, ADD]]

/**
 * arsinh x: consumes the `f32` x on top of the stack and leaves arsinh x = ln(1 + |x| + x^2 / (1 + sqrt(1 + x^2))) with the sign of x.
 * Two values stay on the stack below `LOG1P`. Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most
 * 1.81 ulp. arsinh -0 = -0; infinities stay.
 */
export const ASINH: Expression = [
  // x + x^2 / (1 + sqrt(1 + x^2))
  ...[...SIGN_OF_X, get(X), get(X), MUL, set(T), get(X), get(T), f32(1), get(T), f32(1), ADD, SQRT, ADD, DIV, ADD],
  ...[...LOG_OF_SUM, ...WITH_SIGN],
]

/**
 * arcosh x: consumes the `f32` x on top of the stack and leaves arcosh x = ln(1 + t + sqrt(t^2 + 2t)), t = x - 1. One value stays on the stack below `LOG1P`.
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 2.1 ulp. arcosh 1 = 0, NaN where x < 1.
 */
export const ACOSH: Expression = [
  // t + sqrt(t^2 + 2t), t = x - 1; NaN where t < 0
  ...[
    set(X),
    get(X),
    f32(1),
    SUB,
    set(T),
    get(T),
    f32(0),
    MIN,
    SQRT,
    get(T),
    ADD,
    get(T),
    get(T),
    MUL,
    get(T),
    get(T),
    ADD,
    ADD,
    SQRT,
    ADD,
  ],
  ...LOG_OF_SUM,
]

/**
 * artanh x: consumes the `f32` x on top of the stack and leaves artanh x = ln(1 + 2|x| / (1 - |x|)) / 2 with the sign of x. Two values stay on the stack below `LOG1P`.
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 1.8 ulp. artanh -0 = -0, +-infinity at +-1, NaN beyond.
 */
export const ATANH: Expression = [
  // t + t x / (1 - x), t = 2x: that is 2x / (1 - x); NaN where x > 1
  ...[...SIGN_OF_X, f32(0.5), get(X), get(X), ADD, set(T)],
  ...[
    f32(1),
    get(X),
    SUB,
    set(D),
    get(T),
    get(T),
    get(X),
    MUL,
    get(D),
    DIV,
    ADD,
    f32(0),
    get(D),
    MIN,
    SQRT,
    ADD,
    ...LOG1P,
    MUL,
    ...WITH_SIGN,
  ],
]
