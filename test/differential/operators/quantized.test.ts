import { describe } from 'node:test'
import type { TensorSource } from '@opine/models/onnx/encode.ts'
import type { ElementType } from '@opine/models/onnx/types.ts'
import { type Case, int, ints, itAgrees, node, scalar, weights, x } from '../../support/onnx-case.ts'
import { randomNumbers } from '../../support/run-onnx.ts'

const typed = (name: string, type: ElementType, shape: readonly number[], ...data: number[]): TensorSource => ({ name, type, shape, data })
const zero = (name: string, type: ElementType, value: number): TensorSource => typed(name, type, [], value)
const scales = (name: string, ...data: number[]): TensorSource => typed(name, 'f32', [data.length], ...data)
const random = (name: string, type: ElementType, ...shape: number[]): TensorSource => ({
  name,
  type,
  shape,
  data: randomNumbers(
    shape.reduce((a, b) => a * b, 1),
    3,
  ).map((value) => Math.round(value * (type === 'u8' ? 60 : 30)) + (type === 'u8' ? 100 : 0)),
})
const types = (all: Record<string, ElementType>): Pick<Case, 'types'> => ({ types: all })

const LINEAR: Readonly<Record<string, Case>> = {
  'QuantizeLinear to uint8, saturated, without a zero point': {
    inputs: x(3, 40),
    nodes: [node('QuantizeLinear', 'x s', 'y')],
    weights: [scalar('s', 0.01)],
    ...types({ y: 'u8' }),
  },
  'QuantizeLinear rounds halves to even': {
    inputs: x(10),
    nodes: [node('QuantizeLinear', 'x s z', 'y')],
    weights: [scalar('s', 2), zero('z', 'i8', 1)],
    feeds: { x: [-5, -3, -1, 1, 3, 5, 253, -259, 1e30, -1e30] },
    ...types({ y: 'i8' }),
  },
  'QuantizeLinear along an axis': {
    inputs: x(2, 3, 4),
    nodes: [node('QuantizeLinear', 'x s z', 'y', { axis: int(1) })],
    weights: [scales('s', 0.1, 0.03, 0.7), typed('z', 'u8', [3], 3, 128, 250)],
    opset: 13,
    ...types({ y: 'u8' }),
  },
  'QuantizeLinear in blocks, the last one short': {
    inputs: x(2, 5),
    nodes: [node('QuantizeLinear', 'x s z', 'y', { axis: int(1), block_size: int(2) })],
    weights: [typed('s', 'f32', [2, 3], 0.1, 0.2, 0.3, 0.4, 0.5, 0.6), typed('z', 'u8', [2, 3], 1, 2, 3, 4, 5, 6)],
    opset: 21,
    ...types({ y: 'u8' }),
  },
  'QuantizeLinear with scale and zero point at run time': {
    inputs: { x: [4], s: [], z: [] },
    nodes: [node('QuantizeLinear', 'x s z', 'y')],
    opset: 13,
    ...types({ z: 'i8', y: 'i8' }),
    feeds: { s: [0.02] },
  },
  'DequantizeLinear of every type': {
    inputs: { a: [2, 3], b: [2, 3], c: [2, 3] },
    nodes: [node('DequantizeLinear', 'a s m', 'p'), node('DequantizeLinear', 'b s n', 'q'), node('DequantizeLinear', 'c s', 'r')],
    weights: [scalar('s', 0.37), zero('m', 'u8', 131), zero('n', 'i8', -7)],
    outputs: ['p', 'q', 'r'],
    ...types({ a: 'u8', b: 'i8', c: 'i32' }),
  },
  'DequantizeLinear along the last axis and in blocks': {
    inputs: { x: [2, 4] },
    nodes: [
      node('DequantizeLinear', 'x s z', 'p', { axis: int(-1) }),
      node('DequantizeLinear', 'x t', 'q', { axis: int(0), block_size: int(2) }),
    ],
    weights: [scales('s', 0.1, 0.2, 0.3, 0.4), typed('z', 'i8', [4], 1, 2, 3, 4), typed('t', 'f32', [1, 4], 0.5, 0.6, 0.7, 0.8)],
    outputs: ['p', 'q'],
    opset: 21,
    ...types({ x: 'i8' }),
  },
  DynamicQuantizeLinear: {
    inputs: x(3, 7),
    nodes: [node('DynamicQuantizeLinear', 'x', 'y s z')],
    outputs: ['y', 's', 'z'],
    ...types({ y: 'u8', z: 'u8' }),
  },
  'DynamicQuantizeLinear of positive numbers and of zeros': {
    inputs: { x: [4], o: [3] },
    nodes: [node('DynamicQuantizeLinear', 'x', 'y s z'), node('DynamicQuantizeLinear', 'o', 'p t q')],
    outputs: ['y', 's', 'z', 'p', 't', 'q'],
    feeds: { x: [1, 2, 3, 4], o: [0, 0, 0] },
    ...types({ y: 'u8', z: 'u8', p: 'u8', q: 'u8' }),
  },
}

const PRODUCTS: Readonly<Record<string, Case>> = {
  'MatMulInteger with a zero point each row and column': {
    inputs: { a: [3, 5] },
    nodes: [node('MatMulInteger', 'a b m n', 'y')],
    weights: [random('b', 'i8', 5, 4), zero('m', 'u8', 120), typed('n', 'i8', [4], 1, -2, 0, 3)],
    ...types({ a: 'u8', y: 'i32' }),
    kernels: 1,
  },
  'MatMulInteger of variables in a batch': {
    inputs: { a: [2, 3, 5], b: [5, 2] },
    nodes: [node('MatMulInteger', 'a b', 'y')],
    ...types({ a: 'u8', b: 'u8', y: 'i32' }),
    kernels: 1,
  },
  QLinearMatMul: {
    inputs: { a: [2, 3, 8] },
    nodes: [node('QLinearMatMul', 'a p m b q n r o', 'y')],
    weights: [
      ...[scalar('p', 0.02), zero('m', 'u8', 120), random('b', 'i8', 8, 4), scalar('q', 0.05), zero('n', 'i8', 0)],
      ...[scalar('r', 0.06), zero('o', 'u8', 110)],
    ],
    ...types({ a: 'u8', y: 'u8' }),
    kernels: 1,
  },
  'QLinearMatMul with a scale each column': {
    inputs: { a: [3, 8] },
    nodes: [node('QLinearMatMul', 'a p m b q n r o', 'y')],
    weights: [
      ...[scalar('p', 0.02), zero('m', 'i8', 3), random('b', 'i8', 8, 3), scales('q', 0.05, 0.1, 0.2), typed('n', 'i8', [3], 0, 0, 0)],
      ...[scalar('r', 0.06), zero('o', 'i8', -20)],
    ],
    ...types({ a: 'i8', y: 'i8' }),
  },
  'ConvInteger with padding that is the zero point': {
    inputs: x(1, 2, 5, 5),
    nodes: [node('ConvInteger', 'x w m n', 'y', { pads: ints(1, 1, 1, 1) })],
    weights: [random('w', 'u8', 3, 2, 3, 3), zero('m', 'u8', 90), zero('n', 'u8', 101)],
    ...types({ x: 'u8', y: 'i32' }),
    kernels: 1,
  },
  'ConvInteger with a zero point at run time': {
    inputs: { x: [1, 2, 5, 5], m: [] },
    nodes: [node('ConvInteger', 'x w m', 'y', { pads: ints(1, 1, 1, 1), group: int(2) })],
    weights: [random('w', 'u8', 4, 1, 3, 3)],
    ...types({ x: 'u8', m: 'u8', y: 'i32' }),
  },
  'QLinearConv with bias, scales each filter, groups and strides': {
    inputs: x(1, 4, 6, 6),
    nodes: [node('QLinearConv', 'x p m w q n r o b', 'y', { pads: ints(1, 1, 1, 1), strides: ints(2, 2), group: int(2) })],
    weights: [
      ...[scalar('p', 0.02), zero('m', 'u8', 110), random('w', 'i8', 4, 2, 3, 3), scales('q', 0.05, 0.1, 0.02, 0.07)],
      ...[typed('n', 'i8', [4], 0, 0, 0, 0), scalar('r', 0.03), zero('o', 'u8', 99), typed('b', 'i32', [4], 100, -300, 20, 7)],
    ],
    ...types({ x: 'u8', y: 'u8' }),
  },
  'QLinearConv of int8 without bias': {
    inputs: x(2, 3, 4, 4),
    nodes: [node('QLinearConv', 'x p m w q n r o', 'y')],
    weights: [
      ...[scalar('p', 0.02), zero('m', 'i8', -4), random('w', 'i8', 5, 3, 2, 2), scalar('q', 0.04), zero('n', 'i8', 0)],
      ...[scalar('r', 0.05), zero('o', 'i8', 6)],
    ],
    ...types({ x: 'i8', y: 'i8' }),
  },
  'a network with QuantizeLinear and DequantizeLinear around float operators': {
    inputs: x(1, 2, 6, 6),
    nodes: [
      node('QuantizeLinear', 'x s z', 'xq'),
      node('DequantizeLinear', 'xq s z', 'xd'),
      node('DequantizeLinear', 'w t', 'wd', { axis: int(0) }),
      node('Conv', 'xd wd b', 'h'),
      node('Relu', 'h', 'r'),
      node('QuantizeLinear', 'r u v', 'rq'),
      node('DequantizeLinear', 'rq u v', 'y'),
    ],
    weights: [
      ...[scalar('s', 0.03125), zero('z', 'u8', 100), random('w', 'i8', 3, 2, 3, 3), scales('t', 0.0625, 0.03125, 0.125)],
      ...[weights('b', 3), scalar('u', 0.25), zero('v', 'u8', 0)],
    ],
    opset: 13,
  },
}

describe('quantising agrees with ONNX Runtime', () => {
  itAgrees(LINEAR)
})

describe('products of quantised tensors agree with ONNX Runtime', () => {
  itAgrees(PRODUCTS)
})
