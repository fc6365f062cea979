import { describe } from 'node:test'
import { packTensor, type TensorSource } from '@opine/models/onnx/encode.ts'
import type { ElementType } from '@opine/models/onnx/types.ts'
import { type Case, int, integers, ints, itAgrees, node, scalar, text, weights, x } from '../support/onnx-case.ts'

/** Constant indices of any shape. */
const table = (name: string, shape: readonly number[], ...data: number[]): TensorSource => ({ name, type: 'i64', shape, data })
const typed = (type: ElementType): Pick<Case, 'type'> => ({ type })

const SLICES: Readonly<Record<string, Case>> = {
  'Slice by attributes': {
    inputs: x(4, 5, 6),
    nodes: [node('Slice', 'x', 'y', { starts: ints(1, -4), ends: ints(9, -1), axes: ints(0, 2) })],
    opset: 9,
    kernels: 1,
  },
  'Slice by attributes of the first axes': {
    inputs: x(4, 5, 6),
    nodes: [node('Slice', 'x', 'y', { starts: ints(1, 2), ends: ints(3, 4) })],
    opset: 7,
  },
  'Slice by inputs, with steps of either sign and ends far out': {
    inputs: x(4, 5, 6),
    nodes: [node('Slice', 'x s e a t', 'y'), node('Slice', 'y s2 e2 a2 t2', 'z')],
    weights: [
      integers('s', -1, 1),
      { name: 'e', type: 'i64', shape: [2], data: [-(2n ** 63n), 2n ** 63n - 1n] },
      integers('a', 0, 2),
      integers('t', -2, 3),
      integers('s2', 40),
      integers('e2', -40),
      integers('a2', -2),
      integers('t2', -1),
    ],
    opset: 13,
    outputs: ['y', 'z'],
    kernels: 2,
  },
  'Slice of a reshaped transpose': {
    inputs: x(4, 3, 2),
    nodes: [node('Transpose', 'x', 't', { perm: ints(1, 0, 2) }), node('Reshape', 't s', 'r'), node('Slice', 'r a b', 'y')],
    weights: [integers('s', 12, 2), integers('a', 2), integers('b', 9)],
  },
  'Split in equal parts': { inputs: x(2, 6), nodes: [node('Split', 'x', 'y z', { axis: int(1) })], outputs: ['y', 'z'], opset: 11 },
  'Split by an attribute': {
    inputs: x(2, 6),
    nodes: [node('Split', 'x', 'y z', { axis: int(-1), split: ints(2, 4) })],
    outputs: ['y', 'z'],
    opset: 7,
    kernels: 2,
  },
  'Split by an input': {
    inputs: x(5, 2),
    nodes: [node('Split', 'x p', 'a b c'), node('Concat', 'c a b', 'y', { axis: int(0) })],
    weights: [integers('p', 1, 3, 1)],
    opset: 13,
    kernels: 1,
  },
  'Split into a number of parts, the last one shorter': {
    inputs: x(7, 2),
    nodes: [node('Split', 'x', 'a b c', { num_outputs: int(3) })],
    outputs: ['a', 'b', 'c'],
    opset: 18,
  },
  'Concat of negative zeros, many parts, types and padded parts': {
    inputs: x(2, 3),
    nodes: [
      node('Pad', 'x p v', 'q'),
      node('Neg', 'zeros', 'n'),
      node('Concat', 'q n x x x x x x x n', 'c', { axis: int(1) }),
      node('Reciprocal', 'c', 'y'),
    ],
    weights: [integers('p', 0, 1, 0, 2), scalar('v', 4), { name: 'zeros', type: 'f32', shape: [2, 2], data: [0, 0, 0, 0] }],
    outputs: ['y', 'c'],
  },
  'Concat of bytes': { inputs: x(2, 3), nodes: [node('Concat', 'x x', 'y', { axis: int(0) })], ...typed('u8'), kernels: 1 },
}

const padded = (mode: string, opset: number, ...pads: number[]): Case => ({
  inputs: x(2, 3, 4),
  nodes: [node('Pad', 'x p', 'y', { mode: text(mode) })],
  weights: [integers('p', ...pads)],
  opset,
})

const PADS: Readonly<Record<string, Case>> = {
  'Pad by attributes': {
    inputs: x(2, 3),
    nodes: [node('Pad', 'x', 'y', { pads: ints(1, 0, 0, 2), value: { float: -0.5 } })],
    opset: 7,
    kernels: 1,
  },
  'Pad with infinity, then a pool that fills otherwise': {
    inputs: x(1, 1, 4, 4),
    nodes: [node('Pad', 'x p v', 'q'), node('MaxPool', 'q', 'y', { kernel_shape: ints(2, 2), pads: ints(1, 0, 0, 1) })],
    weights: [integers('p', 0, 0, 1, 1, 0, 0, 1, 1), scalar('v', 7)],
  },
  'Pad, then Conv, in one kernel': {
    inputs: x(1, 2, 4, 4),
    nodes: [node('Pad', 'x p', 'q'), node('Conv', 'q w', 'y', { pads: ints(1, 1, 1, 1) })],
    weights: [integers('p', 0, 0, 1, 1, 0, 0, 1, 0), weights('w', 3, 2, 3, 3)],
    kernels: 1,
  },
  'Pad of named axes with integers': {
    inputs: x(2, 3, 4),
    nodes: [node('Pad', 'x p v a', 'y')],
    weights: [integers('p', 1, 0, 2, 1), { name: 'v', type: 'i32', shape: [], data: [-7] }, integers('a', -1, 0)],
    opset: 18,
    ...typed('i32'),
    kernels: 1,
  },
  'Pad and crop': padded('constant', 13, -1, 2, -1, 0, -1, 3),
  'Pad with a value computed at run time': {
    inputs: { x: [2, 3], v: [1] },
    nodes: [node('Exp', 'v', 'e'), node('Reshape', 'e s', 'w'), node('Pad', 'x p w', 'y')],
    weights: [integers('p', 0, 1, 1, 0), table('s', [0])],
    opset: 13,
    kernels: 2,
  },
  'Pad of a pad of another value': {
    inputs: x(2, 2),
    nodes: [node('Pad', 'x p v', 'q'), node('Pad', 'q p w', 'y')],
    weights: [integers('p', 1, 0, 0, 1), scalar('v', 1), scalar('w', 2)],
  },
  'Pad by edges': padded('edge', 13, 1, 0, 3, 0, 2, 1),
  'Pad by reflection': padded('reflect', 13, 1, 2, 0, 0, 1, 3),
  'Pad by wrapping': padded('wrap', 19, 1, 2, 0, 1, 1, 3),
  'Pad by reflection and crop': padded('reflect', 13, 0, 1, 0, 0, -1, 2),
}

const VIEWS: Readonly<Record<string, Case>> = {
  'Tile of a transpose': {
    inputs: x(2, 3),
    nodes: [node('Transpose', 'x', 't'), node('Tile', 't r', 'y')],
    weights: [integers('r', 2, 3)],
    kernels: 1,
  },
  'Expand both ways': {
    inputs: x(2, 1, 3),
    nodes: [node('Expand', 'x s', 'y')],
    weights: [integers('s', 4, 1, 5, 1)],
    kernels: 1,
  },
  'DepthToSpace, DCR': { inputs: x(2, 8, 2, 3), nodes: [node('DepthToSpace', 'x', 'y', { blocksize: int(2) })], kernels: 1 },
  'DepthToSpace, CRD': {
    inputs: x(1, 12, 2, 3),
    nodes: [node('DepthToSpace', 'x', 'y', { blocksize: int(2), mode: text('CRD') })],
    kernels: 1,
  },
  SpaceToDepth: { inputs: x(1, 2, 4, 6), nodes: [node('SpaceToDepth', 'x', 'y', { blocksize: int(2) })], kernels: 1 },
  'Flatten of every axis': {
    inputs: x(2, 3, 4),
    nodes: [0, 1, 2, 3, -1].map((axis, index) => node('Flatten', 'x', `y${index}`, { axis: int(axis) })),
    outputs: ['y0', 'y1', 'y2', 'y3', 'y4'],
  },
  'Trilu of rows and columns, over and under': {
    inputs: x(2, 3, 4),
    nodes: [
      node('Trilu', 'x', 'a'),
      node('Trilu', 'x k', 'b', { upper: int(0) }),
      node('Trilu', 'b m', 'c', { upper: int(1) }),
      node('Trilu', 'x far', 'd'),
      node('Trilu', 'x far', 'e', { upper: int(0) }),
    ],
    weights: [table('k', [], 1), table('m', [], -1), table('far', [], 9)],
    outputs: ['a', 'b', 'c', 'd', 'e'],
    kernels: 5,
  },
  'Trilu of a pad of ones, reshaped': {
    inputs: x(4, 4),
    nodes: [node('Pad', 'x p v', 'q'), node('Reshape', 'q s', 'r'), node('Trilu', 'r', 't'), node('Add', 't t', 'y')],
    weights: [integers('p', 1, 0, 1, 0), scalar('v', 1), integers('s', 2, 3, 4)],
  },
  EyeLike: {
    inputs: x(3, 4),
    nodes: [node('EyeLike', 'x', 'e', { k: int(-1) }), node('Add', 'x e', 'y')],
    kernels: 1,
  },
  'Shape arithmetic': {
    inputs: x(2, 3, 4),
    nodes: [
      node('Shape', 'x', 's'),
      node('Gather', 's one', 'g'),
      node('Unsqueeze', 'g zero', 'u'),
      node('Slice', 's two big', 't'),
      node('Mul', 'u t', 'm'),
      node('Concat', 'm minus', 'c', { axis: int(0) }),
      node('Reshape', 'x c', 'y'),
      node('Size', 'x', 'n'),
      node('Cast', 'n', 'f', { to: int(1) }),
      node('Div', 'y f', 'z'),
    ],
    weights: [table('one', [], 1), integers('zero', 0), integers('two', 2), integers('big', 99), integers('minus', -1)],
    outputs: ['y', 'z'],
  },
  'ConstantOfShape, Range and NonZero': {
    inputs: x(2, 3),
    nodes: [
      node('Shape', 'x', 's'),
      node('ConstantOfShape', 's', 'c', { value: { tensor: packTensor({ name: 'v', type: 'f32', shape: [1], data: [2.5] }) } }),
      node('Range', 'a b d', 'r'),
      node('Add', 'x c', 'p'),
      node('Mul', 'p r', 'y'),
      node('NonZero', 'mask', 'k'),
      node('Reshape', 'k s', 'i'),
    ],
    weights: [scalar('a', 3), scalar('b', 0), scalar('d', -1), { name: 'mask', type: 'f32', shape: [2, 3], data: [0, 1, 0, 2, 0, -1] }],
    types: { i: 'i64' },
    outputs: ['y', 'i'],
  },
}

const GATHERS: Readonly<Record<string, Case>> = {
  'Gather of one, of a run, of a pattern': {
    inputs: x(4, 6),
    nodes: [
      node('Gather', 'x a', 'p', { axis: int(1) }),
      node('Gather', 'x b', 'q', { axis: int(1) }),
      node('Gather', 'x c', 'r'),
      node('Gather', 'x d', 's', { axis: int(-1) }),
    ],
    weights: [table('a', [], -2), table('b', [3], 4, 2, 0), table('c', [2, 2], 0, 2, 1, 3), table('d', [1, 4], 5, 5, 0, 0)],
    outputs: ['p', 'q', 'r', 's'],
    kernels: 4,
  },
  'Gather of three runs': {
    inputs: x(2, 8),
    nodes: [node('Gather', 'x a', 'y', { axis: int(1) })],
    weights: [table('a', [8], 7, 6, 5, 0, 1, 2, 4, 4)],
    kernels: 1,
  },
  'GatherElements of one pattern': {
    inputs: x(2, 3),
    nodes: [node('GatherElements', 'x i', 'y', { axis: int(1) })],
    weights: [table('i', [2, 2], 2, 0, -1, 0)],
    kernels: 1,
  },
  'GatherND of rows': {
    inputs: x(3, 2, 4),
    nodes: [node('GatherND', 'x i', 'y'), node('GatherND', 'x j', 'z', { batch_dims: int(1) })],
    weights: [table('i', [2, 2], 0, 1, 2, -1), table('j', [3, 1], 1, 1, 1)],
    outputs: ['y', 'z'],
  },
}

for (const [family, cases] of Object.entries({ SLICES, PADS, VIEWS, GATHERS })) {
  describe(`movement, ${family.toLowerCase()}: lowered operators agree with ONNX Runtime`, () => itAgrees(cases))
}

/** Cases whose axes and parts are inputs already, in the newest operator set. */
const newest = Object.entries({ ...SLICES, ...PADS, ...VIEWS, ...GATHERS }).filter(([, { opset = 17 }]) => opset >= 13)

describe('movement in operator set 23: agrees with ONNX Runtime', () =>
  itAgrees(Object.fromEntries(newest.map(([name, each]) => [name, { ...each, opset: 23 }]))))
