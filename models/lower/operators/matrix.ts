import { f32, i32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { type Builder, byStride } from '../builder.ts'
import { repack } from '../constant.ts'
import { at } from '../draft-load.ts'
import { broadcastShape, partsOf, reshapeOrCopy, splitAlike } from '../factors.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { broadcast, permute, reshape, shapeOf, type View } from '../view.ts'
import { arithmeticType } from './elementwise.ts'

/** Added to, or scaling, each element of a product; `load(2)` is `addend`, broadcast to the output's shape. */
type Epilogue = { readonly result: Expression; readonly addend: View | null }

/**
 * `[..., M, K] x [..., K, N]` with broadcast leading dimensions. The terms are taken in the order in which `a` lies in its buffer (`b`, if
 * only `a` is constant), and a constant operand is laid out to match while compiling, so that a step opens neighbouring words.
 */
function multiply(node: NodeReader, a: View, b: View, epilogue: Epilogue, type: 'f32' | 'i32'): View {
  const { builder } = node
  const rank = Math.max(a.dims.length, b.dims.length)
  const grown = (view: View): View => broadcast(view, [...Array<number>(rank - view.dims.length).fill(1), ...shapeOf(view)])
  // Both with the reduced dimension last.
  const left = grown(a)
  const right = permute(grown(b), swapLast(rank))
  const depth = shapeOf(left)[rank - 1]!
  if (depth !== shapeOf(right)[rank - 1]) throw node.invalid('multiplies matrices whose inner extents differ')
  const batch = broadcastShape([outer(left), outer(right)])
  if (!batch) throw node.invalid('has leading dimensions that cannot be broadcast')
  const [first, second] = alignDepth(builder, left, right)
  const rows = shapeOf(left)[rank - 2]!
  const columns = shapeOf(right)[rank - 2]!
  // Every operand over [batch, M, N, K], repeated along the dimensions that it lacks.
  const shape = [...batch, rows, columns]
  const target = [...shape, depth]
  const operands = [withDim(first, rank - 1), withDim(second, rank - 2)]
  if (epilogue.addend) operands.push(withDim(epilogue.addend, epilogue.addend.dims.length))
  const split = splitAlike(builder, operands, target)
  const extents = split.parts.flat()
  const folded = partsOf(split, [target.length - 1])
  const kept = extents.map((_, dim) => dim).filter((dim) => !folded.includes(dim))
  const order = byStride(split.views[first.buffer.kind === 'constant' ? 1 : 0]!, folded)
  const variables = [...(kept.length > 0 ? kept : [-1]), ...order]
  const output = builder.emit({
    type,
    shape: kept.length > 0 ? kept.map((dim) => extents[dim]!) : [1],
    operands: split.views.map((view) => ({ view, at: extents.map((_, dim) => at(variables.indexOf(dim))) })),
    reduce: { op: 'sum', extents: order.length > 0 ? order.map((dim) => extents[dim]!) : [1], term: [load(0), load(1), op(`${type}.mul`)] },
    result: epilogue.result,
  })
  return reshapeOrCopy(builder, output, shape)
}

const swapLast = (rank: number): number[] => Array.from({ length: rank }, (_, dim) => (dim < rank - 2 ? dim : 2 * rank - 3 - dim))

/** The view with one more dimension, of extent 1. */
const withDim = (view: View, dim: number): View => ({ ...view, dims: view.dims.toSpliced(dim, 0, []) })

const outer = (view: View): View => ({ ...view, dims: view.dims.slice(0, -2) })

/** Lays a constant operand out so that its last dimension is cut, and walked, as the other operand's. */
function alignDepth(builder: Builder, left: View, right: View): [View, View] {
  if (right.buffer.kind === 'constant') return [left, packLike(builder, right, left)]
  if (left.buffer.kind === 'constant') return [packLike(builder, left, right), right]
  return [left, right]
}

function packLike(builder: Builder, constant: View, model: View): View {
  const parts = model.dims.at(-1)!
  const head = shapeOf(constant).slice(0, -1)
  const cut = reshape(constant, [...head, ...parts.map((factor) => factor.extent)])
  // A constant that repeats along a dimension stays as it is.
  if (!cut || cut.guards.length > 0 || cut.dims.flat().some((factor) => factor.stride === 0)) return constant
  const tail = parts.map((_, index) => head.length + index)
  const part = { ...model, dims: parts.map((factor) => [factor]) }
  const order = [...head.map((_, dim) => dim), ...byStride(part).map((index) => tail[index]!)]
  const packed = permute(
    repack(permute(cut, order)),
    order.map((_, dim) => order.indexOf(dim)),
  )
  return reshapeOrCopy(builder, packed, shapeOf(constant))
}

function scalarType(node: NodeReader, values: readonly Value[]): 'f32' | 'i32' {
  const type = arithmeticType(node, values)
  if (type === 'f32' || type === 'i32') return type
  throw node.unsupported(`inputs of type ${type}`, 'the same with float32')
}

function matMul(node: NodeReader): Value[] {
  const [a, b] = [node.input(0), node.input(1)]
  const type = scalarType(node, [a, b])
  const [left, right] = [shapeOf(a.view), shapeOf(b.view)]
  if (left.length === 0 || right.length === 0) throw node.invalid('multiplies a scalar')
  const result = multiply(
    node,
    left.length === 1 ? { ...a.view, dims: [[], ...a.view.dims] } : a.view,
    right.length === 1 ? { ...b.view, dims: [...b.view.dims, []] } : b.view,
    { result: [op('fold')], addend: null },
    type,
  )
  const shape = shapeOf(result)
  const rank = shape.length
  const kept = shape.filter((_, dim) => !(dim === rank - 2 && left.length === 1) && !(dim === rank - 1 && right.length === 1))
  return [{ type, view: reshapeOrCopy(node.builder, result, kept) }]
}

function gemm(node: NodeReader): Value[] {
  const [a, b, c] = [node.input(0), node.input(1), node.optional(2)]
  const type = scalarType(node, c ? [a, b, c] : [a, b])
  if (a.view.dims.length !== 2 || b.view.dims.length !== 2) throw node.invalid('wants matrices')
  const left = node.int('transA', 0) === 1 ? permute(a.view, [1, 0]) : a.view
  const right = node.int('transB', 0) === 1 ? permute(b.view, [1, 0]) : b.view
  const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)]
  const scaled = (value: Expression, factor: number): Expression => {
    if (factor === 1) return value
    if (type === 'i32' && !Number.isInteger(factor)) throw node.unsupported(`int32 with the factor ${factor}`, 'a whole factor')
    return [...value, type === 'f32' ? f32(factor) : i32(factor), op(`${type}.mul`)]
  }
  const product = scaled([op('fold')], alpha)
  const shape = [shapeOf(left)[0]!, shapeOf(right)[1]!]
  const addend = c && beta !== 0 ? c.view : null
  if (addend && !fitsInto(shapeOf(addend), shape)) throw node.invalid('has an addend that cannot be broadcast to the product')
  const result = addend ? [...product, ...scaled([load(2)], beta), op(`${type}.add`)] : product
  return [{ type, view: multiply(node, left, right, { result, addend: addend && broadcast(addend, shape) }, type) }]
}

const fitsInto = (shape: readonly number[], target: readonly number[]): boolean =>
  shape.length <= target.length && shape.every((extent, dim) => extent === 1 || extent === target[dim + target.length - shape.length])

export const MATRIX: OperatorTable = { MatMul: matMul, Gemm: gemm }
