import type { Expression } from '../../models/ir/types.ts'
import { ACOSH, AREA_LOCALS, ASINH, ATANH } from '../../models/numerics/area.ts'
import { CIRCULAR_LOCALS, GREATEST_ANGLE } from '../../models/numerics/circular.ts'
import { ERF, ERF_LOCALS } from '../../models/numerics/erf.ts'
import { EXP, EXP_LOCALS } from '../../models/numerics/exp.ts'
import { EXPM1, EXPM1_LOCALS } from '../../models/numerics/expm1.ts'
import { GELU, GELU_LOCALS } from '../../models/numerics/gelu.ts'
import { GELU_TANH, GELU_TANH_LOCALS } from '../../models/numerics/gelu-tanh.ts'
import { COSH, HYPERBOLIC_LOCALS, SINH } from '../../models/numerics/hyperbolic.ts'
import { ACOS, ASIN, ATAN, INVERSE_LOCALS } from '../../models/numerics/inverse.ts'
import { LOG, LOG_LOCALS } from '../../models/numerics/log.ts'
import { LOG1P, LOG1P_LOCALS } from '../../models/numerics/log1p.ts'
import { MISH, MISH_LOCALS } from '../../models/numerics/mish.ts'
import { SIGMOID, SIGMOID_LOCALS } from '../../models/numerics/sigmoid.ts'
import { COS, SIN } from '../../models/numerics/sin.ts'
import { SOFTPLUS, SOFTPLUS_LOCALS } from '../../models/numerics/softplus.ts'
import { TAN } from '../../models/numerics/tan.ts'
import { TANH, TANH_LOCALS } from '../../models/numerics/tanh.ts'
import { erf, erfc } from './erf.ts'

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
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
function mish(x: number): number {
  if (x === Number.NEGATIVE_INFINITY) return -0
  const e = Math.exp(-Math.abs(x))
  return x * (x < 0 ? (e * (e + 2)) / (e * (e + 2) + 2) : (1 + 2 * e) / (1 + 2 * e + 2 * e * e))
}
const gelu = (x: number): number => (x === Number.NEGATIVE_INFINITY ? -0 : (x * erfc(-x * Math.SQRT1_2)) / 2)
const geluTanh = (x: number): number =>
  x === Number.NEGATIVE_INFINITY ? -0 : x * sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))
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
  { name: 'expm1', expression: EXPM1, locals: EXPM1_LOCALS, reference: Math.expm1, bound: 1.24 },
  { name: 'asin', expression: ASIN, locals: INVERSE_LOCALS, reference: Math.asin, bound: 1.2 },
  { name: 'acos', expression: ACOS, locals: INVERSE_LOCALS, reference: Math.acos, bound: 1.2 },
  { name: 'atan', expression: ATAN, locals: INVERSE_LOCALS, reference: Math.atan, bound: 1.4 },
  { name: 'sinh', expression: SINH, locals: HYPERBOLIC_LOCALS, reference: Math.sinh, bound: 1.7 },
  { name: 'cosh', expression: COSH, locals: HYPERBOLIC_LOCALS, reference: Math.cosh, bound: 1.3 },
  { name: 'softplus', expression: SOFTPLUS, locals: SOFTPLUS_LOCALS, reference: softplus, bound: 1.9 },
  { name: 'mish', expression: MISH, locals: MISH_LOCALS, reference: mish, bound: 2.9 },
  { name: 'log1p', expression: LOG1P, locals: LOG1P_LOCALS, reference: Math.log1p, bound: 1.41 },
  { name: 'asinh', expression: ASINH, locals: AREA_LOCALS, reference: Math.asinh, bound: 1.81 },
  { name: 'acosh', expression: ACOSH, locals: AREA_LOCALS, reference: Math.acosh, bound: 2.1 },
  { name: 'atanh', expression: ATANH, locals: AREA_LOCALS, reference: Math.atanh, bound: 1.8 },
  { name: 'gelu', expression: GELU, locals: GELU_LOCALS, reference: gelu, bound: 2.8 },
  { name: 'gelu-tanh', expression: GELU_TANH, locals: GELU_TANH_LOCALS, reference: geluTanh, bound: 2.5 },
]
