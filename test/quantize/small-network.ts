import { Random } from '@opine/models/ir/random.ts'
import { encodeModel, type NodeSource, type TensorSource } from '@opine/models/onnx/encode.ts'

/**
 * A small network with everything that convolutional ones have: batch norms, a residual sum, a concatenation, curves, a mean over 7x7, a
 * softmax. Weights are drawn. With `pairs` each activation and weight is quantised and dequantised, as tools write it, with scales that are no
 * powers of two.
 */
export function smallNetwork(pairs: boolean): Uint8Array {
  const random = new Random(11)
  const initializers: TensorSource[] = []
  const nodes: NodeSource[] = []
  const constant = (name: string, shape: readonly number[], value: () => number): string => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value)
    initializers.push({ name, type: 'f32', shape, data })
    return name
  }
  const small = (): number => (random.between(-1000, 1000) + random.between(-1000, 1000)) / 6000
  const node = (op: string, inputs: readonly string[], output: string, attributes: NodeSource['attributes'] = {}): string => {
    nodes.push({ op, name: output, inputs, outputs: [output], attributes })
    return output
  }
  const scalar = (name: string, type: 'f32' | 'u8' | 'i8', value: number): string => {
    if (!initializers.some((tensor) => tensor.name === name)) initializers.push({ name, type, shape: [], data: [value] })
    return name
  }
  const through = (name: string, scale: number, zero: number): string => {
    if (!pairs) return name
    const parameters = [scalar(`${name}.scale`, 'f32', scale), scalar(`${name}.zero`, 'u8', zero)]
    return node('DequantizeLinear', [node('QuantizeLinear', [name, ...parameters], `${name}.q`), ...parameters], `${name}.dq`)
  }
  const weights = (name: string, shape: readonly number[]): string => {
    if (!pairs) return constant(name, shape, small)
    const data = Int8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.round(small() * 380))
    initializers.push({ name: `${name}.q`, type: 'i8', shape, data })
    return node('DequantizeLinear', [`${name}.q`, scalar(`${name}.scale`, 'f32', 0.0026), scalar('zero', 'i8', 0)], name)
  }
  const conv = (input: string, name: string, shape: readonly number[], pad: number): string =>
    node('Conv', [input, weights(`${name}.w`, shape), constant(`${name}.b`, [shape[0]!], small)], name, {
      pads: { ints: [pad, pad, pad, pad] },
    })
  const norm = (input: string, name: string): string => {
    const parameters = ['scale', 'shift', 'mean'].map((part) =>
      constant(`${name}.${part}`, [8], part === 'scale' ? () => 1 + small() : small),
    )
    return node('BatchNormalization', [input, ...parameters, constant(`${name}.variance`, [8], () => 0.3 + small() ** 2)], name)
  }

  const x = through('x', 0.0079, 127)
  const first = through(node('Relu', [norm(conv(x, 'conv1', [8, 3, 3, 3], 1), 'norm1')], 'relu1'), 0.0131, 0)
  const second = conv(first, 'conv2', [8, 8, 3, 3], 1)
  const residual = through(node('Relu', [node('Add', [norm(second, 'norm2'), first], 'residual')], 'relu2'), 0.0271, 0)
  const pooled = node('MaxPool', [residual], 'pool', { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } })
  const left = node('LeakyRelu', [conv(pooled, 'left', [4, 8, 1, 1], 0)], 'leaky', { alpha: { float: 0.1 } })
  const right = conv(pooled, 'right', [6, 8, 3, 3], 1)
  const gate = node('Mul', [right, node('Sigmoid', [right], 'gate')], 'swish')
  const both = node('Concat', [left, gate], 'both', { axis: { int: 1 } })
  const mean = node('Flatten', [node('GlobalAveragePool', [both], 'mean')], 'flat')
  const logits = node('Gemm', [mean, weights('dense.w', [5, 10]), constant('dense.b', [5], small)], 'logits', { transB: { int: 1 } })
  node('Softmax', [logits], 'shares', { axis: { int: 1 } })
  return encodeModel({
    name: 'small',
    opset: 17,
    inputs: [{ name: 'x', type: 'f32', shape: [1, 3, 14, 14] }],
    outputs: [
      { name: 'logits', type: 'f32', shape: [1, 5] },
      { name: 'shares', type: 'f32', shape: [1, 5] },
    ],
    nodes,
    initializers,
  })
}

/** Inputs of the network, in -1 .. 1. */
export function drawInput(seed: number): Float32Array<ArrayBuffer> {
  const random = new Random(seed)
  const tone = random.between(-600, 600) / 1000
  return Float32Array.from({ length: 3 * 14 * 14 }, () => Math.max(-1, Math.min(1, tone + random.between(-500, 500) / 1000)))
}
