import { i32, op } from '../ir/expression.ts'
import type { Expression, StoreType } from '../ir/types.ts'

/** Operations whose value is 0 or 1, which every store keeps. */
const BITS: readonly string[] = ['f32.lt', 'f32.le', 'f32.eq', 'i32.lt', 'i32.eq', 'inrange']

/** `code` with the value that a load would give after a store as `type`: SPEC section 1, a narrow store keeps the low 8 bits. */
export function narrowed(code: Expression, type: StoreType): Expression {
  if (BITS.includes(code.at(-1)?.op ?? '')) return code
  if (type === 'u8') return [...code, i32(255), op('i32.and')]
  return type === 'i8' ? [...code, i32(24), op('i32.shl'), i32(24), op('i32.shr_s')] : code
}
