/** Small programs whose every value is an integer that binary32 holds exactly, for tests. */

import { Random } from '../../ir/random.ts'
import { type Program, product } from '../../ir/types.ts'
import { compileModel } from '../../lower/compile.ts'
import { decodeModel } from '../../onnx/decode.ts'
import { encodeModel, type NodeSource, type TensorSource } from '../../onnx/encode.ts'
import type { Attribute } from '../../onnx/types.ts'
import type { Verdicts } from './plan.ts'

type Attributes = Readonly<Record<string, Attribute>>
const ints = (...values: readonly number[]): Attribute => ({ ints: values })
const node = (op: string, inputs: readonly string[], output: string, attributes: Attributes = {}): NodeSource => ({
  op,
  inputs,
  outputs: [output],
  attributes,
})

/** A program of one input, which it makes whole numbers of, 0 .. 255, first. */
export type Sample = { readonly name: string; readonly program: Program; readonly least: number; readonly greatest: number }

function sample(
  name: string,
  shape: readonly number[],
  nodes: readonly NodeSource[],
  tensors: readonly TensorSource[] = [],
  range = [0, 255] as const,
): Sample {
  const outputs = nodes.flatMap(({ outputs: own }) => own).filter((output) => !nodes.some(({ inputs }) => inputs.includes(output)))
  const file = encodeModel({
    name,
    inputs: [{ name: 'picture', type: 'f32', shape }],
    outputs: outputs.map((output) => ({ name: output, type: 'f32' as const, shape: null })),
    nodes: [node('Floor', ['picture'], 'whole'), node('Clip', ['whole', 'least', 'greatest'], 'x'), ...nodes],
    initializers: [...tensors, floats('least', [], [0]), floats('greatest', [], [255])],
  })
  return { name, program: compileModel(decodeModel(file)).program, least: range[0], greatest: range[1] }
}

/** Integers `-most .. most`. */
export function weights(name: string, shape: readonly number[], most: number, seed = 1): TensorSource {
  const random = new Random(seed)
  return { name, type: 'f32', shape, data: Float32Array.from({ length: product(shape) }, () => random.below(2 * most + 1) - most) }
}
const floats = (name: string, shape: readonly number[], data: readonly number[]): TensorSource => ({ name, type: 'f32', shape, data })

/** `clip(floor(x * 2^-8 + 0.5), 0, 255)`. */
const requantise = (from: string, to: string, tensors: TensorSource[]): NodeSource[] => {
  const own = [
    floats(`${to}/scale`, [], [1 / 256]),
    floats(`${to}/half`, [], [0.5]),
    floats(`${to}/low`, [], [0]),
    floats(`${to}/high`, [], [255]),
  ]
  tensors.push(...own)
  return [
    node('Mul', [from, `${to}/scale`], `${to}/scaled`),
    node('Add', [`${to}/scaled`, `${to}/half`], `${to}/up`),
    node('Floor', [`${to}/up`], `${to}/floor`),
    node('Clip', [`${to}/floor`, `${to}/low`, `${to}/high`], to),
  ]
}

type Layer = readonly [name: string, op: string, shape: readonly number[], weights: readonly number[] | null, attributes: Attributes]

const LAYERS: readonly Layer[] = [
  ['convolution 3x3, padded', 'Conv', [1, 3, 9, 7], [4, 3, 3, 3], { pads: ints(1, 1, 1, 1) }],
  ['convolution 3x3, stride 2, odd pads', 'Conv', [1, 2, 9, 8], [5, 2, 3, 3], { pads: ints(0, 1, 1, 0), strides: ints(2, 2) }],
  ['convolution 3x3, dilated', 'Conv', [1, 2, 9, 8], [3, 2, 3, 3], { dilations: ints(2, 2), pads: ints(2, 2, 2, 2) }],
  ['convolution without padding', 'Conv', [1, 2, 8, 8], [3, 2, 3, 3], { strides: ints(2, 2) }],
  ['convolution 1x1', 'Conv', [1, 6, 5, 4], [3, 6, 1, 1], {}],
  ['convolution 1x1, stride 2', 'Conv', [1, 6, 7, 7], [3, 6, 1, 1], { strides: ints(2, 2) }],
  ['convolution of a batch', 'Conv', [3, 2, 5, 5], [4, 2, 3, 3], { pads: ints(1, 1, 1, 1) }],
  ['convolution in groups', 'Conv', [1, 4, 6, 6], [6, 2, 3, 3], { group: { int: 2 }, pads: ints(1, 1, 1, 1) }],
  ['convolution, depthwise', 'Conv', [1, 4, 6, 6], [4, 1, 3, 3], { group: { int: 4 }, pads: ints(1, 1, 1, 1) }],
  ['convolution, depthwise, over all', 'Conv', [1, 4, 6, 6], [4, 1, 6, 6], { group: { int: 4 } }],
  ['convolution 1x1 of a batch', 'Conv', [3, 6, 5, 4], [3, 6, 1, 1], {}],
  ['convolution over a line', 'Conv', [1, 3, 17], [4, 3, 5], { pads: ints(2, 2) }],
  ['convolution over a volume', 'Conv', [1, 2, 4, 5, 6], [3, 2, 2, 2, 2], {}],
  ['transposed convolution', 'ConvTranspose', [1, 3, 4, 4], [3, 2, 3, 3], { strides: ints(2, 2) }],
  ['matrix product', 'MatMul', [3, 17], [17, 5], {}],
  ['matrix product of a batch', 'MatMul', [2, 3, 17], [17, 5], {}],
  ['matrix products, one each', 'MatMul', [2, 3, 17], [2, 17, 5], {}],
  ['general product', 'Gemm', [4, 9], [6, 9], { transB: { int: 1 } }],
  ['maximum pool', 'MaxPool', [1, 3, 9, 9], null, { kernel_shape: ints(3, 3), strides: ints(2, 2), pads: ints(1, 1, 1, 1) }],
  ['maximum pool 2x2', 'MaxPool', [1, 3, 8, 8], null, { kernel_shape: ints(2, 2), strides: ints(2, 2) }],
  ['maximum pool 3x3 of 8x8', 'MaxPool', [1, 3, 8, 8], null, { kernel_shape: ints(3, 3), strides: ints(2, 2) }],
  ['maximum of all', 'GlobalMaxPool', [1, 3, 5, 5], null, {}],
  ['sum of all', 'ReduceSum', [1, 3, 4, 4], null, { keepdims: { int: 1 } }],
  ['transposition', 'Transpose', [2, 3, 4], null, { perm: ints(2, 0, 1) }],
  ['space to depth', 'SpaceToDepth', [1, 2, 4, 6], null, { blocksize: { int: 2 } }],
  ['depth to space, one channel', 'DepthToSpace', [1, 9, 4, 5], null, { blocksize: { int: 3 } }],
  ['depth to space', 'DepthToSpace', [1, 8, 3, 3], null, { blocksize: { int: 2 } }],
]

/** One operator each, then requantised. */
export function layerSamples(): Sample[] {
  return LAYERS.map(([name, op, shape, own, attributes], index) => {
    const tensors: TensorSource[] = own ? [weights('w', own, 40, index + 1)] : []
    const bias =
      op === 'Conv'
        ? [
            floats(
              'b',
              [own![0]!],
              Array.from({ length: own![0]! }, (_, i) => 37 * i - 50),
            ),
          ]
        : []
    const body = node(op, ['x', ...(own ? ['w'] : []), ...(bias.length > 0 ? ['b'] : [])], 'y', attributes)
    return sample(name, shape, [body, ...requantise('y', 'z', tensors)], [...tensors, ...bias])
  })
}

/** Several layers: branches, a joint, a residual sum, pools, a product at the end. */
export function networkSample(): Sample {
  const tensors: TensorSource[] = [
    weights('w1', [8, 3, 3, 3], 60, 1),
    weights('w2', [4, 8, 1, 1], 60, 2),
    weights('w3', [4, 8, 3, 3], 60, 3),
    weights('w4', [8, 8, 3, 3], 40, 4),
    weights('w5', [10, 8 * 4 * 4], 20, 5),
    floats('b1', [8], [10, -20, 30, 400, 0, 7, -9, 1]),
    floats('seven', [], [7]),
  ]
  const same = { pads: ints(1, 1, 1, 1) }
  const nodes = [
    node('Conv', ['x', 'w1', 'b1'], 'c1', same),
    ...requantise('c1', 'q1', tensors),
    node('MaxPool', ['q1'], 'p1', { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
    node('Conv', ['p1', 'w2'], 'c2'),
    ...requantise('c2', 'q2', tensors),
    node('Conv', ['p1', 'w3'], 'c3', same),
    ...requantise('c3', 'q3', tensors),
    node('Concat', ['q2', 'q3'], 'j', { axis: { int: 1 } }),
    node('Conv', ['j', 'w4'], 'c4', same),
    node('Mul', ['p1', 'seven'], 'm'),
    node('Add', ['c4', 'm'], 'r'),
    ...requantise('r', 'q4', tensors),
    node('Flatten', ['q4'], 'f'),
    node('Gemm', ['f', 'w5'], 'y', { transB: { int: 1 } }),
  ]
  return sample('network', [1, 3, 8, 8], nodes, tensors)
}

/** Convolutions of many channels one after the other, with a joint and a pool between them. @param side  of the picture */
export function blockedSample(channels: number, side: number): Sample {
  const tensors: TensorSource[] = [
    weights('w1', [channels, 3, 3, 3], 40, 1),
    weights('w2', [16, channels, 1, 1], 40, 2),
    weights('w3', [channels, 16, 1, 1], 40, 3),
    weights('w4', [channels, 16, 3, 3], 20, 4),
    weights('w5', [8, 2 * channels, 1, 1], 20, 5),
  ]
  const same = { pads: ints(1, 1, 1, 1) }
  const nodes = [
    node('Conv', ['x', 'w1'], 'c1', same),
    ...requantise('c1', 'q1', tensors),
    node('Conv', ['q1', 'w2'], 'c2'),
    ...requantise('c2', 'q2', tensors),
    node('Conv', ['q2', 'w3'], 'c3'),
    ...requantise('c3', 'q3', tensors),
    node('Conv', ['q2', 'w4'], 'c4', same),
    ...requantise('c4', 'q4', tensors),
    node('Concat', ['q3', 'q4'], 'j', { axis: { int: 1 } }),
    node('MaxPool', ['j'], 'p', { kernel_shape: ints(3, 3), strides: ints(2, 2) }),
    node('Conv', ['p', 'w5'], 'c5'),
    ...requantise('c5', 'q5', tensors),
    node('GlobalMaxPool', ['q5'], 'y'),
  ]
  return sample(`${channels} channels`, [1, 3, side, side], nodes, tensors)
}

/** Layers as large as each other, of which digests are committed. */
export function digestedSample(): Sample {
  const tensors = [1, 2, 3].map((layer) => weights(`w${layer}`, [64, layer === 1 ? 3 : 64, 1, 1], 20, layer))
  const nodes = [1, 2, 3].flatMap((layer) => [
    node('Conv', [layer === 1 ? 'x' : `q${layer - 1}`, `w${layer}`], `c${layer}`),
    ...requantise(`c${layer}`, `q${layer}`, tensors),
  ])
  return sample('digested', [1, 3, 64, 64], [...nodes, node('GlobalMaxPool', ['q3'], 'y')], tensors)
}

/** Pictures, sequences: integers of the sample's range. */
export function sampleInput({ program, least, greatest }: Sample, seed: number): Uint8Array[] {
  const random = new Random(seed)
  return program.inputs.map(
    ({ count }) => new Uint8Array(Float32Array.from({ length: count }, () => least + random.below(greatest - least + 1)).buffer),
  )
}

/** Verdicts as if all kernels were proved, for programs that are exact by how they were made. */
export const allOrderFree = (program: Program): Verdicts => ({
  kernels: program.kernels.map((_, index) => ({
    ...{
      index,
      op: '',
      verdict: 'orderFree',
      bound: null,
      unit: null,
      margin: null,
      operands: null,
      open: false,
      region: index,
      subgraph: 0,
    },
    ...{
      classes: ['f32', 'tf32', 'fp16'],
      asFloat: ['f32', 'tf32', 'fp16'],
      output: { exponent: null, least: null, greatest: null },
      guards: [],
      reason: null,
    },
  })),
})
