import type { Kernel } from '../../../ir/types.ts'
import { digitsOf } from './digits.ts'
import { plainLayout, valueInLayout } from './layout.ts'
import type { Operand } from './scope.ts'
import { type Tree, treeOf } from './tree.ts'
import { arrange, stridesOf, type Value } from './value.ts'
import type { GraphWriter } from './writer.ts'

/**
 * A kernel whose integers are any of 32 bits, as a tensor of such: one that puts them into another order, or counts negative ones from an end, as
 * positions in tables are. Nothing here can leave the 32 bits, which operators of ONNX say nothing about.
 * @returns null where the kernel is something else
 */
export function emitIntegers(writer: GraphWriter, kernel: Kernel, operand: (buffer: number) => Operand): Value | null {
  const { loads, shape, reduce, storeType, result } = kernel
  const found = storeType === 'i32' && reduce === null ? positionOf(treeOf(result)) : null
  const load = found && loads[found.load]!
  const { count, integers } = load ? operand(load.buffer) : { count: 0, integers: undefined }
  if (!found || !load || !integers) return null
  const digits = digitsOf(load, shape, shape.length, count, stridesOf(integers))
  const whole = digits?.every(
    ({ terms, start, offset, length, extent }) =>
      terms.length === 1 && terms[0]!.coefficient === 1 && start === 0 && offset === 0 && length === extent,
  )
  const order = digits?.map(({ terms }) => terms[0]?.variable)
  if (!digits || !whole || new Set(order).size !== shape.filter((extent) => extent > 1).length) return null
  const layout = plainLayout(shape.length)
  const ref = arrange(
    writer,
    integers,
    layout.map(([variable]) => digits.filter(({ terms }) => terms[0]!.variable === variable)),
  )
  if (found.from === 0) return valueInLayout(ref, layout, shape)
  const integer = (value: number) => writer.constant('i32', [], [value])
  const negative = writer.node('Less', [ref, integer(0)], ref.shape, {}, 'bool')
  // Added to negative ones alone.
  const start = writer.node('Where', [negative, integer(found.from), integer(0)], ref.shape, {}, 'i32')
  return valueInLayout(writer.node('Add', [ref, start], ref.shape), layout, shape)
}

/** `x`, or `x < 0 ? x + from : x`. */
function positionOf(tree: Tree): { readonly load: number; readonly from: number } | null {
  if (tree.op === 'load') return { load: tree.arg, from: 0 }
  const [moved, same, condition] = tree.args
  if (tree.op !== 'select' || moved?.op !== 'i32.add' || condition?.op !== 'i32.lt') return null
  const [own, from] = moved.args
  const [compared, zero] = condition.args
  const load = same!.arg
  const one = [own!, same!, compared!].every((each) => each.op === 'load' && each.arg === load)
  const from0 = from!.op === 'i32.const' && (from!.arg | 0) >= 0 && zero!.op === 'i32.const' && zero!.arg === 0
  return one && from0 ? { load, from: from!.arg | 0 } : null
}
