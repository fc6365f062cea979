import type { GraphNode } from '../../onnx/types.ts'
import type { Tensors } from './network.ts'

const IMAGES: readonly string[] = [
  'Conv',
  'ConvTranspose',
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'BatchNormalization',
  'InstanceNormalization',
]
const MATRICES: readonly string[] = ['MatMul', 'Gemm']

/** The axis along which a tensor has channels: the second of what convolutions and pools read and write, the last of what matrices do. */
export function axesOf(nodes: readonly GraphNode[], tensors: Tensors): Map<string, number> {
  const axes = new Map<string, number>()
  const rank = (name: string): number => tensors.get(name)?.shape.length ?? 0
  const byRank = (name: string): number => (rank(name) >= 4 ? 1 : Math.max(0, rank(name) - 1))
  for (const { op, inputs, outputs } of nodes) {
    const [first = ''] = inputs
    if (!axes.has(first)) axes.set(first, IMAGES.includes(op) ? 1 : byRank(first))
    for (const output of outputs) {
      const alike = tensors.get(output)?.shape.join() === tensors.get(first)?.shape.join()
      if (IMAGES.includes(op)) axes.set(output, 1)
      else if (MATRICES.includes(op)) axes.set(output, rank(output) <= 3 ? Math.max(0, rank(output) - 1) : 1)
      else axes.set(output, alike ? axes.get(first)! : byRank(output))
    }
  }
  return axes
}
