import type { Expression } from '../../models/ir/types.ts'
import { CIRCULAR_LOCALS, GREATEST_ANGLE } from '../../models/numerics/circular.ts'
import { ERF, ERF_LOCALS } from '../../models/numerics/erf.ts'
import { EXP, EXP_LOCALS } from '../../models/numerics/exp.ts'
import { LOG, LOG_LOCALS } from '../../models/numerics/log.ts'
import { SIGMOID, SIGMOID_LOCALS } from '../../models/numerics/sigmoid.ts'
import { COS, SIN } from '../../models/numerics/sin.ts'
import { TAN } from '../../models/numerics/tan.ts'
import { TANH, TANH_LOCALS } from '../../models/numerics/tanh.ts'
import { erf } from './erf.ts'

/** A frozen expression of one argument, and the function that it stands for, calculated in binary64 to within some of its ulp. */
export type MeasuredFunction = {
  readonly name: string
  readonly expression: Expression
  /** Those that the expression overwrites. */
  readonly locals: readonly number[]
  readonly reference: (x: number) => number
  /** Published bound of the error in ulp of binary32. */
  readonly bound: number
}

/** The argument as the circular functions take it. */
const bounded = (x: number): number => (Number.isFinite(x) ? Math.min(Math.max(x, -GREATEST_ANGLE), GREATEST_ANGLE) : Number.NaN)
const sigmoid = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))

export const FUNCTIONS: readonly MeasuredFunction[] = [
  { name: 'exp', expression: EXP, locals: EXP_LOCALS, reference: Math.exp, bound: 0.78 },
  { name: 'log', expression: LOG, locals: LOG_LOCALS, reference: Math.log, bound: 0.84 },
  { name: 'tanh', expression: TANH, locals: TANH_LOCALS, reference: Math.tanh, bound: 1.1 },
  { name: 'sigmoid', expression: SIGMOID, locals: SIGMOID_LOCALS, reference: sigmoid, bound: 1.2 },
  { name: 'erf', expression: ERF, locals: ERF_LOCALS, reference: erf, bound: 1.4 },
  { name: 'sin', expression: SIN, locals: CIRCULAR_LOCALS, reference: (x) => Math.sin(bounded(x)), bound: 1.1 },
  { name: 'cos', expression: COS, locals: CIRCULAR_LOCALS, reference: (x) => Math.cos(bounded(x)), bound: 1.1 },
  { name: 'tan', expression: TAN, locals: CIRCULAR_LOCALS, reference: (x) => Math.tan(bounded(x)), bound: 1.6 },
]
