import { describe } from 'node:test'
import { packTensor, type TensorSource } from '@opine/models/onnx/encode.ts'
import type { Graph, GraphNode } from '@opine/models/onnx/types.ts'
import { type Case, int, integers, ints, itAgrees, node, scalar, text, weights, x } from '../support/onnx-case.ts'

const table = (name: string, shape: readonly number[], ...data: number[]): TensorSource => ({ name, type: 'i64', shape, data })

/** The same case with the input `i` as a constant, and computed at run time. */
function bothWays(name: string, shape: readonly number[], data: readonly number[], each: Case): Record<string, Case> {
  const { weights: others = [], types = {}, feeds = {} } = each
  return {
    [`${name}, constant`]: { ...each, weights: [...others, table('i', shape, ...data)] },
    [`${name}, at run time`]: {
      ...each,
      inputs: { ...each.inputs, i: shape },
      types: { ...types, i: 'i64' },
      feeds: { ...feeds, i: data },
    },
  }
}

const GATHERS: Record<string, Case> = {
  'an embedding': {
    inputs: { i: [2, 3] },
    nodes: [node('Gather', 'w i', 'y')],
    weights: [weights('w', 10, 4)],
    types: { i: 'i64' },
    feeds: { i: [3, 9, 0, -1, -10, 4] },
    kernels: 2,
  },
  ...bothWays('Gather along the middle of a convolution', [5], [3, 0, -1, 2, 2], {
    inputs: x(1, 2, 5, 5),
    nodes: [node('Conv', 'x w', 'h'), node('Gather', 'h i', 'y', { axis: int(2) })],
    weights: [weights('w', 3, 2, 2, 2)],
  }),
  ...bothWays('Gather of a scalar', [], [-2], { inputs: x(3, 4), nodes: [node('Gather', 'x i', 'y', { axis: int(1) })] }),
  ...bothWays('Gather by a matrix from a pad', [2, 2], [4, 0, 1, 3], {
    inputs: x(3, 2),
    nodes: [node('Pad', 'x p v', 'q'), node('Gather', 'q i', 'y')],
    weights: [integers('p', 1, 0, 1, 0), scalar('v', 3)],
  }),
  ...bothWays('Gather from a reshaped transpose', [3], [11, 2, 7], {
    inputs: x(4, 3, 2),
    nodes: [node('Transpose', 'x', 't', { perm: ints(1, 0, 2) }), node('Reshape', 't s', 'r'), node('Gather', 'r i', 'y')],
    weights: [integers('s', 12, 2)],
  }),
  ...bothWays('Gather of bytes', [4], [1, 0, 0, 1], { inputs: x(2, 3), nodes: [node('Gather', 'x i', 'y')], types: { x: 'u8', y: 'u8' } }),
  ...bothWays('GatherElements', [2, 3], [2, 0, -3, 1, 1, 2], { inputs: x(3, 3), nodes: [node('GatherElements', 'x i', 'y')] }),
  ...bothWays('GatherElements along the last axis', [2, 1, 2], [3, -1, 0, 1], {
    inputs: x(2, 3, 4),
    nodes: [node('GatherElements', 'x i', 'y', { axis: int(-1) })],
  }),
  ...bothWays('GatherND of elements', [3, 2], [0, 1, 2, 0, -1, -2], { inputs: x(3, 2), nodes: [node('GatherND', 'x i', 'y')] }),
  ...bothWays('GatherND of rows', [2, 2, 1], [0, 2, 1, -1], { inputs: x(3, 2, 2), nodes: [node('GatherND', 'x i', 'y')] }),
  ...bothWays('GatherND in batches', [2, 2, 1], [0, 2, 1, -1], {
    inputs: x(2, 3, 2),
    nodes: [node('GatherND', 'x i', 'y', { batch_dims: int(1) })],
  }),
}

const scatter = (shape: readonly number[], updates: readonly number[], op: string, axis: number | null, reduction = 'none'): Case => ({
  inputs: { x: shape, u: updates },
  nodes: [node(op, 'x i u', 'y', { ...(axis === null ? {} : { axis: int(axis) }), reduction: text(reduction) })],
  opset: 18,
})

const SCATTERS: Record<string, Case> = {
  ...bothWays('Scatter', [2, 3], [1, 0, 2, 0, 2, 1], {
    inputs: { x: [3, 3], u: [2, 3] },
    nodes: [node('Scatter', 'x i u', 'y', { axis: int(0) })],
    opset: 9,
  }),
  ...bothWays('ScatterElements into a part', [2, 2], [4, 0, -1, 2], scatter([3, 5], [2, 2], 'ScatterElements', 1)),
  ...bothWays('ScatterElements of whole rows', [2, 3], [3, 3, 3, 1, 1, 1], scatter([5, 3], [2, 3], 'ScatterElements', 0)),
  ...bothWays('ScatterElements of a run of rows', [2, 3], [2, 2, 2, 3, 3, 3], scatter([5, 3], [2, 3], 'ScatterElements', 0)),
  ...bothWays('ScatterND of rows', [2, 1], [2, 0], scatter([4, 3], [2, 3], 'ScatterND', null)),
  ...bothWays('ScatterND of a run of rows', [2, 1], [2, 1], scatter([4, 3], [2, 3], 'ScatterND', null)),
  ...bothWays('ScatterND of elements', [2, 1, 2], [2, 0, -1, -1], scatter([4, 3], [2, 1], 'ScatterND', null)),
}
for (const reduction of ['add', 'mul', 'max', 'min']) {
  const elements = scatter([3, 4], [3, 3], 'ScatterElements', 1, reduction)
  const rows = scatter([3, 2], [4, 2], 'ScatterND', null, reduction)
  Object.assign(SCATTERS, bothWays(`ScatterElements, ${reduction}`, [3, 3], [1, 1, 1, 0, 2, 0, -1, 2, 1], elements))
  Object.assign(SCATTERS, bothWays(`ScatterND, ${reduction}`, [4, 1], [1, 2, 1, -2], rows))
  Object.assign(
    SCATTERS,
    bothWays(`ScatterND, ${reduction}, integers`, [2, 1], [1, 2], { ...scatter([3], [2], 'ScatterND', null, reduction), type: 'i32' }),
  )
}

const OTHERS: Record<string, Case> = {
  ...bothWays('OneHot along the last axis', [2, 2], [0, -1, 7, 2], {
    inputs: x(1),
    nodes: [node('OneHot', 'i d v', 'o'), node('Add', 'o x', 'y')],
    weights: [table('d', [], 4), { name: 'v', type: 'f32', shape: [2], data: [-1, 2.5] }],
  }),
  ...bothWays('OneHot along the first axis', [3], [2, 0, 1], {
    inputs: x(1),
    nodes: [node('OneHot', 'i d v', 'o', { axis: int(0) }), node('Add', 'o x', 'y')],
    weights: [table('d', [], 3), { name: 'v', type: 'f32', shape: [2], data: [0, 1] }],
  }),
  'OneHot of floats, values at run time': {
    inputs: { x: [3], v: [2] },
    nodes: [node('OneHot', 'x d v', 'y', { axis: int(-2) })].map((each) => ({ ...each, attributes: {} })),
    weights: [scalar('d', 3)],
    feeds: { x: [2, 0, -1] },
  },
  ...bothWays('ReverseSequence', [3], [2, 4, 1], { inputs: x(4, 3, 2), nodes: [node('ReverseSequence', 'x i', 'y')] }),
  ...bothWays('ReverseSequence, batches first', [2], [3, 4], {
    inputs: x(2, 5),
    nodes: [node('ReverseSequence', 'x i', 'y', { batch_axis: int(0), time_axis: int(1) })],
  }),
  'Compress along an axis and through all': {
    inputs: x(3, 4),
    nodes: [node('Compress', 'x c', 'y', { axis: int(1) }), node('Compress', 'x c', 'z')],
    weights: [{ name: 'c', type: 'bool', shape: [4], data: [0, 1, 1, 1] }],
    outputs: ['y', 'z'],
  },
  'Sequences that fold away': {
    inputs: { x: [2, 5], u: [2, 5] },
    nodes: [
      node('SequenceConstruct', 'x u', 's'),
      node('SequenceInsert', 's u zero', 't'),
      node('SequenceErase', 't', 'e'),
      node('SequenceAt', 'e minus', 'a'),
      node('ConcatFromSequence', 't', 'y', { axis: int(1), new_axis: int(1) }),
      node('SplitToSequence', 'x parts', 'p', { axis: int(1) }),
      node('SequenceAt', 'p one', 'b'),
      node('SplitToSequence', 'x', 'q', { axis: int(0), keepdims: int(0) }),
      node('ConcatFromSequence', 'q', 'z', { axis: int(0) }),
      node('SequenceLength', 'p', 'n'),
      node('Cast', 'n', 'f', { to: int(1) }),
      node('Mul', 'z f', 'w'),
    ],
    weights: [table('zero', [], 0), table('minus', [], -1), table('one', [], 1), table('parts', [], 2)],
    outputs: ['a', 'y', 'b', 'w'],
  },
  'If at run time': {
    inputs: { x: [2, 3], c: [1] },
    nodes: [node('If', 'c', 'y', { then_branch: { graph: branch('Neg') }, else_branch: { graph: branch('Abs') } })],
    types: { c: 'bool' },
    feeds: { c: [1] },
  },
  'float16 constants': {
    inputs: { i: [3] },
    nodes: [
      node('Gather', 'k i', 'g', { axis: int(1) }),
      node('Pad', 'g p v', 'q'),
      node('Concat', 'q k', 'c', { axis: int(1) }),
      node('Cast', 'c', 'y', { to: int(1) }),
    ],
    weights: [
      { name: 'k', type: 'f16', shape: [2, 2], data: [0x3c00, 0xc100, 0x8000, 0x0001] },
      integers('p', 0, 1, 0, 0),
      { name: 'v', type: 'f16', shape: [], data: [0x4248] },
    ],
    types: { i: 'i64' },
    feeds: { i: [1, -2, 0] },
    outputs: ['y'],
  },
  'int64 at run time': {
    inputs: x(2, 3),
    nodes: [node('Transpose', 'x', 't'), node('Mul', 't k', 'm'), node('Slice', 'm a b', 'y')],
    weights: [table('k', [2], 3, -5), integers('a', 1), integers('b', 3)],
    type: 'i64',
  },
}

function branch(op: string): Graph {
  const inner: GraphNode = { op, domain: '', name: op, inputs: ['x'], outputs: ['o'], attributes: {} }
  const k = packTensor({ name: 'k', type: 'f32', shape: [], data: [2] })
  const scaled: GraphNode = { op: 'Mul', domain: '', name: `${op}_k`, inputs: ['o', 'k'], outputs: [`r_${op}`], attributes: {} }
  return {
    name: op,
    inputs: [],
    outputs: [{ name: `r_${op}`, type: 'f32', shape: null }],
    nodes: [inner, scaled].map((each) => ({
      ...each,
      outputs: each.outputs.map((name) => (name === 'o' ? `o_${op}` : name)),
      inputs: each.inputs.map((name) => (name === 'o' ? `o_${op}` : name)),
    })),
    initializers: [k],
  }
}

for (const [family, cases] of Object.entries({ GATHERS, SCATTERS, OTHERS })) {
  describe(`indexing, ${family.toLowerCase()}: agrees with ONNX Runtime`, () => itAgrees(cases))
}
