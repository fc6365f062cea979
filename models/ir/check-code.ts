import { canonicalBits } from '../numerics/bits.ts'
import { ByteReader } from './bytes.ts'
import { encodeExpression, NAMES, opcodeOf } from './expression.ts'
import type { Opcode } from './opcodes.ts'
import { demand, MAX_LOCALS, MAX_STACK, violate } from './rules.ts'
import type { Expression, ScalarType } from './types.ts'

/** What a piece of code may use. */
export type CodeContext = {
  /** One for each load; null where this code must not use it: a load that follows the reduce coordinates, in `result`. */
  readonly loads: readonly (ScalarType | null)[]
  /** Number of iteration variables. */
  readonly variables: number
  /** Type of the folded value; null in `term`, and without a fold. */
  readonly fold: ScalarType | null
}

/** @throws {OpineError} `CODE` unless the code is well-typed and leaves one value of type `wanted` */
export function checkCode(code: Uint8Array, context: CodeContext, wanted: ScalarType): void {
  const type = typeOfCode(code, context)
  demand('CODE', type === wanted, () => `the code gives ${type} where ${wanted} is wanted`)
}

/** The type of an expression. @throws {OpineError} `CODE` unless it is well-typed; `UNKNOWN_OPERATION`, `NUMBER_OUT_OF_RANGE` */
export const typeOf = (expression: Expression, context: CodeContext): ScalarType => typeOfCode(encodeExpression(expression), context)

function typeOfCode(code: Uint8Array, context: CodeContext): ScalarType {
  const reader = new ByteReader(code, 'CODE')
  const stack: ScalarType[] = []
  const locals: (ScalarType | undefined)[] = []
  const pop = (): ScalarType => stack.pop() ?? violate('CODE', `the stack is empty before byte ${reader.offset}`)
  const step = (name: string, opcode: Opcode): void => {
    if (name === 'set') locals[localOf(reader)] = pop()
    else if (name === 'select') selectTypes(pop, stack, reader)
    else if (opcode.gives[0] === 'any') stack.push(typeFromContext(name, reader, context, locals))
    else {
      if (opcode.immediate) checkImmediate(name, reader, context)
      for (const type of opcode.takes.toReversed()) {
        const found = pop()
        demand('CODE', found === type, () => `${name} before byte ${reader.offset} takes ${type}, the stack has ${found}`)
      }
      stack.push(opcode.gives[0] as ScalarType)
    }
  }
  while (reader.remaining > 0) {
    const byte = reader.u8('opcode')
    const name = NAMES.get(byte) ?? violate('CODE', `there is no opcode ${byte}, before byte ${reader.offset}`)
    step(name, opcodeOf(name))
    demand('CODE', stack.length <= MAX_STACK, () => `the stack is deeper than ${MAX_STACK} before byte ${reader.offset}`)
  }
  demand('CODE', stack.length === 1, () => `the code leaves ${stack.length} values; it must leave one`)
  return pop()
}

function typeFromContext(
  name: string,
  reader: ByteReader,
  { loads, fold }: CodeContext,
  locals: readonly (ScalarType | undefined)[],
): ScalarType {
  if (name === 'load') return loadOf(reader, loads)
  if (name === 'fold') return fold ?? violate('CODE', 'there is no folded value here')
  const local = localOf(reader)
  return locals[local] ?? violate('CODE', `local ${local} is read before it is set`)
}

function checkImmediate(name: string, reader: ByteReader, { loads, variables }: CodeContext): void {
  if (name === 'inrange') loadOf(reader, loads)
  else if (name === 'var') {
    const variable = reader.u8('variable')
    demand('CODE', variable < variables, () => `variable ${variable} does not exist here; there are ${variables}`)
  } else {
    const bits = reader.u32('constant')
    demand('CODE', name !== 'f32.const' || canonicalBits(bits) === bits, () => `0x${bits.toString(16)} is not the one NaN, 0x7fc00000`)
  }
}

function loadOf(reader: ByteReader, loads: CodeContext['loads']): ScalarType {
  const load = reader.u8('load')
  const type = loads[load]
  if (type === undefined) return violate('CODE', `load ${load} does not exist; there are ${loads.length}`)
  return type ?? violate('CODE', `load ${load} follows the reduce coordinates and cannot be used in result`)
}

function localOf(reader: ByteReader): number {
  const local = reader.u8('local')
  demand('CODE', local < MAX_LOCALS, () => `local ${local} does not exist; there are ${MAX_LOCALS}`)
  return local
}

function selectTypes(pop: () => ScalarType, stack: ScalarType[], reader: ByteReader): void {
  const condition = pop()
  const otherwise = pop()
  const chosen = pop()
  const fits = condition === 'i32' && otherwise === chosen
  demand('CODE', fits, () => `select before byte ${reader.offset} has ${chosen}, ${otherwise} and ${condition}`)
  stack.push(chosen)
}
