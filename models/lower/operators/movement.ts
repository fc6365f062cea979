import { product } from '../../ir/types.ts'
import { packTensor } from '../../onnx/encode.ts'
import { constantOf } from '../constant.ts'
import type { Item, NodeReader, OperatorTable, Value } from '../node.ts'
import { broadcast, permute, shapeOf } from '../view.ts'
import { reshaped } from './shared.ts'

/** A dimension of 0 copies the input's, -1 takes what is left. */
function reshape(node: NodeReader): Value[] {
  const data = node.input(0)
  const old = shapeOf(data.view)
  const wanted = node.opset < 5 ? node.ints('shape') : node.known(1)
  if (!wanted) throw node.invalid('has no shape to reshape to')
  const keepsZero = node.int('allowzero', 0) === 1
  const shape = wanted.map((extent, dim) => (extent === 0 && !keepsZero ? (old[dim] ?? -2) : extent))
  const free = shape.indexOf(-1)
  const known = product(shape.filter((extent) => extent !== -1))
  if (free >= 0) shape[free] = known > 0 ? product(old) / known : 0
  if (product(shape) !== product(old) || shape.some((extent) => !Number.isInteger(extent) || extent < 0)) {
    throw node.invalid(`cannot be reshaped to [${wanted}]`)
  }
  return [reshaped(node, data, shape)]
}

function flatten(node: NodeReader): Value[] {
  const data = node.input(0)
  const shape = shapeOf(data.view)
  const given = node.int('axis', 1)
  const axis = given === shape.length ? given : node.axis(given, shape.length)
  return [reshaped(node, data, [product(shape.slice(0, axis)), product(shape.slice(axis))])]
}

function transpose(node: NodeReader): Value[] {
  const data = node.input(0)
  const rank = data.view.dims.length
  const order = node.ints('perm') ?? data.view.dims.map((_, dim) => rank - 1 - dim)
  if (order.length !== rank || [...order].sort((a, b) => a - b).some((dim, index) => dim !== index)) {
    throw node.invalid(`has the permutation [${order}]`)
  }
  return [{ type: data.type, view: permute(data.view, order) }]
}

/** Axes are an attribute up to operator set 12, then an input. */
const axesOf = (node: NodeReader): readonly number[] | null => (node.opset < 13 ? node.ints('axes') : node.known(1))

function squeeze(node: NodeReader): Value[] {
  const data = node.input(0)
  const shape = shapeOf(data.view)
  const axes = axesOf(node)?.map((axis) => node.axis(axis, shape.length))
  const gone = (extent: number, dim: number): boolean => (axes ? axes.includes(dim) : extent === 1)
  if (shape.some((extent, dim) => gone(extent, dim) && extent !== 1)) throw node.invalid('squeezes a dimension that is not 1')
  return [
    reshaped(
      node,
      data,
      shape.filter((extent, dim) => !gone(extent, dim)),
    ),
  ]
}

function unsqueeze(node: NodeReader): Value[] {
  const data = node.input(0)
  const given = axesOf(node)
  if (!given) throw node.invalid('has no axes')
  const rank = data.view.dims.length + given.length
  const axes = given.map((axis) => node.axis(axis, rank))
  const rest = shapeOf(data.view)
  if (new Set(axes).size !== axes.length) throw node.invalid(`names an axis twice in [${given}]`)
  return [
    reshaped(
      node,
      data,
      Array.from({ length: rank }, (_, dim) => (axes.includes(dim) ? 1 : rest.shift()!)),
    ),
  ]
}

const identity = (node: NodeReader): Item[] => [node.item(0) ?? node.input(0)]

/** At inference, or at a ratio of 0, nothing is dropped, and the mask, where wanted, is true everywhere. */
function dropout(node: NodeReader): Value[] {
  const data = node.input(0)
  const training = node.opset >= 12 && node.known(2)?.[0] === 1 && node.known(1)?.[0] !== 0
  if (training) throw node.unsupported('training mode', 'Dropout at inference (training_mode false)')
  if (!node.wants(1)) return [data]
  const shape = shapeOf(data.view)
  const type = node.opset < 10 ? 'f32' : 'bool'
  const one = constantOf(packTensor({ name: node.node.outputs[1]!, type, shape: [], data: [1] }))
  return [data, { type, view: broadcast(one, shape) }]
}

export const MOVEMENT: OperatorTable = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Identity: identity,
  Dropout: dropout,
}
