import type { ScalarType } from './types.ts'

/** Type of a stack slot in an operation's signature; `any` stands for one type, the same wherever it appears. */
type Slot = ScalarType | 'any'

/**
 * Immediates: `load`, `variable` and `local` are one byte, `bits` are four.
 * `takes` lists the operands from the deepest to the top of the stack.
 */
export type Opcode = {
  readonly code: number
  readonly immediate?: 'load' | 'variable' | 'local' | 'bits'
  readonly takes: readonly Slot[]
  readonly gives: readonly Slot[]
}

const unary: Pick<Opcode, 'takes' | 'gives'> = { takes: ['f32'], gives: ['f32'] }
const binary: Pick<Opcode, 'takes' | 'gives'> = { takes: ['f32', 'f32'], gives: ['f32'] }
const compare: Pick<Opcode, 'takes' | 'gives'> = { takes: ['f32', 'f32'], gives: ['i32'] }
const integer: Pick<Opcode, 'takes' | 'gives'> = { takes: ['i32', 'i32'], gives: ['i32'] }

/** The whole operation list, SPEC section 4. `load`, `fold`, `get` take their type from the kernel. */
export const OPCODES: Readonly<Record<string, Opcode>> = {
  load: { code: 0x00, immediate: 'load', takes: [], gives: ['any'] },
  inrange: { code: 0x01, immediate: 'load', takes: [], gives: ['i32'] },
  var: { code: 0x02, immediate: 'variable', takes: [], gives: ['i32'] },
  'f32.const': { code: 0x03, immediate: 'bits', takes: [], gives: ['f32'] },
  'i32.const': { code: 0x04, immediate: 'bits', takes: [], gives: ['i32'] },
  fold: { code: 0x05, takes: [], gives: ['any'] },
  get: { code: 0x06, immediate: 'local', takes: [], gives: ['any'] },
  set: { code: 0x07, immediate: 'local', takes: ['any'], gives: [] },
  select: { code: 0x08, takes: ['any', 'any', 'i32'], gives: ['any'] },
  'f32.add': { code: 0x10, ...binary },
  'f32.sub': { code: 0x11, ...binary },
  'f32.mul': { code: 0x12, ...binary },
  'f32.div': { code: 0x13, ...binary },
  'f32.sqrt': { code: 0x14, ...unary },
  'f32.neg': { code: 0x15, ...unary },
  'f32.abs': { code: 0x16, ...unary },
  'f32.floor': { code: 0x17, ...unary },
  'f32.ceil': { code: 0x18, ...unary },
  'f32.trunc': { code: 0x19, ...unary },
  'f32.nearest': { code: 0x1a, ...unary },
  'f32.min': { code: 0x1b, ...binary },
  'f32.max': { code: 0x1c, ...binary },
  'f32.lt': { code: 0x1d, ...compare },
  'f32.le': { code: 0x1e, ...compare },
  'f32.eq': { code: 0x1f, ...compare },
  'i32.add': { code: 0x20, ...integer },
  'i32.sub': { code: 0x21, ...integer },
  'i32.mul': { code: 0x22, ...integer },
  'i32.div': { code: 0x23, ...integer },
  'i32.rem': { code: 0x24, ...integer },
  'i32.and': { code: 0x25, ...integer },
  'i32.or': { code: 0x26, ...integer },
  'i32.xor': { code: 0x27, ...integer },
  'i32.shl': { code: 0x28, ...integer },
  'i32.shr_s': { code: 0x29, ...integer },
  'i32.shr_u': { code: 0x2a, ...integer },
  'i32.min': { code: 0x2b, ...integer },
  'i32.max': { code: 0x2c, ...integer },
  'i32.lt': { code: 0x2d, ...integer },
  'i32.eq': { code: 0x2e, ...integer },
  'i32.from_f32': { code: 0x30, takes: ['f32'], gives: ['i32'] },
  'f32.from_i32': { code: 0x31, takes: ['i32'], gives: ['f32'] },
  'i32.bits': { code: 0x32, takes: ['f32'], gives: ['i32'] },
  'f32.bits': { code: 0x33, takes: ['i32'], gives: ['f32'] },
}
