/** Networks that are quantised already, as the tools of the ecosystem write them. */
import { Net } from './net.ts'

/** What a tensor is quantised by. */
type Scale = { readonly scale: number; readonly zero: number }

const UNIT: Scale = { scale: 0.031, zero: 120 }

/** QuantizeLinear and DequantizeLinear behind each other, with a type of eight bits. */
function pair(net: Net, x: string, { scale, zero }: Scale, type: 'u8' | 'i8' = 'u8'): string {
  const parameters = [net.scalar(scale), net.constant(type, [], [zero])]
  return net.node('DequantizeLinear', [net.node('QuantizeLinear', [x, ...parameters]), ...parameters])
}

/** Weights of eight bits with a scale for each row, dequantised. */
function weights(net: Net, shape: readonly number[], perRow: boolean, axis = 0): string {
  const count = shape.reduce((a, b) => a * b, 1)
  const integers = net.constant(
    'i8',
    shape,
    Int8Array.from({ length: count }, () => Math.max(-127, Math.min(127, Math.round(45 * net.normal())))),
  )
  const fan = count / shape[axis]!
  const scale = Math.sqrt(1.6 / fan) / 45
  const rows = shape[axis]!
  const scales = perRow ? Float32Array.from({ length: rows }, () => scale * (1 + 0.3 * Math.tanh(net.normal()))) : [scale]
  const own = perRow ? [rows] : []
  const inputs = [integers, net.constant('f32', own, scales), net.constant('i8', own, new Int8Array(scales.length))]
  return net.node('DequantizeLinear', inputs, perRow ? { axis } : {})
}

/** A bias of 32 bits in units of input and weight. */
function bias(net: Net, rows: number, perRow: boolean): string {
  const integers = net.constant(
    'i32',
    [rows],
    Int32Array.from({ length: rows }, () => Math.round(300 * net.normal())),
  )
  const scales = net.constant('f32', perRow ? [rows] : [], new Float32Array(perRow ? rows : 1).fill(0.0003))
  const zeros = net.constant('i32', perRow ? [rows] : [], new Int32Array(perRow ? rows : 1))
  return net.node('DequantizeLinear', [integers, scales, zeros], perRow ? { axis: 0 } : {})
}

const conv = (
  net: Net,
  x: string,
  from: number,
  to: number,
  kernel: number,
  attributes: { group?: number; strides?: number[] } = {},
): string => {
  const pad = (kernel - 1) >> 1
  return net.node('Conv', [x, weights(net, [to, from / (attributes.group ?? 1), kernel, kernel], true), bias(net, to, true)], {
    ...{ kernel_shape: [kernel, kernel], pads: [pad, pad, pad, pad] },
    ...attributes,
  })
}

/** ONNX Runtime's static quantisation: asymmetric bytes, weights by channel, sums between scales, a mean, bytes to the end. */
export function qdqResNet(): Net {
  const net = new Net('qdq-resnet', 13)
  let x = pair(net, net.input('x', [1, 3, 24, 24]), { scale: 0.021, zero: 114 })
  x = pair(net, net.node('Relu', [conv(net, x, 3, 16, 3, { strides: [2, 2] })]), { scale: 0.02, zero: 0 })
  const first = pair(net, net.node('Relu', [conv(net, x, 16, 16, 3)]), { scale: 0.018, zero: 0 })
  const second = pair(net, conv(net, first, 16, 16, 3), UNIT)
  x = pair(net, net.node('Relu', [pair(net, net.node('Add', [second, x]), { scale: 0.041, zero: 99 })]), { scale: 0.027, zero: 0 })
  // A sigmoid gate between pairs.
  const gated = pair(net, conv(net, x, 16, 16, 1), UNIT)
  x = pair(net, net.node('Mul', [gated, pair(net, net.node('Sigmoid', [gated]), { scale: 1 / 256, zero: 0 })]), { scale: 0.02, zero: 14 })
  x = pair(net, conv(net, x, 16, 16, 3, { group: 16 }), { scale: 0.02, zero: 128 })
  x = pair(net, net.node('GlobalAveragePool', [x]), { scale: 0.011, zero: 125 })
  x = pair(net, net.node('Flatten', [x]), { scale: 0.011, zero: 125 })
  const dense = net.node('Gemm', [x, weights(net, [10, 16], false), bias(net, 10, false)], { transB: 1 })
  return net.output(pair(net, dense, { scale: 0.02, zero: 130 }))
}

/** PyTorch's: symmetric activations of int8, matrices of a transformer's middle, biases in float. */
export function qdqBlock(): Net {
  const net = new Net('qdq-transformer', 17)
  const even: Scale = { scale: 0.04, zero: 0 }
  const x = pair(net, net.input('x', [1, 8, 24]), even, 'i8')
  const dense = (input: string, from: number, to: number): string =>
    net.node('Add', [net.node('MatMul', [input, weights(net, [from, to], true, 1)]), net.drawn([to], 0.1)])
  const norm = net.node('LayerNormalization', [x, net.positive([24]), net.drawn([24], 0.1)], { axis: -1 })
  const wide = pair(net, dense(pair(net, norm, even, 'i8'), 24, 48), even, 'i8')
  const curve = pair(net, net.node('Mul', [wide, net.node('Sigmoid', [wide])]), { scale: 0.03, zero: -100 }, 'i8')
  const sum = net.node('Add', [pair(net, dense(curve, 48, 24), even, 'i8'), x])
  return net.output(dense(pair(net, sum, { scale: 0.06, zero: 3 }, 'i8'), 24, 6))
}

/** Operators of integers, with a scale for each row: QLinearConv, QLinearMatMul. */
export function integerOperators(): Net {
  const net = new Net('qlinear', 13)
  const [scale, zero] = [net.scalar(0.02), net.constant('u8', [], [118])]
  const [after, none] = [net.scalar(0.022), net.constant('u8', [], [0])]
  const bytes = (shape: readonly number[]): string =>
    net.constant(
      'i8',
      shape,
      Int8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.max(-127, Math.min(127, Math.round(45 * net.normal())))),
    )
  const x = net.node('QuantizeLinear', [net.input('x', [1, 3, 16, 16]), scale, zero])
  const rows = net.constant(
    'f32',
    [8],
    Float32Array.from({ length: 8 }, (_, row) => 0.004 + 0.0003 * row),
  )
  const biases = net.constant(
    'i32',
    [8],
    Int32Array.from({ length: 8 }, () => Math.round(800 * net.normal())),
  )
  const first = net.node(
    'QLinearConv',
    [x, scale, zero, bytes([8, 3, 3, 3]), rows, net.constant('i8', [8], new Int8Array(8)), after, none, biases],
    {
      ...{ kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
    },
  )
  const pooled = net.node('MaxPool', [first], { kernel_shape: [2, 2], strides: [2, 2] })
  const second = [scale, zero]
  const deep = net.node(
    'QLinearConv',
    [pooled, after, none, bytes([4, 8, 3, 3]), net.scalar(0.003), net.constant('i8', [], [0]), ...second],
    {
      ...{ kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
    },
  )
  const flat = net.node('Reshape', [deep, net.ints(1, -1)])
  const last = net.node('QLinearMatMul', [
    flat,
    ...second,
    bytes([256, 5]),
    net.scalar(0.002),
    net.constant('i8', [], [0]),
    net.scalar(0.05),
    net.constant('u8', [], [128]),
  ])
  return net.output(net.node('DequantizeLinear', [last, net.scalar(0.05), net.constant('u8', [], [128])]))
}

/** Dynamic quantisation: scales that are computed, ConvInteger and MatMulInteger. */
export function dynamicOperators(): Net {
  const net = new Net('dynamic', 13)
  const bytes = (shape: readonly number[]): string =>
    net.constant(
      'i8',
      shape,
      Int8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.max(-127, Math.min(127, Math.round(45 * net.normal())))),
    )
  const none = net.constant('i8', [], [0])
  const x = net.input('x', [1, 3, 12, 12])
  const [q, scale, zero] = net.nodes('DynamicQuantizeLinear', [x], 3) as [string, string, string]
  const sums = net.node(
    'Cast',
    [net.node('ConvInteger', [q, bytes([8, 3, 3, 3]), zero, none], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })],
    { to: 1 },
  )
  const first = net.node('Relu', [net.node('Mul', [sums, net.node('Mul', [scale, net.scalar(0.004)])])])
  const mean = net.node('Flatten', [net.node('GlobalAveragePool', [first])])
  const [r, other, base] = net.nodes('DynamicQuantizeLinear', [mean], 3) as [string, string, string]
  const products = net.node('Cast', [net.node('MatMulInteger', [r, bytes([8, 5]), base, none])], { to: 1 })
  return net.output(net.node('Add', [net.node('Mul', [products, net.node('Mul', [other, net.scalar(0.01)])]), net.drawn([5], 0.1)]))
}

/** Training with quantisation, as PyTorch exports it: weights in float behind pairs of their own, int8 all over, joints and resizes between pairs. */
export function trainedInPairs(): Net {
  const net = new Net('qat', 14)
  const even: Scale = { scale: 0.035, zero: 0 }
  const through = (x: string): string => pair(net, x, even, 'i8')
  const filters = (shape: readonly number[]): string => {
    const rows = shape[0]!
    const fan = shape.reduce((a, b) => a * b, 1) / rows
    const scales = net.constant('f32', [rows], new Float32Array(rows).fill(Math.sqrt(1.6 / fan) / 40))
    const zeros = net.constant('i8', [rows], new Int8Array(rows))
    const integers = net.node('QuantizeLinear', [net.drawn(shape, Math.sqrt(1.6 / fan)), scales, zeros], { axis: 0 })
    return net.node('DequantizeLinear', [integers, scales, zeros], { axis: 0 })
  }
  const layer = (x: string, from: number, to: number, kernel: number, stride = 1): string => {
    const pad = (kernel - 1) >> 1
    const sum = net.node('Conv', [x, filters([to, from, kernel, kernel]), net.drawn([to], 0.1)], {
      ...{ kernel_shape: [kernel, kernel], pads: [pad, pad, pad, pad], strides: [stride, stride] },
    })
    return through(net.node('Relu', [sum]))
  }
  const first = layer(through(net.input('x', [1, 3, 16, 16])), 3, 12, 3)
  const pooled = through(net.node('MaxPool', [first], { kernel_shape: [2, 2], strides: [2, 2] }))
  const inner = layer(layer(pooled, 12, 12, 3), 12, 12, 3)
  const sum = through(net.node('Add', [inner, pooled]))
  const scales = net.constant('f32', [4], [1, 1, 2, 2])
  const resized = through(
    net.node('Resize', [sum, '', scales], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }),
  )
  const joined = through(net.node('Concat', [first, resized], { axis: 1 }))
  const up = net.node('ConvTranspose', [joined, net.drawn([24, 8, 2, 2], 0.25)], { kernel_shape: [2, 2], strides: [2, 2] })
  const mean = through(net.node('ReduceMean', [through(net.node('HardSwish', [through(up)]))], { axes: [2, 3], keepdims: 0 }))
  return net.output(through(net.gemm(mean, 8, 5)))
}
