import { OpineError } from '@opine/dispute-game/errors.ts'
import { OPCODES } from '../ir/opcodes.ts'
import type { Expression, Instruction, ScalarType } from '../ir/types.ts'

// The compiler's library without the DOM has no types for it.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

/**
 * Operations that are one WebAssembly instruction, by its bytes: what the definition is tested against, and fast enough to try all 2^32
 * arguments. NaNs keep their payloads in WebAssembly, also in `i32.bits`; division traps where SPEC section 4 gives a value.
 */
export const MACHINE_CODES: Readonly<Record<string, readonly number[]>> = {
  ...{ 'f32.add': [0x92], 'f32.sub': [0x93], 'f32.mul': [0x94], 'f32.div': [0x95], 'f32.sqrt': [0x91], 'f32.neg': [0x8c] },
  ...{ 'f32.abs': [0x8b], 'f32.floor': [0x8e], 'f32.ceil': [0x8d], 'f32.trunc': [0x8f], 'f32.nearest': [0x90], 'f32.min': [0x96] },
  ...{ 'f32.max': [0x97], 'f32.lt': [0x5d], 'f32.le': [0x5f], 'f32.eq': [0x5b], 'i32.add': [0x6a], 'i32.sub': [0x6b], 'i32.mul': [0x6c] },
  ...{ 'i32.div': [0x6d], 'i32.rem': [0x6f], 'i32.and': [0x71], 'i32.or': [0x72], 'i32.xor': [0x73], 'i32.shl': [0x74] },
  ...{ 'i32.shr_s': [0x75], 'i32.shr_u': [0x76], 'i32.lt': [0x48], 'i32.eq': [0x46], 'i32.from_f32': [0xfc, 0x00] },
  ...{ 'f32.from_i32': [0xb2], 'i32.bits': [0xbc], 'f32.bits': [0xbe], select: [0x1b] },
}

const TYPE_CODES = { f32: 0x7d, i32: 0x7f } as const
const LOCALS = 8

const constantBytes = (first: number, bits: number): number[] => [first, bits & 255, (bits >>> 8) & 255, (bits >>> 16) & 255, bits >>> 24]
const unsigned = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)])
const section = (id: number, bytes: readonly number[]): number[] => [id, ...unsigned(bytes.length), ...bytes]

/** A WebAssembly function of these parameters; `body` may use eight further locals of `f32` and, after them, eight of `i32`. */
export function machineFunction(takes: readonly ScalarType[], body: readonly number[], gives: ScalarType): (...values: number[]) => number {
  const code = [2, LOCALS, TYPE_CODES.f32, LOCALS, TYPE_CODES.i32, ...body, 0x0b]
  const module = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, takes.length, ...takes.map((type) => TYPE_CODES[type]), 1, TYPE_CODES[gives]]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module))).exports.f as (...values: number[]) => number
}

/**
 * Compiles an expression that turns the `f32` on top of the stack into another, such as `EXP`.
 * @throws {OpineError} `NOT_A_MACHINE_CODE` for an operation outside `MACHINE_CODES` other than constants and locals
 */
export const compileUnary = (expression: Expression): ((x: number) => number) => compile(expression, 1)

/** The same for an expression of two `f32`, the second on top, such as `POW`. @throws {OpineError} `NOT_A_MACHINE_CODE` */
export const compileBinary = (expression: Expression): ((x: number, y: number) => number) => compile(expression, 2)

function compile(expression: Expression, parameters: number): (...values: number[]) => number {
  const takes: readonly ScalarType[] = Array.from({ length: parameters }, () => 'f32')
  const stack: ScalarType[] = [...takes]
  const locals: ScalarType[] = []
  const place = (local: number): number => parameters + local + (locals[local] === 'i32' ? LOCALS : 0)
  const step = ({ op, arg = 0 }: Instruction): readonly number[] => {
    if (op === 'set') {
      locals[arg] = stack.pop()!
      return [0x21, place(arg)]
    }
    if (op === 'get') {
      stack.push(locals[arg]!)
      return [0x20, place(arg)]
    }
    const type = op === 'select' ? stack.at(-2)! : (OPCODES[op]?.gives[0] as ScalarType)
    stack.splice(stack.length - (OPCODES[op]?.takes.length ?? 0))
    stack.push(type)
    if (op === 'f32.const') return constantBytes(0x43, arg)
    // an integer constant by way of the bits of a float, which need no variable length
    if (op === 'i32.const') return [...constantBytes(0x43, arg), 0xbc]
    const code = MACHINE_CODES[op]
    if (!code) throw new OpineError('NOT_A_MACHINE_CODE', `${op} is not one WebAssembly instruction`, { op })
    return code
  }
  const parameterReads = takes.flatMap((_, index) => [0x20, index])
  return machineFunction(takes, [...parameterReads, ...expression.flatMap(step)], 'f32')
}
