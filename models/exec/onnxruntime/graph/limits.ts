import { binary, binaryOf, type Operation } from './operand.ts'
import type { GraphWriter, Ref } from './writer.ts'

/** A bound on one side, joined with one on the other; where limits are whole numbers, before rounding, so that a convolution takes them up. */
export const limited =
  (side: 'Max' | 'Min'): Operation =>
  (operands) => {
    const { writer, args, refs } = operands
    const [value, limit] = typeof args[1] === 'number' ? [refs[0]!, args[1]] : [refs[1]!, args[0]!]
    if (typeof limit !== 'number' || value.type === 'bool') return binary(side)(operands)
    const before = writer.made(value)
    if (before && (before.op === 'Floor' || before.op === 'Round') && Number.isInteger(limit)) {
      const inner = limited(side)({ ...operands, args: [before.inputs[0]!, limit], refs: [before.inputs[0]!, writer.scalar(limit)] }) as Ref
      return writer.node(before.op, [inner], inner.shape)
    }
    if (before && side === 'Min' && before.op === 'Relu') return clip(writer, before.inputs[0]!, 0, limit)
    if (side === 'Max' && limit === 0) return writer.node('Relu', [value], value.shape)
    return side === 'Max' ? clip(writer, value, limit, null) : clip(writer, value, null, limit)
  }

function clip(writer: GraphWriter, value: Ref, low: number | null, high: number | null): Ref {
  const before = writer.made(value)
  if (before?.op === 'Clip' && low === null && high !== null) {
    const [inner, least, greatest] = before.inputs
    if (greatest && greatest.name !== '') return binaryOf('Min', writer, value, writer.scalar(high))
    return writer.node('Clip', [inner!, least!, writer.scalar(high)], value.shape)
  }
  if (low === null) return binaryOf('Min', writer, value, writer.scalar(high!))
  return writer.node('Clip', [value, writer.scalar(low), ...(high === null ? [] : [writer.scalar(high)])], value.shape)
}
