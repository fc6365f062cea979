import { product } from '../ir/types.ts'

/** Numbers over a tensor's shape: of the same rank, each extent the tensor's or 1, which stands for all positions of its axis. */
export type Grid = { readonly shape: readonly number[]; readonly data: Float64Array }

export const uniformGrid = (rank: number, value: number): Grid => ({ shape: Array<number>(rank).fill(1), data: Float64Array.of(value) })

/** One number for each position of `axis`. */
export const axisGrid = (rank: number, axis: number, data: Float64Array): Grid => ({
  shape: Array.from({ length: rank }, (_, dim) => (dim === axis ? data.length : 1)),
  data,
})

/** The numbers along one axis; null where they vary along another. A negative axis counts from the end. */
export function alongAxis({ shape, data }: Grid, axis: number, extent: number): Float64Array | null {
  const at = axis < 0 ? axis + shape.length : axis
  if (shape.some((size, dim) => dim !== at && size > 1)) return null
  return data.length === 1 ? new Float64Array(extent).fill(data[0]!) : data
}

/** The number at each element of `shape`, row-major. */
export function expand(grid: Grid, shape: readonly number[]): Float64Array {
  const steps = shape.map((_, dim) => (grid.shape[dim] === 1 ? 0 : product(grid.shape.slice(dim + 1))))
  const result = new Float64Array(product(shape))
  const position = shape.map(() => 0)
  let at = 0
  for (let element = 0; element < result.length; element += 1) {
    result[element] = grid.data[at]!
    for (let dim = shape.length - 1; dim >= 0; dim -= 1) {
      position[dim]! += 1
      at += steps[dim]!
      if (position[dim]! < shape[dim]!) break
      at -= steps[dim]! * shape[dim]!
      position[dim] = 0
    }
  }
  return result
}

/** The smallest grid of these numbers: axes along which they are alike get extent 1. */
export function compress(shape: readonly number[], data: Float64Array): Grid {
  let current: Grid = { shape, data }
  for (const dim of shape.keys()) {
    const { shape: extents, data: values } = current
    const [extent, inner] = [extents[dim]!, product(extents.slice(dim + 1))]
    if (extent === 1) continue
    const outer = values.length / (extent * inner)
    const first = (element: number): number => Math.floor(element / (extent * inner)) * extent * inner + (element % inner)
    if (!values.every((value, element) => value === values[first(element)])) continue
    const kept = new Float64Array(outer * inner)
    for (let element = 0; element < kept.length; element += 1)
      kept[element] = values[Math.floor(element / inner) * extent * inner + (element % inner)]!
    current = { shape: extents.with(dim, 1), data: kept }
  }
  return current
}
