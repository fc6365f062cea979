import { describe } from 'node:test'
import { type Case, int, ints, itAgrees, node, text, weights, x } from '../../support/onnx-case.ts'

const CASES: Readonly<Record<string, Case>> = {
  '1d with stride, uneven pads and output padding': {
    inputs: x(2, 3, 5),
    nodes: [node('ConvTranspose', 'x w b', 'y', { strides: ints(3), pads: ints(1, 2), output_padding: ints(2) })],
    weights: [weights('w', 3, 4, 4), weights('b', 4)],
  },
  '2d upsampling by two, all phases in one kernel': {
    inputs: x(1, 4, 5, 6),
    nodes: [node('ConvTranspose', 'x w b', 'y', { strides: ints(2, 2), pads: ints(1, 1, 1, 1), output_padding: ints(1, 1) })],
    weights: [weights('w', 4, 3, 3, 3), weights('b', 3)],
    kernels: 1,
  },
  '2d as generators have it, then Relu and a Conv': {
    inputs: x(1, 4, 3, 3),
    nodes: [
      node('ConvTranspose', 'x w', 'h', { strides: ints(2, 2), pads: ints(1, 1, 1, 1) }),
      node('Relu', 'h', 'r'),
      node('Conv', 'r u', 'y'),
    ],
    weights: [weights('w', 4, 3, 4, 4), weights('u', 2, 3, 3, 3)],
  },
  'two groups, another stride each axis': {
    inputs: x(2, 4, 4, 3),
    nodes: [node('ConvTranspose', 'x w', 'y', { group: int(2), strides: ints(1, 3), pads: ints(0, 2, 1, 1) })],
    weights: [weights('w', 4, 3, 2, 5)],
  },
  'a stride above the kernel, which leaves gaps': {
    inputs: x(1, 2, 3, 3),
    nodes: [node('ConvTranspose', 'x w b', 'y', { strides: ints(3, 4) })],
    weights: [weights('w', 2, 2, 2, 1), weights('b', 2)],
  },
  dilation: {
    inputs: x(1, 2, 4, 4),
    nodes: [node('ConvTranspose', 'x w', 'y', { dilations: ints(2, 3), pads: ints(1, 0, 0, 2) })],
    weights: [weights('w', 2, 3, 3, 2)],
    kernels: 1,
  },
  'dilation with strides': {
    inputs: x(1, 2, 4, 3),
    nodes: [node('ConvTranspose', 'x w', 'y', { dilations: ints(2, 3), strides: ints(2, 2), pads: ints(1, 0, 0, 2) })],
    weights: [weights('w', 2, 3, 3, 2)],
  },
  'auto_pad SAME_UPPER': {
    inputs: x(1, 2, 4, 3),
    nodes: [node('ConvTranspose', 'x w', 'y', { auto_pad: text('SAME_UPPER'), strides: ints(2, 3) })],
    weights: [weights('w', 2, 2, 3, 4)],
  },
  'auto_pad SAME_LOWER': {
    inputs: x(1, 2, 4, 3),
    nodes: [node('ConvTranspose', 'x w', 'y', { auto_pad: text('SAME_LOWER'), strides: ints(2, 3) })],
    weights: [weights('w', 2, 2, 3, 4)],
  },
  'auto_pad VALID': {
    inputs: x(1, 2, 4, 3),
    nodes: [node('ConvTranspose', 'x w', 'y', { auto_pad: text('VALID'), strides: ints(2, 2) })],
    weights: [weights('w', 2, 2, 3, 4)],
  },
  'output_shape, the greater half of the pads before': {
    inputs: x(1, 2, 4, 3),
    nodes: [node('ConvTranspose', 'x w', 'y', { output_shape: ints(6, 8), strides: ints(2, 3) })],
    weights: [weights('w', 2, 2, 3, 4)],
  },
  'output_shape with SAME_UPPER': {
    inputs: x(1, 2, 4, 3),
    nodes: [node('ConvTranspose', 'x w', 'y', { output_shape: ints(6, 8), auto_pad: text('SAME_UPPER'), strides: ints(2, 3) })],
    weights: [weights('w', 2, 2, 3, 4)],
  },
  'output_shape with output_padding': {
    inputs: x(1, 1, 3, 3),
    nodes: [node('ConvTranspose', 'x w', 'y', { output_shape: ints(10, 8), output_padding: ints(1, 1), strides: ints(3, 2) })],
    weights: [weights('w', 1, 2, 3, 3)],
  },
  '3d': {
    inputs: x(1, 2, 3, 2, 3),
    nodes: [node('ConvTranspose', 'x w b', 'y', { strides: ints(2, 1, 2), pads: ints(1, 0, 1, 0, 1, 0) })],
    weights: [weights('w', 2, 2, 3, 2, 3), weights('b', 2)],
    kernels: 1,
  },
  '3d with more variables than a kernel has': {
    inputs: x(2, 4, 2, 2, 3),
    nodes: [node('ConvTranspose', 'x w', 'y', { strides: ints(2, 2, 2), group: int(2) })],
    weights: [weights('w', 4, 3, 3, 2, 2)],
  },
  'weights computed at run time': {
    inputs: { x: [1, 2, 3, 4], w: [2, 3, 3, 3] },
    nodes: [node('Relu', 'w', 'u'), node('ConvTranspose', 'x u', 'y', { strides: ints(2, 2), pads: ints(1, 1, 1, 1) })],
  },
  'of a convolution and of a reshaped input': {
    inputs: x(1, 2, 6, 6),
    nodes: [
      node('Conv', 'x w', 'h', { strides: ints(2, 2) }),
      node('ConvTranspose', 'h u', 'a', { strides: ints(2, 2) }),
      node('Transpose', 'x', 't', { perm: ints(0, 2, 1, 3) }),
      node('ConvTranspose', 't v', 'b', { strides: ints(2, 1) }),
    ],
    weights: [weights('w', 4, 2, 2, 2), weights('u', 4, 2, 3, 3), weights('v', 6, 1, 2, 2)],
    outputs: ['a', 'b'],
  },
}

describe('ConvTranspose agrees with ONNX Runtime', () => {
  itAgrees(CASES)
})

describe('MatMul and Gemm of further shapes agree with ONNX Runtime', () => {
  itAgrees({
    'a row by matrices in a batch': { inputs: { a: [4], b: [2, 3, 4, 5] }, nodes: [node('MatMul', 'a b', 'y')], kernels: 1 },
    'matrices in a batch by a column': { inputs: { a: [2, 3, 5, 4], b: [4] }, nodes: [node('MatMul', 'a b', 'y')], kernels: 1 },
    'an inner product': { inputs: { a: [4], b: [4] }, nodes: [node('MatMul', 'a b', 'y')], kernels: 1 },
    'batches that broadcast both ways': { inputs: { a: [2, 1, 3, 4], b: [5, 4, 2] }, nodes: [node('MatMul', 'a b', 'y')], kernels: 1 },
    'int32 in a batch': { inputs: { a: [2, 3, 4], b: [4, 2] }, nodes: [node('MatMul', 'a b', 'y')], type: 'i32', kernels: 1 },
    'int64 modulo 2^32': { inputs: { a: [3, 4], b: [4, 2] }, nodes: [node('MatMul', 'a b', 'y')], type: 'i64', kernels: 1 },
    'Gemm with both transposed, factors and a column': {
      inputs: { a: [4, 3], b: [5, 4], c: [3, 1] },
      nodes: [node('Gemm', 'a b c', 'y', { transA: int(1), transB: int(1), alpha: { float: 0.5 }, beta: { float: -2 } })],
      kernels: 1,
    },
  })
})
