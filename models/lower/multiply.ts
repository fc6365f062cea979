import type { Expression, StoreType } from '../ir/types.ts'
import { contract, type Labelled } from './contract.ts'
import { broadcastShape, reshapeOrCopy } from './factors.ts'
import type { NodeReader } from './node.ts'
import { shapeOf, type View } from './view.ts'

/** Loads: 0 the left matrix, 1 the right one, from 2 on `others`, which `[..., M, N, K]` broadcasts if they have `rank` dimensions. */
export type MatrixProduct = {
  readonly term: Expression
  readonly result: Expression
  readonly others: readonly View[]
  readonly type: Exclude<StoreType, 'f16'>
}

/**
 * `[..., M, K] x [..., K, N]` with broadcast leading dimensions, as ONNX MatMul has it: an operand of one dimension is a row or a column, and
 * the result lacks that dimension. `others` are broadcast to `[..., M, N]`.
 * @throws {OpineError} `INVALID_NODE`
 */
export function multiply(node: NodeReader, a: View, b: View, { term, result, others, type }: MatrixProduct): View {
  if (a.dims.length === 0 || b.dims.length === 0) throw node.invalid('multiplies a scalar')
  const left = a.dims.length === 1 ? { ...a, dims: [[], ...a.dims] } : a
  const right = b.dims.length === 1 ? { ...b, dims: [...b.dims, []] } : b
  const outer = (view: View): View => ({ ...view, dims: view.dims.slice(0, -2) })
  const batch = broadcastShape([outer(left), outer(right)])
  if (!batch) throw node.invalid('has leading dimensions that cannot be broadcast')
  const rank = batch.length
  const [rows, depth] = shapeOf(left).slice(-2) as [number, number]
  const [height, columns] = shapeOf(right).slice(-2) as [number, number]
  if (depth !== height) throw node.invalid('multiplies matrices whose inner extents differ')

  // Labels: the batch, M, N, K.
  const [m, n, k] = [rank, rank + 1, rank + 2]
  const labelled = (view: View, ...last: number[]): Labelled => {
    const own = view.dims.length - 2
    return { view, labels: [...Array.from({ length: own }, (_, dim) => rank - own + dim), ...last] }
  }
  const sizes = [...batch, rows, columns, depth]
  const output = sizes.slice(0, -1).map((_, label) => label)
  const rest = others.map((view): Labelled => {
    const fits = shapeOf(view).every((extent, dim) => extent === 1 || extent === sizes[dim + output.length - view.dims.length])
    if (view.dims.length > output.length || !fits) throw node.invalid('has an operand that cannot be broadcast to the product')
    return { view, labels: output.slice(output.length - view.dims.length) }
  })
  const operands = [labelled(left, m, k), labelled(right, k, n), ...rest] as const
  const product = contract(node.builder, { operands, sizes, output, term, result, type })
  const kept = [...batch, ...(a.dims.length === 1 ? [] : [rows]), ...(b.dims.length === 1 ? [] : [columns])]
  return reshapeOrCopy(node.builder, product, kept)
}
