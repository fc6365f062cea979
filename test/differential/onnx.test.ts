import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { compile } from '@opine/models/lower/compile.ts'
import { type NodeSource, packTensor, type TensorSource } from '@opine/models/onnx/encode.ts'
import type { Attribute } from '@opine/models/onnx/types.ts'
import { expect } from 'chai'
import {
  type Case,
  compare,
  fileOf,
  int,
  integers,
  ints,
  itAgrees,
  node,
  positive,
  scalar,
  text,
  weights,
  x,
} from '../support/onnx-case.ts'
import { randomNumbers } from '../support/run-onnx.ts'
import { sharedFile } from '../support/shared.ts'

const NORM = [positive('s', 4), weights('t', 4), weights('m', 4), positive('v', 4)]

const CASES: Readonly<Record<string, Case>> = {
  'Conv in 1d with stride, dilation and uneven pads': {
    inputs: x(2, 3, 11),
    nodes: [node('Conv', 'x w b', 'y', { strides: ints(2), dilations: ints(2), pads: ints(2, 1) })],
    weights: [weights('w', 4, 3, 3), weights('b', 4)],
    kernels: 1,
  },
  'Conv in 2d, then channels-last Conv of two groups': {
    inputs: x(1, 3, 7, 6),
    nodes: [
      node('Conv', 'x w b', 'h', { pads: ints(1, 1, 1, 1) }),
      node('Conv', 'h u', 'y', { group: int(2), strides: ints(2, 1), pads: ints(0, 1, 2, 0), dilations: ints(1, 2) }),
    ],
    weights: [weights('w', 4, 3, 3, 3), weights('b', 4), weights('u', 6, 2, 2, 3)],
    kernels: 2,
  },
  'Conv by depth, 3d': {
    inputs: x(1, 4, 3, 4, 5),
    nodes: [node('Conv', 'x w', 'y', { group: int(4), pads: ints(1, 1, 1, 1, 1, 1) })],
    weights: [weights('w', 8, 1, 2, 3, 3)],
    kernels: 1,
  },
  'Conv with SAME_UPPER and SAME_LOWER': {
    inputs: x(1, 2, 6, 7),
    nodes: [
      node('Conv', 'x w', 'h', { auto_pad: text('SAME_UPPER'), strides: ints(2, 2) }),
      node('Conv', 'h u', 'y', { auto_pad: text('SAME_LOWER') }),
    ],
    weights: [weights('w', 3, 2, 3, 4), weights('u', 2, 3, 2, 2)],
  },
  'Conv with weights computed at run time': {
    inputs: { x: [1, 2, 5, 5], w: [3, 2, 3, 3] },
    nodes: [node('Relu', 'w', 'r'), node('Conv', 'x r', 'y')],
  },
  'Conv, BatchNormalization, Relu and a residual Add in one kernel each': {
    inputs: x(1, 4, 6, 6),
    nodes: [
      node('Conv', 'x w', 'a', { pads: ints(1, 1, 1, 1) }),
      node('BatchNormalization', 'a s t m v', 'b', { epsilon: { float: 0.01 } }),
      node('Relu', 'b', 'c'),
      node('Conv', 'c w', 'd', { pads: ints(1, 1, 1, 1) }),
      node('BatchNormalization', 'd s t m v', 'e'),
      node('Add', 'e c', 'f'),
      node('Clip', 'f low high', 'g'),
      node('GlobalAveragePool', 'g', 'y'),
    ],
    weights: [weights('w', 4, 4, 3, 3), ...NORM, scalar('low', -1), scalar('high', 2)],
    kernels: 3,
  },
  'MaxPool with pads, dilation and ceil mode': {
    inputs: x(1, 3, 10, 9),
    nodes: [
      node('MaxPool', 'x', 'y', {
        kernel_shape: ints(3, 2),
        strides: ints(2, 2),
        pads: ints(1, 0, 1, 1),
        dilations: ints(2, 1),
        ceil_mode: int(1),
      }),
    ],
    kernels: 1,
  },
  'AveragePool that leaves padding out': {
    inputs: x(2, 2, 7, 7),
    nodes: [node('AveragePool', 'x', 'y', { kernel_shape: ints(3, 3), strides: ints(2, 2), pads: ints(1, 1, 1, 1) })],
    kernels: 1,
  },
  'AveragePool that counts padding, ceil mode': {
    inputs: x(1, 2, 8, 6),
    nodes: [
      node('AveragePool', 'x', 'y', {
        kernel_shape: ints(3, 3),
        strides: ints(2, 2),
        pads: ints(1, 1, 0, 0),
        count_include_pad: int(1),
        ceil_mode: int(1),
      }),
    ],
    opset: 19,
  },
  'AveragePool in 1d and 3d': {
    inputs: { x: [1, 2, 9], z: [1, 2, 4, 4, 4] },
    nodes: [
      node('AveragePool', 'x', 'y', { kernel_shape: ints(2) }),
      node('AveragePool', 'z', 'v', { kernel_shape: ints(2, 2, 3), strides: ints(2, 1, 1) }),
    ],
    outputs: ['y', 'v'],
  },
  'pools of a convolution, channels last': {
    inputs: x(1, 2, 9, 9),
    nodes: [
      node('Conv', 'x w b', 'h'),
      node('MaxPool', 'h', 'p', { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
      node('GlobalMaxPool', 'p', 'y'),
      node('GlobalAveragePool', 'p', 'z'),
    ],
    weights: [weights('w', 5, 2, 2, 2), weights('b', 5)],
    outputs: ['y', 'z'],
    kernels: 4,
  },
  'Gemm with both operands transposed, scaled': {
    inputs: x(5, 3),
    nodes: [node('Gemm', 'x w b', 'y', { transA: int(1), transB: int(1), alpha: { float: 0.5 }, beta: { float: 2 } })],
    weights: [weights('w', 4, 5), weights('b', 3, 1)],
    kernels: 1,
  },
  'Gemm without addend, of variable operands': {
    inputs: { x: [4, 6], w: [6, 5] },
    nodes: [node('Gemm', 'x w', 'y')],
    kernels: 1,
  },
  'MatMul of a long reduction': { inputs: x(2, 700), nodes: [node('MatMul', 'x w', 'y')], weights: [weights('w', 700, 3)], kernels: 1 },
  'MatMul with batches broadcast on both sides': {
    inputs: { x: [2, 1, 3, 4], w: [5, 4, 6] },
    nodes: [node('MatMul', 'x w', 'y')],
    kernels: 1,
  },
  'MatMul of a constant by a variable': {
    inputs: x(2, 4, 3),
    nodes: [node('MatMul', 'w x', 'y')],
    weights: [weights('w', 5, 4)],
    kernels: 1,
  },
  'MatMul of vectors': { inputs: { x: [6], w: [2, 6, 3] }, nodes: [node('MatMul', 'x w', 'y')], kernels: 1 },
  'MatMul of two vectors': { inputs: { x: [6], w: [6] }, nodes: [node('MatMul', 'x w', 'y')], kernels: 1 },
  'MatMul of transposed views': {
    inputs: { x: [2, 4, 3], w: [2, 5, 4] },
    nodes: [
      node('Transpose', 'x', 'a', { perm: ints(0, 2, 1) }),
      node('Transpose', 'w', 'b', { perm: ints(0, 2, 1) }),
      node('MatMul', 'a b', 'y'),
    ],
    kernels: 1,
  },
  'MatMul and Add in one kernel': {
    inputs: x(3, 4),
    nodes: [node('MatMul', 'x w', 'h'), node('Add', 'b h', 'y')],
    weights: [weights('w', 4, 5), weights('b', 5)],
    kernels: 1,
  },
  'arithmetic with broadcasting': {
    inputs: { x: [2, 3, 4], z: [3, 1] },
    nodes: [
      node('Add', 'x z', 'a'),
      node('Sub', 'a w', 'b'),
      node('Mul', 'b z', 'c'),
      node('Div', 'c d', 'e'),
      node('Neg', 'e', 'f'),
      node('Abs', 'f', 'y'),
    ],
    weights: [weights('w', 4), scalar('d', 0.3)],
    kernels: 1,
  },
  'outer sum': { inputs: { x: [4, 1], z: [1, 3] }, nodes: [node('Add', 'x z', 'y')], kernels: 1 },
  'Max, Min, Sum of several, Clip with one bound': {
    inputs: { x: [2, 3], z: [3], w: [2, 1] },
    nodes: [node('Max', 'x z w', 'a'), node('Min', 'a z', 'b'), node('Sum', 'b x w', 'c'), node('Clip', 'c - high', 'y')],
    weights: [scalar('high', 1)],
    kernels: 1,
  },
  'LeakyRelu twice, Sqrt, Exp, Floor, Ceil, Round, Reciprocal': {
    inputs: x(3, 5),
    nodes: [
      node('LeakyRelu', 'x', 'a', { alpha: { float: 0.3 } }),
      node('LeakyRelu', 'a', 'b'),
      node('Exp', 'b', 'c'),
      node('Sqrt', 'c', 'y'),
      node('Reciprocal', 'c', 'z'),
      node('Floor', 'x', 'f'),
      node('Ceil', 'x', 'g'),
      node('Round', 'x', 'h'),
    ],
    outputs: ['y', 'z', 'f', 'g', 'h'],
  },
  'int32 arithmetic': {
    inputs: { x: [2, 5], z: [5] },
    nodes: [
      node('Add', 'x z', 'a'),
      node('Mul', 'a x', 'b'),
      node('Sub', 'b z', 'c'),
      node('Abs', 'c', 'd'),
      node('Max', 'd x', 'e'),
      node('Neg', 'e', 'y'),
    ],
    type: 'i32',
    kernels: 1,
  },
  'Softmax of the last axis': { inputs: x(2, 3, 5), nodes: [node('Softmax', 'x', 'y')], kernels: 4 },
  'Softmax of an inner axis': { inputs: x(2, 3, 5), nodes: [node('Softmax', 'x', 'y', { axis: int(1) })], kernels: 4 },
  'Softmax of all axes from one on, as up to operator set 12': {
    inputs: x(2, 3, 5),
    nodes: [node('Softmax', 'x', 'y', { axis: int(1) })],
    opset: 11,
    kernels: 4,
  },
  'Softmax over the channels of a convolution': {
    inputs: x(1, 2, 4, 4),
    nodes: [node('Conv', 'x w', 'h'), node('Softmax', 'h', 'y', { axis: int(1) })],
    weights: [weights('w', 5, 2, 2, 2)],
  },
  'Flatten of a convolution, then Gemm': {
    inputs: x(2, 3, 5, 5),
    nodes: [node('Conv', 'x w', 'h'), node('Relu', 'h', 'r'), node('Flatten', 'r', 'f'), node('Gemm', 'f u b', 'y', { transB: int(1) })],
    weights: [weights('w', 4, 3, 2, 2), weights('u', 6, 64), weights('b', 6)],
    kernels: 2,
  },
  'Reshape with 0 and -1 of a convolution to an incompatible shape': {
    inputs: x(1, 2, 5, 5),
    nodes: [node('Conv', 'x w', 'h'), node('Reshape', 'h shape', 'r'), node('Exp', 'r', 'e'), node('Reshape', 'e other', 'y')],
    weights: [weights('w', 6, 2, 2, 2), integers('shape', 0, -1, 3), integers('other', 3, 0, -1)],
  },
  'Transpose, Squeeze, Unsqueeze, Identity, Dropout as views': {
    inputs: x(2, 1, 3, 4),
    nodes: [
      node('Transpose', 'x', 'a', { perm: ints(3, 1, 0, 2) }),
      node('Squeeze', 'a axes', 'b'),
      node('Unsqueeze', 'b axes', 'c'),
      node('Identity', 'c', 'd'),
      node('Dropout', 'd', 'e'),
      node('Add', 'e w', 'y'),
    ],
    weights: [integers('axes', 1), weights('w', 2, 3)],
    kernels: 1,
  },
  'outputs that are an input, a view, a constant and one value twice': {
    inputs: x(2, 3),
    nodes: [
      node('Identity', 'x', 'y'),
      node('Transpose', 'x', 't'),
      node('Identity', 'w', 'c'),
      node('Relu', 'x', 'r'),
      node('Identity', 'r', 'q'),
    ],
    weights: [weights('w', 2, 2)],
    outputs: ['y', 't', 'c', 'r', 'q'],
    kernels: 5,
  },
  'an output in ONNX order, which fuses the copy into the convolution': {
    inputs: x(1, 2, 4, 4),
    nodes: [node('Conv', 'x w b', 'h'), node('Relu', 'h', 'y')],
    weights: [weights('w', 3, 2, 3, 3), weights('b', 3)],
    kernels: 1,
  },
  'an output that is also read on': {
    inputs: x(1, 2, 4, 4),
    nodes: [node('Conv', 'x w', 'h'), node('Relu', 'h', 'y')],
    weights: [weights('w', 3, 2, 3, 3)],
    outputs: ['h', 'y'],
  },
  'Concat of convolutions and of many': {
    inputs: x(1, 2, 4, 4),
    nodes: [
      node('Conv', 'x w', 'a'),
      node('Conv', 'x u', 'b'),
      node('Concat', 'a b a', 'y', { axis: int(1) }),
      node('Concat', 'x x x x x x x x x x x', 'z', { axis: int(-1) }),
    ],
    weights: [weights('w', 3, 2, 2, 2), weights('u', 2, 2, 2, 2)],
    outputs: ['y', 'z'],
  },
  'Constant in every form': {
    inputs: x(2, 2),
    nodes: [
      node('Constant', '', 'a', { value_floats: { floats: [1.5, -2] } }),
      node('Constant', '', 'b', { value_float: { float: 3 } }),
      node('Constant', '', 's', { value_ints: ints(4) }),
      node('Constant', '', 'm', { value: { tensor: packTensor({ name: 'm', type: 'f32', shape: [2], data: [1, 2] }) } }),
      node('Add', 'a b', 'c'),
      node('Mul', 'c x', 'd'),
      node('Add', 'd m', 'e'),
      node('Reshape', 'e s', 'y'),
    ],
    kernels: 1,
  },
}

describe('lowered operators agree with ONNX Runtime', () => {
  itAgrees(CASES)
})

describe('random graphs of views and element-wise operators agree with ONNX Runtime', () => {
  for (let seed = 0; seed < 40; seed += 1) it(`seed ${seed}`, () => compare(fileOf(`random ${seed}`, randomCase(seed)), seed))
})

/** Views upon views of an input and of a convolution, joined by element-wise operators of equal shapes and by concatenations. */
function randomCase(seed: number): Case {
  const numbers = randomNumbers(1000, seed)
  const below = (limit: number): number => Math.floor(((numbers.pop()! + 1) / 2) * limit)
  const shapes: Record<string, readonly number[]> = { x: [2, 4, 3, 6], h: [2, 6, 2, 4] }
  const nodes: NodeSource[] = [node('Conv', 'x w', 'h', { strides: ints(1, 1), group: int(2) })]
  const initializers: TensorSource[] = [weights('w', 6, 2, 2, 3)]
  const pick = (): string => Object.keys(shapes)[Math.max(below(Object.keys(shapes).length), below(Object.keys(shapes).length))]!
  const add = (op: string, inputs: string, shape: readonly number[], attributes: Record<string, Attribute> = {}): void => {
    const name = `v${nodes.length}`
    nodes.push(node(op, inputs, name, attributes))
    shapes[name] = shape
  }
  for (let step = 0; step < 12; step += 1) {
    const from = pick()
    const shape = shapes[from]!
    const kind = below(6)
    if (kind === 0) {
      const order = shape.map((_, dim) => dim).sort(() => numbers.pop()!)
      add(
        'Transpose',
        from,
        order.map((dim) => shape[dim]!),
        { perm: ints(...order) },
      )
    } else if (kind === 1) {
      const count = shape.reduce((a, b) => a * b, 1)
      const first = [2, 3, 4, 6, 8].filter((factor) => count % factor === 0)[below(3)] ?? 1
      const second = [2, 3].filter((factor) => (count / first) % factor === 0)[below(2)] ?? 1
      initializers.push(integers(`s${step}`, first, -1, second))
      add('Reshape', `${from} s${step}`, [first, count / first / second, second])
    } else if (kind === 2) add('Relu', from, shape)
    else if (kind === 3) add('Add', `${from} ${Object.keys(shapes).find((other) => shapes[other]!.join() === shape.join())}`, shape)
    else if (kind === 4) {
      const axis = below(shape.length)
      if (shape[axis]! > 20) continue
      add(
        'Concat',
        `${from} ${from}`,
        shape.map((extent, dim) => (dim === axis ? 2 * extent : extent)),
        { axis: int(axis) },
      )
    } else if (shape.length > 1) {
      add('Softmax', from, shape, { axis: int(below(shape.length)) })
    }
  }
  const last = `v${nodes.length - 1}`
  return { inputs: x(2, 4, 3, 6), nodes, weights: initializers, outputs: nodes.length > 4 ? [last, `v${nodes.length - 3}`] : [last] }
}

describe('models in use agree with ONNX Runtime', () => {
  const digits = sharedFile('models', 'mnist-8', 'mnist.onnx')
  it('mnist-8, in five kernels', { skip: digits.skip }, async () => {
    const file = readFileSync(digits.path)
    expect(compile(file).program.kernels.length).to.equal(5)
    await compare(file)
  })
})
