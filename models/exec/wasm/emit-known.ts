import type { Context } from './context.ts'
import { addConstant, limitBy, shiftBy } from './emit-operation.ts'
import type { Graph } from './graph.ts'

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
