import { describe, it } from 'node:test'
import { expect } from 'chai'
import { float, floats, int, ints, known, randomTensor, text, wholeTensor } from '../support/node-cases.ts'
import { compareNode, type Given, type NodeCase } from '../support/one-node.ts'

const X = randomTensor([2, 4, 3, 5])
const vector = (count: number, seed: number): Given => randomTensor([count], 2, seed)
const positive = (given: Given): Given => ({ ...given, data: given.data.map((value) => Math.abs(value) + 0.1) })
const each = (tolerance: number, cases: readonly NodeCase[]): NodeCase[] => cases.map((one) => ({ tolerance, ...one }))

const CASES: Readonly<Record<string, readonly NodeCase[]>> = {
  BatchNormalization: each(1e-5, [
    ...[7, 9, 14, 15].map((opset) => ({
      op: 'BatchNormalization',
      inputs: [X, vector(4, 2), vector(4, 3), vector(4, 4), positive(vector(4, 5))],
      opset,
    })),
    {
      op: 'BatchNormalization',
      inputs: [X, vector(4, 2), vector(4, 3), vector(4, 4), positive(vector(4, 5))].map((given, index) =>
        index > 0 ? known(given) : given,
      ),
      attributes: { epsilon: float(0.01) },
      opset: 15,
    },
    {
      op: 'BatchNormalization',
      inputs: [randomTensor([3, 4]), vector(4, 2), vector(4, 3), vector(4, 4), positive(vector(4, 5))],
      opset: 15,
    },
    {
      op: 'BatchNormalization',
      inputs: [X, vector(4, 2), vector(4, 3), vector(4, 4), positive(vector(4, 5))],
      attributes: { training_mode: int(1), momentum: float(0.8) },
      gives: ['f32', 'f32', 'f32'],
      opset: 15,
    },
  ]),
  LayerNormalization: each(1e-5, [
    { op: 'LayerNormalization', inputs: [X, vector(5, 2), vector(5, 3)] },
    { op: 'LayerNormalization', inputs: [X, vector(5, 2), null], attributes: { epsilon: float(0.1) } },
    {
      op: 'LayerNormalization',
      inputs: [X, randomTensor([4, 3, 5]), randomTensor([3, 5])],
      attributes: { axis: int(1) },
      gives: ['f32', 'f32', 'f32'],
    },
    { op: 'LayerNormalization', inputs: [X, randomTensor([3, 5])], attributes: { axis: int(-2) }, gives: ['f32', 'f32', 'f32'] },
    { op: 'LayerNormalization', inputs: [randomTensor([2, 300], 40), vector(300, 2), vector(300, 3)] },
  ]),
  RMSNormalization: each(1e-5, [
    { op: 'RMSNormalization', inputs: [X, vector(5, 2)], opset: 23 },
    { op: 'RMSNormalization', inputs: [X, randomTensor([3, 5])], attributes: { axis: int(2), epsilon: float(0.1) }, opset: 23 },
  ]),
  InstanceNormalization: each(1e-5, [
    { op: 'InstanceNormalization', inputs: [X, vector(4, 2), vector(4, 3)] },
    { op: 'InstanceNormalization', inputs: [randomTensor([2, 3, 7]), vector(3, 2), vector(3, 3)], attributes: { epsilon: float(0.5) } },
  ]),
  GroupNormalization: each(1e-5, [
    { op: 'GroupNormalization', inputs: [X, vector(4, 2), vector(4, 3)], attributes: { num_groups: int(2) }, opset: 21 },
    {
      op: 'GroupNormalization',
      inputs: [X, vector(2, 2), vector(2, 3)],
      attributes: { num_groups: int(2), epsilon: float(0.01) },
      opset: 18,
    },
    {
      op: 'GroupNormalization',
      inputs: [randomTensor([2, 6, 4]), vector(6, 2), vector(6, 3)],
      attributes: { num_groups: int(6) },
      opset: 21,
    },
  ]),
  MeanVarianceNormalization: each(1e-4, [
    { op: 'MeanVarianceNormalization', inputs: [X], opset: 13 },
    { op: 'MeanVarianceNormalization', inputs: [X], attributes: { axes: ints(1, 2) }, opset: 9 },
  ]),
  LpNormalization: each(1e-5, [
    ...[1, 2].flatMap((p) =>
      [0, -1].map((axis) => ({ op: 'LpNormalization', inputs: [X], attributes: { p: int(p), axis: int(axis) }, opset: 22 })),
    ),
    { op: 'LpNormalization', inputs: [floats([0, 0, 3, -4], [2, 2])], opset: 7 },
  ]),
  LRN: each(1e-5, [
    ...[0.75, 0.5, 1, 0.6].map((beta) => ({
      op: 'LRN',
      inputs: [X],
      attributes: { size: int(3), alpha: float(0.3), beta: float(beta), bias: float(1.5) },
      opset: 13,
    })),
    { op: 'LRN', inputs: [X], attributes: { size: int(5) }, opset: 13 },
  ]),
  'LpPool and GlobalLpPool': each(1e-5, [
    ...[1, 2, 3, 6].map((p) => ({ op: 'GlobalLpPool', inputs: [X], attributes: { p: int(p) }, opset: 7 })),
    ...[1, 2, 3].map((p) => ({
      op: 'LpPool',
      inputs: [X],
      attributes: { p: int(p), kernel_shape: ints(2, 3), pads: ints(1, 0, 0, 1), strides: ints(1, 2) },
      opset: 18,
    })),
    { op: 'LpPool', inputs: [X], attributes: { kernel_shape: ints(2, 2), auto_pad: text('SAME_UPPER') }, opset: 11 },
    {
      op: 'LpPool',
      inputs: [X],
      attributes: { kernel_shape: ints(2, 2), dilations: ints(2, 1), ceil_mode: int(1), strides: ints(2, 2) },
      opset: 18,
    },
  ]),
  'MaxPool with indices': [
    {
      op: 'MaxPool',
      inputs: [wholeTensor('f32', [2, 3, 6, 5])],
      attributes: { kernel_shape: ints(2, 3), strides: ints(2, 1) },
      gives: ['f32', 'i64'],
      opset: 12,
    },
    {
      op: 'MaxPool',
      inputs: [wholeTensor('f32', [1, 2, 6, 5])],
      attributes: { kernel_shape: ints(3, 2), pads: ints(1, 0, 1, 1), dilations: ints(2, 1), storage_order: int(1) },
      gives: ['f32', 'i64'],
      opset: 12,
    },
    {
      op: 'MaxPool',
      inputs: [randomTensor([2, 2, 9])],
      attributes: { kernel_shape: ints(3), pads: ints(1, 1), ceil_mode: int(1), strides: ints(2) },
      gives: ['f32', 'i64'],
      opset: 12,
    },
    { op: 'MaxPool', inputs: [wholeTensor('i8', [1, 1, 4, 4])], attributes: { kernel_shape: ints(2, 2) }, gives: ['i8', 'i64'], opset: 12 },
  ],
}

describe('normalisations agree with ONNX Runtime', () => {
  for (const [name, cases] of Object.entries(CASES)) {
    it(name, async () => {
      for (const one of cases)
        expect(await compareNode(one), `${one.op} ${one.opset} ${JSON.stringify(one.attributes ?? {})}`).to.equal(null)
    })
  }
})
