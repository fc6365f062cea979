import { f32, get, load, op, set } from '../../ir/expression.ts'
import { elementType } from '../../onnx/decode-tensor.ts'
import type { ElementType } from '../../onnx/types.ts'
import { reshapeOrCopy } from '../factors.ts'
import { mapElements, reduceAxes } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { centred, Operands, type QuantizedType, quantized } from '../quantize.ts'
import { countOf, shapeOf, slice, type View } from '../view.ts'

export function quantizedType(node: NodeReader, type: ElementType): QuantizedType {
  if (type === 'u8' || type === 'i8') return type
  throw node.unsupported(`quantised values of type ${type}`, 'uint8 or int8')
}

/** A scale or zero point as it is broadcast to a tensor of `shape`: one for all, one each position of `axis`, or one each block along it. */
function along(node: NodeReader, view: View, shape: readonly number[]): View {
  if (countOf(view) === 1) return { ...view, dims: [] }
  const axis = node.axis(node.int('axis', 1), shape.length)
  const block = node.int('block_size', 0)
  const own = shapeOf(view)
  if (block === 0) {
    if (own.length !== 1 || own[0] !== shape[axis]) throw node.invalid(`wants one scale for each position of axis ${axis}`)
    return { ...view, dims: shape.slice(axis).map((_, dim) => (dim === 0 ? view.dims[0]! : [])) }
  }
  const blocks = Math.ceil(shape[axis]! / block)
  if (block < 0 || own.length !== shape.length || own.some((extent, dim) => extent !== (dim === axis ? blocks : shape[dim]))) {
    throw node.invalid(`wants one scale for each block of ${block} along axis ${axis}`)
  }
  const repeat = { extent: block, stride: 0, guards: view.guards.map(() => 0) }
  const repeated = { ...view, dims: view.dims.with(axis, block === 1 ? view.dims[axis]! : [...view.dims[axis]!, repeat]) }
  if (blocks * block === shape[axis]) return repeated
  return slice(node.builder.copy(repeated), axis, 0, shape[axis]!, 1)!
}

/** Saturates; rounds to nearest, ties to even. */
function quantizeLinear(node: NodeReader): Value[] {
  const [x, scale, zero] = [node.input(0), node.input(1), node.optional(2)]
  const wanted = node.int('output_dtype', 0)
  const type = quantizedType(node, zero?.type ?? (wanted === 0 ? 'u8' : elementType(wanted, `the output of '${node.label}'`)))
  if (x.type !== 'f32' && x.type !== 'f16' && x.type !== 'i32') throw node.unsupported(`an input of type ${x.type}`, 'float32')
  const shape = shapeOf(x.view)
  const operands = new Operands(1)
  const divisor = operands.f32(along(node, scale.view, shape))
  const zeroPoint = operands.zeroPoint(zero && along(node, zero.view, shape))
  const value = x.type === 'i32' ? [load(0), op('f32.from_i32')] : [load(0)]
  const code = quantized([...value, ...divisor, op('f32.div')], zeroPoint, type)
  return [{ type, view: mapElements(node.builder, [x.view, ...operands.views], shape, code, type) }]
}

function dequantizeLinear(node: NodeReader): Value[] {
  const [x, scale, zero] = [node.input(0), node.input(1), node.optional(2)]
  if (x.type !== 'i32') quantizedType(node, x.type)
  if (zero && zero.type !== x.type) throw node.invalid('has a zero point of another type than its input')
  const shape = shapeOf(x.view)
  const operands = new Operands(1)
  const factor = operands.f32(along(node, scale.view, shape))
  const zeroPoint = operands.zeroPoint(zero && along(node, zero.view, shape))
  const code = [...centred([load(0)], zeroPoint), op('f32.from_i32'), ...factor, op('f32.mul')]
  return [{ type: 'f32', view: mapElements(node.builder, [x.view, ...operands.views], shape, code, 'f32') }]
}

/** To uint8 over the range of all elements and 0; the scale of a tensor of zeros is 1. */
function dynamicQuantizeLinear(node: NodeReader): Value[] {
  const { builder } = node
  const x = node.input(0)
  if (x.type !== 'f32') throw node.unsupported(`an input of type ${x.type}`, 'float32')
  const shape = shapeOf(x.view)
  const extreme = (name: 'max' | 'min'): View => {
    const result = [op('fold'), f32(0), op(`f32.${name}`)]
    const axes = shape.map((_, dim) => dim)
    return reshapeOrCopy(builder, reduceAxes(builder, x.view, axes, { op: name, term: [load(0)], result, type: 'f32' }), [])
  }
  const [most, least] = [extreme('max'), extreme('min')]
  const range = [load(0), load(1), op('f32.sub'), set(0)]
  const scale = mapElements(
    builder,
    [most, least],
    [],
    [...range, f32(1), get(0), f32(255), op('f32.div'), get(0), f32(0), op('f32.eq'), op('select')],
    'f32',
  )
  const zero = mapElements(
    builder,
    [least, scale],
    [],
    quantized([f32(0), load(0), load(1), op('f32.div'), op('f32.sub')], null, 'u8'),
    'u8',
  )
  const y = mapElements(builder, [x.view, scale, zero], shape, quantized([load(0), load(1), op('f32.div')], [load(2)], 'u8'), 'u8')
  return [
    { type: 'u8', view: y },
    { type: 'f32', view: scale },
    { type: 'u8', view: zero },
  ]
}

export const QUANTIZE: OperatorTable = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
}
