import { product } from '../../ir/types.ts'
import { elementType } from '../../onnx/decode-tensor.ts'
import { packTensor } from '../../onnx/encode.ts'
import type { ElementType } from '../../onnx/types.ts'
import { band } from '../band.ts'
import { bigintsOf, constantOf } from '../constant.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { broadcast, countOf, shapeOf, type View } from '../view.ts'
import { emptyOf, integers } from './shared.ts'

/** Constants of more elements are not made while compiling. */
const MAX_ELEMENTS = 16_777_216

/** From operator set 15 on of the dimensions `start` to before `end`. */
function shape(node: NodeReader): Value[] {
  const extents = shapeOf(node.input(0).view)
  const part = extents.slice(node.int('start', 0), node.attribute('end') ? node.int('end', 0) : extents.length)
  return [integers(node, [part.length], part)]
}

const size = (node: NodeReader): Value[] => [integers(node, [], [countOf(node.input(0).view)])]

const scalar = (node: NodeReader, type: ElementType, value: number): View =>
  constantOf(packTensor({ name: node.label, type, shape: [], data: [value] }))

/** One element, repeated without a copy. */
function constantOfShape(node: NodeReader): Value[] {
  const extents = node.known(0)
  if (!extents || extents.some((extent) => extent < 0)) throw node.invalid(`has the shape [${extents ?? ''}]`)
  const attribute = node.attribute('value')
  if (attribute && !('tensor' in attribute)) throw node.invalid("has an attribute 'value' that is no tensor")
  const type = attribute?.tensor.type ?? 'f32'
  const one = attribute ? constantOf({ ...attribute.tensor, name: node.label, shape: [] }) : scalar(node, type, 0)
  if (attribute && product(attribute.tensor.shape) !== 1) throw node.invalid('has a value of more than one element')
  if (product(extents) === 0) return [emptyOf(node, type, extents)]
  return [{ type, view: broadcast(one, extents) }]
}

/** `start + i * delta` below (above, for a negative delta) `limit`; float32 in float32. */
function range(node: NodeReader): Value[] {
  const [start, limit, delta] = [0, 1, 2].map((index) => node.known(index)?.[0])
  if (start === undefined || limit === undefined || delta === undefined || delta === 0)
    throw node.invalid('lacks its bounds, or steps by 0')
  const { type } = node.input(0)
  const count = Math.max(0, Math.ceil((limit - start) / delta))
  if (count > MAX_ELEMENTS) throw node.unsupported(`a range of ${count} numbers`, `at most ${MAX_ELEMENTS}`)
  if (type === 'f32') {
    const data = Array.from({ length: count }, (_, index) => Math.fround(start + Math.fround(index * delta)))
    return [{ type, view: constantOf(packTensor({ name: node.label, type, shape: [count], data })) }]
  }
  if (type === 'f16' || type === 'f64') throw node.unsupported(`numbers of type ${type}`, 'float32, int32 or int64')
  const [first, , step] = [0, 1, 2].map((index) => bigintsOf(node.input(index).view)![0]!)
  const data = Array.from({ length: count }, (_, index) => first! + BigInt(index) * step!)
  return [{ type, view: constantOf(packTensor({ name: node.label, type, shape: [count], data })) }]
}

/** Ones on the diagonal `k` above the main one. The input gives the shape, and the type where `dtype` does not. */
function eyeLike(node: NodeReader): Value[] {
  const like = node.input(0)
  const extents = shapeOf(like.view)
  if (extents.length !== 2) throw node.invalid('wants a matrix')
  const type = node.attribute('dtype') ? elementType(node.int('dtype', 1), `the EyeLike '${node.label}'`) : like.type
  const one = type === 'f16' ? scalar(node, type, HALF_ONE) : scalar(node, type, 1)
  const k = node.int('k', 0)
  return [{ type, view: band(node.builder, broadcast(one, extents), 0, 1, k, k, 0) }]
}

const HALF_ONE = 0x3c00

/** Coordinates of what is not 0, one row a dimension, in row-major order. */
function nonZero(node: NodeReader): Value[] {
  const values = node.known(0)!
  const extents = shapeOf(node.input(0).view)
  const found = values.flatMap((value, index) => (value !== 0 ? [index] : []))
  const rows = extents.map((extent, dim) => found.map((index) => Math.floor(index / product(extents.slice(dim + 1))) % extent))
  return [integers(node, [extents.length, found.length], rows.flat())]
}

/** The upper or lower triangle of the last two dimensions; the rest is 0. */
function trilu(node: NodeReader): Value[] {
  const data = node.input(0)
  const rank = data.view.dims.length
  if (rank < 2) throw node.invalid('wants a tensor of at least two dimensions')
  const k = node.known(1)?.[0] ?? 0
  const upper = node.int('upper', 1) === 1
  if (countOf(data.view) === 0) return [data]
  const bounds = upper ? ([k, Number.MAX_SAFE_INTEGER] as const) : ([Number.MIN_SAFE_INTEGER, k] as const)
  return [{ type: data.type, view: band(node.builder, data.view, rank - 2, rank - 1, ...bounds, 0) }]
}

export const GENERATORS: OperatorTable = {
  Shape: shape,
  Size: size,
  ConstantOfShape: constantOfShape,
  Range: range,
  EyeLike: eyeLike,
  NonZero: nonZero,
  Trilu: trilu,
}
