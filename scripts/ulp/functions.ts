import type { Expression } from '../../models/ir/types.ts'
import { EXP } from '../../models/numerics/exp.ts'

/** A frozen expression of one argument, and the function that it stands for, calculated in binary64 to within one of its ulp. */
export type MeasuredFunction = {
  readonly name: string
  readonly expression: Expression
  readonly reference: (x: number) => number
}

export const FUNCTIONS: readonly MeasuredFunction[] = [{ name: 'exp', expression: EXP, reference: Math.exp }]
