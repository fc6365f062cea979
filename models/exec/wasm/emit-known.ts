import type { Context } from './context.ts'
import { addConstant, shiftBy } from './emit-operation.ts'
import type { Graph } from './graph.ts'
import type { Mnemonic } from './opcodes.ts'

/** An operation that only asks for one of its operands. @property finish  makes the result of that one, when it lies on the stack */
export type KnownOperand = { readonly asked: number; readonly finish: () => void }

/** An operation on lanes that is cheaper because one operand is known; undefined where it is not. */
export function withKnown(context: Context, { nodes }: Graph, op: string, args: readonly number[]): KnownOperand | undefined {
  const { code } = context
  const known = args.findLast((operand) => nodes[operand]!.op.endsWith('.const'))
  if (known === undefined) return undefined
  const bits = nodes[known]!.arg
  const asked = known === args[1] ? args[0]! : args[1]!
  if (op === 'i32.add') return { asked, finish: () => addConstant(context, [bits, bits, bits, bits]) }
  const shift = known === args[1] ? shiftBy(op) : undefined
  if (shift) {
    const finish = (): void => {
      code.int(bits)
      code.op(shift)
    }
    return { asked, finish }
  }
  const limit = limitBy(op, bits)
  if (!limit) return undefined
  const finish = (): void => {
    context.splat(bits)
    for (const step of limit) {
      if (step === 'f32x4.add') context.splat(0)
      code.op(step)
    }
  }
  return { asked, finish }
}

const POSITIVE_ZERO = 0
const NEGATIVE_ZERO = 0x80000000
const INFINITY = 0x7f800000

/**
 * Minimum and maximum of `x` and a constant, which lie on the stack in this order, by the machine's own instruction: that gives `x` where a
 * comparison is false, hence where `x` is NaN, as it should be, and where both are zeros. The greater of -0 and +0 is then made +0 by adding it,
 * which changes nothing else; the smaller of +0 and -0, which nobody asks for, is left to the general instruction, and so is a constant NaN.
 */
function limitBy(op: string, bits: number): readonly Mnemonic[] | undefined {
  if ((bits & 0x7fffffff) > INFINITY) return undefined
  if (op === 'f32.max') return bits === POSITIVE_ZERO ? ['f32x4.pmax', 'f32x4.add'] : ['f32x4.pmax']
  return op === 'f32.min' && bits !== NEGATIVE_ZERO ? ['f32x4.pmin'] : undefined
}
