import { product } from '../../ir/types.ts'
import type { GraphNode } from '../../onnx/types.ts'
import type { Network } from './network.ts'

/** Operators behind which every axis is the same one. */
const SAME: readonly string[] = [
  'Slice',
  'Split',
  'Relu',
  'Clip',
  'MaxPool',
  'Pad',
  'Resize',
  'Upsample',
  'Neg',
  'Add',
  'Sub',
  'Mul',
  'Div',
]
const SHAPED: readonly string[] = ['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']

/** The axes of a moving node's output along which numbers may vary that vary along these axes of its input. */
export function axesBehind(
  { tensors, constants }: Network,
  node: GraphNode,
  input: string,
  output: string,
  axes: readonly number[],
): readonly number[] {
  const [from, to] = [tensors.get(input)!.shape, tensors.get(output)!.shape]
  const { op, attributes } = node
  const int = (name: string, fallback: number): number => {
    const attribute = attributes[name]
    const value = attribute && 'int' in attribute ? attribute.int : fallback
    return value < 0 ? value + from.length : value
  }
  if (SAME.includes(op)) return axes
  // What is put beside it has its own.
  if (op === 'Concat') return to[int('axis', 1)] === from[int('axis', 1)] ? axes : [...new Set([...axes, int('axis', 1)])]
  if (op === 'Transpose') {
    const { perm } = attributes
    const places = perm && 'ints' in perm ? perm.ints : from.map((_, dim) => from.length - 1 - dim)
    return axes.map((axis) => places.indexOf(axis))
  }
  if (op === 'Expand' || op === 'Tile') return axes.map((axis) => axis + to.length - from.length)
  if (op === 'Gather') {
    const along = int('axis', 0)
    const places = constants.get(node.inputs[1]!)?.shape.length ?? 1
    return axes.flatMap((axis) =>
      axis < along ? [axis] : axis > along ? [axis + places - 1] : to.slice(axis, axis + places).map((_, dim) => axis + dim),
    )
  }
  if (SHAPED.includes(op)) return reshaped(from, to, axes)
  return to.map((_, axis) => axis)
}

/** An axis steps from its stride up to that of the one before it; those of the output that do so in between vary with it. */
function reshaped(from: readonly number[], to: readonly number[], axes: readonly number[]): readonly number[] {
  const strides = (shape: readonly number[], axis: number) => ({ least: product(shape.slice(axis + 1)), end: product(shape.slice(axis)) })
  return to.flatMap((extent, dim) => {
    const own = strides(to, dim)
    const meets = axes.some((axis) => {
      const { least, end } = strides(from, axis)
      return least < own.end && own.least < end
    })
    return extent > 1 && meets ? [dim] : []
  })
}
