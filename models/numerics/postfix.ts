/** Words for writing the frozen expressions. */
import { get, i32, op } from '../ir/expression.ts'
import type { Expression, Instruction } from '../ir/types.ts'

/** The `f32` constant of these bits. */
export const constant = (bits: number): Instruction => ({ op: 'f32.const', arg: bits })

export const ADD = op('f32.add')
export const SUB = op('f32.sub')
export const MUL = op('f32.mul')
export const DIV = op('f32.div')
export const SQRT = op('f32.sqrt')
export const NEG = op('f32.neg')
export const ABS = op('f32.abs')
export const MIN = op('f32.min')
export const MAX = op('f32.max')
export const LESS = op('f32.lt')
export const EQUAL = op('f32.eq')
export const SELECT = op('select')
export const TO_BITS = op('i32.bits')
export const FROM_BITS = op('f32.bits')

/** c0 + v (c1 + v (c2 + ...)) of local `v`, inmost product first; the coefficients are bits, the last one c0. */
export const horner = (v: number, coefficients: readonly number[]): Expression =>
  coefficients.flatMap((bits, index) => (index === 0 ? [constant(bits)] : [get(v), MUL, constant(bits), ADD]))

/** The upper 12 bits of the significand of the `f32` on the stack: products of two such numbers are exact. */
export const UPPER: Expression = [TO_BITS, i32(0xfffff000), op('i32.and'), FROM_BITS]
