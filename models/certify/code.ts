import type { Expression, ScalarType } from '../ir/types.ts'
import { SCALAR_OPS } from '../numerics/scalar.ts'
import { constantBits, floatOperation } from './float.ts'
import { integerOperation, truth } from './integer.ts'
import { ANY_INTEGER, ANYTHING, atom, BIT, constant, either, known, type Value } from './value.ts'
import type { Watch } from './watch.ts'

/**
 * What an expression can see of one choice of coordinates.
 * @property load      the value of a load; `inRange` of its range: 0, 1 or either
 * @property variable  least and greatest of an iteration variable
 * @property folded    whether it is the term of a sum
 */
export type Surroundings = {
  readonly load: (index: number) => Value
  readonly inRange: (index: number) => Value
  readonly variable: (index: number) => Value
  readonly fold: Value | null
  readonly folded: boolean
  readonly watch: Watch
}

/** Whether constants without loads are all that a number was calculated from: the reference does that once, when a graph is made. */
type Slot = { readonly value: Value; readonly immediate: boolean }

/** Evaluates valid postfix code over everything that its operands may be. */
export function evaluate(code: Expression, around: Surroundings): Value {
  const stack: Slot[] = []
  const locals: Slot[] = []
  const push = (value: Value, immediate = false): void => {
    stack.push({ value, immediate })
  }
  for (const { op, arg = 0 } of code) {
    switch (op) {
      case 'load':
        push(around.load(arg))
        break
      case 'inrange':
        push(around.inRange(arg))
        break
      case 'var':
        push(around.variable(arg))
        break
      case 'f32.const':
        push(constantBits(arg), true)
        break
      case 'i32.const':
        push(constant(arg | 0), true)
        break
      case 'fold':
        push(around.fold!)
        break
      case 'get':
        stack.push(locals[arg]!)
        break
      case 'set':
        locals[arg] = stack.pop()!
        break
      case 'select':
        stack.push(chosen(stack.splice(-3)))
        break
      default:
        stack.push(operated(op, stack, around))
    }
  }
  return stack[0]!.value
}

function chosen([a, b, condition]: readonly Slot[]): Slot {
  const certain = truth(condition!.value)
  if (certain !== null) return certain ? a! : b!
  const value = either(a!.value, b!.value)
  return { value: condition!.value.fault && !value.fault ? { ...value, fault: condition!.value.fault } : value, immediate: false }
}

const UNARY = new Set(['sqrt', 'neg', 'abs', 'floor', 'ceil', 'trunc', 'nearest', 'from_f32', 'from_i32', 'bits'])
const NOTHING: Slot = { value: constant(0), immediate: true }

function operated(op: string, stack: Slot[], { folded, watch }: Surroundings): Slot {
  const b = UNARY.has(op.slice(4)) ? NOTHING : stack.pop()!
  const a = stack.pop()!
  if (a.immediate && b.immediate) {
    const result = SCALAR_OPS[op]!(a.value.least, b.value.least)
    if (!Number.isNaN(result) && !a.value.nan && !b.value.nan) return { value: constant(result), immediate: true }
  }
  const integer = op.startsWith('i32.') && op !== 'i32.from_f32' && op !== 'i32.bits'
  const value = integer ? integerOperation(op, a.value, b.value, folded, watch) : floatOperation(op, a.value, b.value, folded, watch)
  return { value, immediate: false }
}

/** An iteration variable that is not fixed. */
export const coordinate = (extent: number): Value => atom(0, extent - 1, 0)

/** What remains of a kernel's fold or result once it cannot be followed. */
export const anythingOf = (type: ScalarType): Value => (type === 'f32' ? ANYTHING : ANY_INTEGER)

/** Whether a load is in range: certain, or either. */
export const inRangeBit = (always: boolean, never: boolean): Value => (always ? known(1) : never ? known(0) : BIT)
