import { bitsOf, fromBits } from './bits.ts'
import * as f32 from './f32.ts'
import * as i32 from './i32.ts'

/** Operands from the deepest to the top of the stack; operations of one operand leave `b` alone. */
export type ScalarOp = (a: number, b: number) => number

/** Every arithmetic operation by its name in `models/ir/opcodes.ts`. `f32` values are binary32 values, `i32` values signed integers. */
export const SCALAR_OPS: Readonly<Record<string, ScalarOp>> = {
  'f32.add': f32.add,
  'f32.sub': f32.sub,
  'f32.mul': f32.mul,
  'f32.div': f32.div,
  'f32.sqrt': f32.sqrt,
  'f32.neg': f32.neg,
  'f32.abs': f32.abs,
  'f32.floor': f32.floor,
  'f32.ceil': f32.ceil,
  'f32.trunc': f32.trunc,
  'f32.nearest': f32.nearest,
  'f32.min': f32.min,
  'f32.max': f32.max,
  'f32.lt': f32.lt,
  'f32.le': f32.le,
  'f32.eq': f32.eq,
  'i32.add': i32.add,
  'i32.sub': i32.sub,
  'i32.mul': i32.mul,
  'i32.div': i32.div,
  'i32.rem': i32.rem,
  'i32.and': i32.and,
  'i32.or': i32.or,
  'i32.xor': i32.xor,
  'i32.shl': i32.shl,
  'i32.shr_s': i32.shrS,
  'i32.shr_u': i32.shrU,
  'i32.min': i32.min,
  'i32.max': i32.max,
  'i32.lt': i32.lt,
  'i32.eq': i32.eq,
  'i32.from_f32': f32.toInt,
  'f32.from_i32': f32.fromInt,
  'i32.bits': (a) => bitsOf(a) | 0,
  'f32.bits': fromBits,
}
