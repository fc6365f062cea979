import { product } from '../../ir/types.ts'
import type { GraphNode } from '../../onnx/types.ts'
import type { Network } from '../network/network.ts'

/** So many times as many numbers are calculated from those of a bottleneck. */
const LEAST_RATIO = 4
/** Longer sums leave weights too few bits where what they multiply is wide. */
const MOST_TERMS = 1024

/**
 * Whether much hangs on a few numbers: only products with constant weights read the tensor, and they give at least four times as many numbers as
 * it has. Its rounding then shows in all of them, and more bits for it cost little.
 */
export function isBottleneck({ readers, tensors, constants }: Network, name: string): boolean {
  const size = (tensor: string): number => product(tensors.get(tensor)!.shape)
  const own = readers.get(name) ?? []
  const termsOf = ({ op, inputs, outputs }: GraphNode): number => {
    const weights = inputs[0] === name ? constants.get(inputs[1] ?? '') : undefined
    if (!weights || !['Conv', 'Gemm', 'MatMul'].includes(op)) return Number.POSITIVE_INFINITY
    // Of a matrix every number of a row, of filters all but the filters themselves.
    return op === 'Conv' ? product(weights.shape.slice(1)) : product(weights.shape) / tensors.get(outputs[0]!)!.shape.at(-1)!
  }
  const given = own.reduce((sum, { outputs }) => sum + size(outputs[0]!), 0)
  return own.length > 0 && own.every((node) => termsOf(node) <= MOST_TERMS) && given >= LEAST_RATIO * size(name)
}
