import { load } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { ERF } from '../../numerics/erf.ts'
import { EXP } from '../../numerics/exp.ts'
import { LOG } from '../../numerics/log.ts'
import { SIGMOID } from '../../numerics/sigmoid.ts'
import { COS, SIN } from '../../numerics/sin.ts'
import { TAN } from '../../numerics/tan.ts'
import { TANH } from '../../numerics/tanh.ts'
import type { OperatorTable } from '../node.ts'
import { tabled } from './elementwise.ts'

const of = (code: Expression) => ({ f32: [load(0), ...code] })

/** Operators that are one frozen function: docs/NUMERICS.md. */
export const FUNCTIONS: OperatorTable = tabled({
  Exp: of(EXP),
  Log: of(LOG),
  Sin: of(SIN),
  Cos: of(COS),
  Tan: of(TAN),
  Erf: of(ERF),
  Tanh: of(TANH),
  Sigmoid: of(SIGMOID),
})
