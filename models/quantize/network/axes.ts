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
const ROWS: readonly string[] = ['LayerNormalization', 'RMSNormalization']

/** The axis along which a tensor has channels: the second of what convolutions and pools read and write, the last of what matrices
 * and norms of rows do. */
export function axesOf(nodes: readonly GraphNode[], tensors: Tensors, constants: ReadonlyMap<string, unknown>): Map<string, number> {
  const axes = new Map<string, number>()
  const rank = (name: string): number => tensors.get(name)?.shape.length ?? 0
  const byRank = (name: string): number => (rank(name) >= 4 ? 1 : Math.max(0, rank(name) - 1))
  for (const { op, inputs, outputs } of nodes) {
    const extents = (name: string): string | undefined => tensors.get(name)?.shape.join()
    const [first = ''] = [...inputs.filter((name) => !constants.has(name) && extents(name) === extents(outputs[0]!)), ...inputs]
    if (!axes.has(first)) axes.set(first, IMAGES.includes(op) ? 1 : byRank(first))
    for (const output of outputs) {
      const alike = extents(output) === extents(first)
      if (IMAGES.includes(op)) axes.set(output, 1)
      else if (ROWS.includes(op)) axes.set(output, rank(output) - 1)
      else if (MATRICES.includes(op)) {
        const isWeighted = constants.has(inputs[1]!) && rank(inputs[1]!) === 2
        axes.set(output, rank(output) <= 3 || isWeighted ? Math.max(0, rank(output) - 1) : 1)
      } else axes.set(output, alike ? axes.get(first)! : byRank(output))
    }
  }
  return axes
}
