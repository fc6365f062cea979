import { OpineError } from '@opine/dispute-game/errors.ts'
import { OPCODES } from '../../ir/opcodes.ts'
import type { Expression, Instruction } from '../../ir/types.ts'
import { fromBits } from '../../numerics/bits.ts'
import { SCALAR_OPS } from '../../numerics/scalar.ts'
import type { CompiledLoad } from './address.ts'

/** What an expression can see; the caller changes `variables` and `fold.value` between evaluations. */
export type Scope = {
  readonly loads: readonly CompiledLoad[]
  readonly variables: Int32Array
  readonly fold: { value: number }
}

const LOCALS = 8

/**
 * Compiles postfix code (SPEC section 4) once, so that an evaluation runs one closure an instruction, in order, over a fixed stack: neither
 * parsing nor allocation happens while terms are folded. Depths are known when compiling; types are the validator's business.
 * @throws {OpineError} `EXPRESSION_INVALID` for an unknown operation, a wrong immediate, or a stack that underflows or does not end with one value
 */
export function compileExpression(code: Expression, scope: Scope): () => number {
  const stack = new Float64Array(code.length + 1)
  const locals = new Float64Array(LOCALS)
  const steps: (() => void)[] = []
  let depth = 0
  code.forEach((instruction, at) => {
    const opcode = OPCODES[instruction.op]
    const top = depth - (opcode?.takes.length ?? 0)
    const step = opcode && top >= 0 ? compileStep(instruction, stack, top, locals, scope) : undefined
    if (!opcode || !step) {
      const shown = `${instruction.op}${instruction.arg === undefined ? '' : ` ${instruction.arg}`}`
      throw new OpineError('EXPRESSION_INVALID', `instruction ${at}, "${shown}", cannot run here: the kernel is invalid`, {
        at,
        instruction,
      })
    }
    steps.push(step)
    depth = top + opcode.gives.length
  })
  if (depth !== 1)
    throw new OpineError('EXPRESSION_INVALID', `the expression leaves ${depth} values, not one: the kernel is invalid`, { depth })
  return () => {
    for (let i = 0; i < steps.length; i++) steps[i]!()
    return stack[0]!
  }
}

/** One instruction; `top` is the slot of its deepest operand and of its result. Undefined if there is no such instruction. */
function compileStep(
  { op, arg = 0 }: Instruction,
  stack: Float64Array,
  top: number,
  locals: Float64Array,
  scope: Scope,
): (() => void) | undefined {
  const assign = (target: Float64Array, slot: number, value: () => number): (() => void) => {
    return () => {
      target[slot] = value()
    }
  }
  const put = (value: () => number): (() => void) => assign(stack, top, value)
  const load = scope.loads[arg]
  switch (op) {
    case 'load':
      return load && put(load.value)
    case 'inrange':
      return load && put(load.inRange)
    case 'var':
      return arg < scope.variables.length ? put(() => scope.variables[arg]!) : undefined
    case 'f32.const':
      return put(constant(fromBits(arg)))
    case 'i32.const':
      return put(constant(arg | 0))
    case 'fold':
      return put(() => scope.fold.value)
    case 'get':
      return arg < LOCALS ? put(() => locals[arg]!) : undefined
    case 'set':
      return arg < LOCALS ? assign(locals, arg, () => stack[top]!) : undefined
    case 'select':
      return put(() => (stack[top + 2] !== 0 ? stack[top]! : stack[top + 1]!))
    default: {
      const operate = SCALAR_OPS[op]
      return operate && put(() => operate(stack[top]!, stack[top + 1]!))
    }
  }
}

const constant =
  (value: number): (() => number) =>
  () =>
    value
