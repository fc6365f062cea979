import type { Expression } from '../ir/types.ts'
import type { OpcodeGas } from './costs.ts'

/** Whether a term is a product of two loads, which the verifier evaluates without its interpreter. */
export const isProduct = (code: Expression): boolean =>
  code.length === 3 && code[0]!.op === 'load' && code[1]!.op === 'load' && code[2]!.op === 'f32.mul'

/**
 * Gas of one run of a piece of code, each operation at its dearest.
 * @param value  what a use of a load's value takes more than that of a plain one; `range` likewise for a question for its range
 */
export function codeGas(code: Expression, opcodes: OpcodeGas, value: (load: number) => number, range: (load: number) => number): number {
  let gas = 0
  for (const { op, arg = 0 } of code) {
    gas += opcodes[op]!
    if (op === 'load') gas += value(arg)
    if (op === 'inrange') gas += range(arg)
  }
  return gas
}
