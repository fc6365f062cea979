import { OpineError } from '@opine/dispute-game/errors.ts'
import { bitsOf } from '../numerics/bits.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { OPCODES, type Opcode } from './opcodes.ts'
import type { Expression, Instruction } from './types.ts'

/** Names by code, for decoding. */
export const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(OPCODES).map(([name, { code }]) => [code, name]))

/** The constant `value`, rounded to binary32. */
export const f32 = (value: number): Instruction => ({ op: 'f32.const', arg: bitsOf(value) })
/** The constant `value` modulo 2^32. */
export const i32 = (value: number): Instruction => ({ op: 'i32.const', arg: value >>> 0 })
export const load = (index: number): Instruction => ({ op: 'load', arg: index })
export const inRange = (index: number): Instruction => ({ op: 'inrange', arg: index })
/** An iteration variable: output coordinates first, then reduce coordinates. */
export const variable = (index: number): Instruction => ({ op: 'var', arg: index })
export const get = (local: number): Instruction => ({ op: 'get', arg: local })
export const set = (local: number): Instruction => ({ op: 'set', arg: local })
/** An operation without an immediate. @throws {OpineError} `UNKNOWN_OPERATION` */
export function op(name: string): Instruction {
  if (opcodeOf(name).immediate) throw new OpineError('UNKNOWN_OPERATION', `the operation ${name} needs an immediate`, { name })
  return { op: name }
}

/** @throws {OpineError} `UNKNOWN_OPERATION` */
export function opcodeOf(name: string): Opcode {
  const opcode = Object.hasOwn(OPCODES, name) ? OPCODES[name] : undefined
  if (!opcode) throw new OpineError('UNKNOWN_OPERATION', `there is no operation ${name}; models/ir/opcodes.ts lists all`, { name })
  return opcode
}

/** Postfix bytes of SPEC section 4. @throws {OpineError} `UNKNOWN_OPERATION`, `NUMBER_OUT_OF_RANGE` */
export function encodeExpression(expression: Expression): Uint8Array {
  const out = new ByteWriter()
  for (const { op: name, arg } of expression) {
    const { code, immediate } = opcodeOf(name)
    out.u8(code, name)
    if (!immediate) {
      if (arg !== undefined)
        throw new OpineError('NUMBER_OUT_OF_RANGE', `the operation ${name} takes no immediate but has ${arg}`, { name })
    } else if (immediate === 'bits') out.u32(arg ?? Number.NaN, `immediate of ${name}`)
    else out.u8(arg ?? Number.NaN, `immediate of ${name}`)
  }
  return out.finish()
}

/** Inverse of `encodeExpression`; total. @throws {OpineError} `EXPRESSION_BYTES` */
export function decodeExpression(bytes: Uint8Array): Expression {
  const reader = new ByteReader(bytes, 'EXPRESSION_BYTES')
  const instructions: Instruction[] = []
  while (reader.remaining > 0) {
    const code = reader.u8('opcode')
    const name = NAMES.get(code)
    if (name === undefined) throw reader.refuse('opcode', code)
    const { immediate } = opcodeOf(name)
    if (!immediate) instructions.push({ op: name })
    else instructions.push({ op: name, arg: immediate === 'bits' ? reader.u32(name) : reader.u8(name) })
  }
  return instructions
}
