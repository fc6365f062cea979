import { describe, it } from 'node:test'
import type { ElementType } from '@opine/models/onnx/types.ts'
import { expect } from 'chai'
import { floats, int, ints, known, pairs, random, randomTensor, SPECIAL, tensor, wholeTensor } from '../support/node-cases.ts'
import { compareNode, type Given, type NodeCase } from '../support/one-node.ts'

const axes = (...values: number[]): Given => known(tensor('i64', values))
const NAMES = ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSum', 'LogSumExp'] as const
const positive = (given: Given): Given => ({ ...given, data: given.data.map((value) => Math.abs(value) + 0.1) })

const reductions = (x: Given, more: (op: string) => Partial<NodeCase>, names: readonly string[] = NAMES): NodeCase[] =>
  names.map((name) => ({ op: `Reduce${name}`, inputs: [name === 'LogSum' ? positive(x) : x], tolerance: 1e-5, ...more(name) }))

const withAxes =
  (x: Given, given: readonly number[], attributes: NodeCase['attributes'] = {}) =>
  (name: string) => ({
    inputs: [name === 'LogSum' ? positive(x) : x, axes(...given)],
    attributes,
  })

const X = randomTensor([2, 3, 4, 5], 2)
const ARGUMENTS = ['ArgMax', 'ArgMin'].flatMap((op) => [0, 1].map((last) => ({ op, last })))

const CASES: Readonly<Record<string, readonly NodeCase[]>> = {
  'reductions by an attribute': [
    ...reductions(X, () => ({ opset: 11, attributes: { axes: ints(1, -1) } })),
    ...reductions(X, () => ({ opset: 11, attributes: { axes: ints(2), keepdims: int(0) } })),
    ...reductions(X, () => ({ opset: 11 })),
  ],
  'reductions by an input': [
    ...reductions(X, withAxes(X, [0, -2], { keepdims: int(0) })),
    ...reductions(X, withAxes(X, [])),
    ...reductions(X, withAxes(X, [], { noop_with_empty_axes: int(1) })),
    ...reductions(X, () => ({ attributes: { noop_with_empty_axes: int(0) } })),
    { op: 'ReduceSum', inputs: [X, axes(1)], opset: 13 },
  ],
  'reductions of int32 and int64': (['i32', 'i64'] as const).flatMap((type) => {
    const x = wholeTensor(type, [3, 4, 2])
    return reductions(x, () => ({ inputs: [x, axes(1)] }), [
      'Sum',
      'Max',
      'Min',
      'Prod',
      ...(type === 'i32' ? ['Mean', 'L1', 'L2', 'SumSquare'] : []),
    ])
  }),
  'reductions of bytes and bools': [
    ...(['i8', 'u8'] as const).flatMap((type) =>
      reductions(wholeTensor(type, [3, 4]), () => ({ inputs: [wholeTensor(type, [3, 4]), axes(0)] }), ['Max', 'Min']),
    ),
    ...['Max', 'Min'].map((name) => ({ op: `Reduce${name}`, inputs: [tensor('bool', [1, 0, 1, 1], [2, 2]), axes(1)], opset: 20 })),
  ],
  'reductions of special values': [
    {
      op: 'ReduceLogSumExp',
      inputs: [floats([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e3, 1e3 + 1, 1, Number.POSITIVE_INFINITY], [3, 2]), axes(1)],
    },
    { op: 'ReduceSum', inputs: [floats(SPECIAL)] },
    { op: 'ReduceProd', inputs: [floats(SPECIAL.slice(3))] },
  ],
  'reductions of a scalar': reductions(floats([2.5], []), () => ({ inputs: [floats([2.5], [])] })),
  'folds of more than 65536 terms': [
    { op: 'ReduceSum', inputs: [wholeTensor('i32', [2, 70000]), axes(1)] },
    { op: 'ReduceMax', inputs: [randomTensor([70001])] },
    { op: 'ReduceMean', inputs: [randomTensor([65537, 2]), axes(0)], tolerance: 1e-4 },
    { op: 'ReduceSum', inputs: [wholeTensor('i32', [3, 131101])] },
    { op: 'ArgMax', inputs: [randomTensor([2, 80021])], attributes: { axis: int(1) }, gives: ['i64'], opset: 13 },
    { op: 'ArgMax', inputs: [randomTensor([1, 100000])], attributes: { axis: int(1) }, gives: ['i64'], opset: 13 },
    { op: 'GlobalAveragePool', inputs: [randomTensor([1, 1, 300, 400])], tolerance: 1e-4 },
  ],
  'ArgMax and ArgMin': [
    ...(['f32', 'i32', 'u8', 'i8'] as ElementType[]).flatMap((type) =>
      ARGUMENTS.flatMap(({ op, last }) =>
        [0, -1].map((axis) => ({
          op,
          inputs: [wholeTensor(type, [4, 5, 6])],
          attributes: { axis: int(axis), select_last_index: int(last) },
          gives: ['i64'] as const,
          opset: 13,
        })),
      ),
    ),
    { op: 'ArgMax', inputs: [randomTensor([3, 4])], attributes: { axis: int(1), keepdims: int(0) }, gives: ['i64'], opset: 11 },
    { op: 'ArgMin', inputs: [randomTensor([3, 1, 4])], attributes: { axis: int(1) }, gives: ['i64'], opset: 11 },
  ],
  TopK: [
    { op: 'TopK', inputs: [randomTensor([3, 7]), axes(3)], gives: ['f32', 'i64'] },
    { op: 'TopK', inputs: [wholeTensor('f32', [7, 6]), axes(4)], attributes: { axis: int(0), largest: int(0) }, gives: ['f32', 'i64'] },
    { op: 'TopK', inputs: [wholeTensor('i32', [2, 9, 3]), axes(9)], attributes: { axis: int(1) }, gives: ['i32', 'i64'] },
    { op: 'TopK', inputs: [wholeTensor('i64', [5]), axes(1)], gives: ['i64', 'i64'] },
    { op: 'TopK', inputs: [floats([1, Number.POSITIVE_INFINITY, -0, 0, Number.NEGATIVE_INFINITY, 2]), axes(6)], gives: ['f32', 'i64'] },
    { op: 'TopK', inputs: [randomTensor([2, 5])], attributes: { k: int(2) }, gives: ['f32', 'i64'], opset: 9 },
  ],
  CumSum: [0, 1].flatMap((exclusive) =>
    [0, 1].flatMap((reverse) => [
      {
        op: 'CumSum',
        inputs: [randomTensor([3, 8]), known(tensor('i32', [1], []))],
        attributes: { exclusive: int(exclusive), reverse: int(reverse) },
      },
      {
        op: 'CumSum',
        inputs: [wholeTensor('i32', [3, 4, 2]), known(tensor('i64', [-3], []))],
        attributes: { exclusive: int(exclusive), reverse: int(reverse) },
      },
    ]),
  ),
  'Softmax, LogSoftmax, Hardmax': ['Softmax', 'LogSoftmax', 'Hardmax'].flatMap((op): NodeCase[] => [
    ...[-1, 0, 1, 2].map((axis) => ({
      op,
      inputs: [wholeTensor('f32', [2, 3, 4])],
      attributes: { axis: int(axis) },
      opset: 13,
      tolerance: 1e-5,
    })),
    ...[-1, 0, 1, 2].map((axis) => ({
      op,
      inputs: [wholeTensor('f32', [2, 3, 4])],
      attributes: { axis: int(axis) },
      opset: 11,
      tolerance: 1e-5,
    })),
    { op, inputs: [wholeTensor('f32', [2, 3, 4])], opset: 7, tolerance: 1e-5 },
    { op, inputs: [randomTensor([2, 300], 40)], opset: 13, tolerance: 1e-5 },
  ]),
  Pow: [
    { op: 'Pow', inputs: pairs('f32', [...SPECIAL, ...random(20, 5)]), opset: 15, tolerance: 1e-5 },
    ...[1, 2, 3, 0.5, -1, -0.5, 0, 2.5, -3].map((exponent) => ({
      op: 'Pow',
      inputs: [floats(SPECIAL), known(floats([exponent], []))],
      opset: 15,
      tolerance: 1e-5,
    })),
    { op: 'Pow', inputs: [...pairs('f32', [2, -3, 0.5]).slice(0, 1), tensor('i32', [0, 1, 2, -3, 5])], opset: 15, tolerance: 1e-5 },
    { op: 'Pow', inputs: [tensor('f32', [2, -3]), tensor('i64', [3, 5])], opset: 15, tolerance: 1e-5 },
    { op: 'Pow', inputs: [tensor('i32', [2, -3, 9, 1, -1, 7, 0], [7, 1]), tensor('i32', [0, 1, 2, 3, 4, 5, 9])], opset: 15 },
    { op: 'Pow', inputs: [tensor('i32', [1, -1, 5, 2]), tensor('i32', [-3, -3, -1, 30])], opset: 15 },
    { op: 'Pow', inputs: [tensor('i32', [4, 9, 2, 3]), floats([0.5, 0.5, -1, 2])], opset: 15 },
    { op: 'Pow', inputs: [tensor('i64', [4, -9, 2, 3]), tensor('i64', [2, 3, 20, 0])], opset: 15 },
  ],
}

describe('reductions agree with ONNX Runtime', () => {
  for (const [name, cases] of Object.entries(CASES)) {
    it(name, async () => {
      for (const each of cases)
        expect(await compareNode(each), `${each.op} ${each.opset} ${JSON.stringify(each.attributes ?? {})}`).to.equal(null)
    })
  }
})
