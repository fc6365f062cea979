import { f32, get, i32, set } from '../ir/expression.ts'
import type { Expression } from '../ir/types.ts'
import { EXP_EXPONENT, EXP_LOCALS, EXP_SCALE, EXP_SUM_WIDE } from './exp.ts'
import { ABS, ADD, DIV, EQUAL, LESS, MAX, MUL, NEG, SELECT, SUB } from './postfix.ts'

const [E, X, Y, Q, N] = [3, 4, 5, 6, EXP_EXPONENT] as const

/** Locals that `MISH` overwrites; an expression around it may keep values in 0 to 2. */
export const MISH_LOCALS: readonly number[] = EXP_LOCALS

const NEGATIVE: Expression = [get(X), f32(0), LESS]

/**
 * x tanh(ln(1 + e^x)): consumes the `f32` x on top of the stack and leaves its mish.
 *
 * With e = e^-|x| it is x (1 - e^2 / (1/2 + e + e^2)) for x >= 0, x e (1 - (e + e^2) / (2 + 2e + e^2)) for x < 0, where 2^n, the greater part of the factor e, is
 * multiplied in at last: the result underflows later than e. One value stays on the stack below the code of `EXP`.
 *
 * Measured over all 2^32 inputs (docs/NUMERICS.md, with the operation count): at most 2.9 ulp. -0 at -0 and -infinity, infinity at infinity.
 */
export const MISH: Expression = [
  // below -112 the result is -0
  ...[f32(-112), MAX, set(X), get(X), get(X), ABS, NEG, ...EXP_SUM_WIDE, ADD, set(Y), get(Y), ...EXP_SCALE, set(E), set(X)],
  // p = x, or x e / 2^n; p - p q, or x itself where that is 0 or infinite
  ...[get(X), get(X), get(Y), f32(1), ...NEGATIVE, SELECT, MUL, set(Y), get(Y), get(Y)],
  ...[get(E), get(E), MUL, set(Q), get(E), get(Q), ADD, f32(0.5), MUL, get(Q), ...NEGATIVE, SELECT],
  ...[
    get(Q),
    f32(0.5),
    MUL,
    f32(1),
    get(E),
    ADD,
    ADD,
    get(Q),
    f32(0.5),
    get(E),
    ADD,
    ADD,
    ...NEGATIVE,
    SELECT,
    DIV,
    MUL,
    SUB,
    get(X),
    get(X),
    ADD,
    get(X),
    EQUAL,
    SELECT,
  ],
  ...[get(N), i32(0), ...NEGATIVE, SELECT, set(N), ...EXP_SCALE],
]
