import * as f32 from './arithmetic.ts'
import { canonical } from './bits.ts'
import * as order from './compare.ts'
import * as convert from './convert.ts'
import * as i32 from './int32.ts'
import * as whole from './whole.ts'

/** On 32-bit patterns, 0 .. 2^32 - 1, of either type; operations of one operand leave `b` alone. */
export type SoftOp = (a: number, b: number) => number

/** Every arithmetic operation by its name in `models/ir/opcodes.ts`, in integers alone, by the algorithms of the contracts. */
export const SOFT_OPS: Readonly<Record<string, SoftOp>> = {
  ...{ 'f32.add': f32.add, 'f32.sub': f32.sub, 'f32.mul': f32.mul, 'f32.div': f32.div, 'f32.sqrt': f32.sqrt },
  ...{ 'f32.neg': f32.neg, 'f32.abs': f32.abs },
  ...{ 'f32.floor': whole.floor, 'f32.ceil': whole.ceil, 'f32.trunc': whole.trunc, 'f32.nearest': whole.nearest },
  ...{ 'f32.min': order.min, 'f32.max': order.max, 'f32.lt': order.lt, 'f32.le': order.le, 'f32.eq': order.eq },
  ...{ 'i32.add': i32.add, 'i32.sub': i32.sub, 'i32.mul': i32.mul, 'i32.div': i32.div, 'i32.rem': i32.rem },
  ...{ 'i32.and': i32.and, 'i32.or': i32.or, 'i32.xor': i32.xor },
  ...{ 'i32.shl': i32.shl, 'i32.shr_s': i32.shrS, 'i32.shr_u': i32.shrU },
  ...{ 'i32.min': i32.min, 'i32.max': i32.max, 'i32.lt': i32.lt, 'i32.eq': i32.eq },
  ...{ 'i32.from_f32': convert.toInt, 'f32.from_i32': convert.fromInt, 'i32.bits': canonical, 'f32.bits': canonical },
}
