import { load } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { ACOSH, ASINH, ATANH } from '../../numerics/area.ts'
import { ERF } from '../../numerics/erf.ts'
import { EXP } from '../../numerics/exp.ts'
import { COSH, SINH } from '../../numerics/hyperbolic.ts'
import { ACOS, ASIN, ATAN } from '../../numerics/inverse.ts'
import { LOG } from '../../numerics/log.ts'
import { MISH } from '../../numerics/mish.ts'
import { SIGMOID } from '../../numerics/sigmoid.ts'
import { COS, SIN } from '../../numerics/sin.ts'
import { SOFTPLUS } from '../../numerics/softplus.ts'
import { TAN } from '../../numerics/tan.ts'
import { TANH } from '../../numerics/tanh.ts'
import type { OperatorTable } from '../node.ts'
import { tabled } from './elementwise.ts'

const of = (code: Expression) => ({ f32: [load(0), ...code] })

/** Operators that are one frozen function: docs/NUMERICS.md. */
export const FUNCTIONS: OperatorTable = tabled({
  ...{ Exp: of(EXP), Log: of(LOG), Erf: of(ERF), Sigmoid: of(SIGMOID), Softplus: of(SOFTPLUS), Mish: of(MISH) },
  ...{ Sin: of(SIN), Cos: of(COS), Tan: of(TAN), Asin: of(ASIN), Acos: of(ACOS), Atan: of(ATAN) },
  ...{ Sinh: of(SINH), Cosh: of(COSH), Tanh: of(TANH), Asinh: of(ASINH), Acosh: of(ACOSH), Atanh: of(ATANH) },
})
