import { describe, it } from 'node:test'
import { expect } from 'chai'
import { float, floats, int, random, SPECIAL, tensor, text } from '../support/node-cases.ts'
import { compareNode, type NodeCase } from '../support/one-node.ts'

const VALUES = floats([...SPECIAL, ...random(60, 6), ...random(20, 30, 2)])
const FINITE = floats(VALUES.data.filter((value) => value !== Number.NEGATIVE_INFINITY))
const unary = (op: string, more: Partial<NodeCase> = {}): NodeCase => ({ op, inputs: [VALUES], tolerance: 3e-6, ...more })

const CASES: Readonly<Record<string, readonly NodeCase[]>> = {
  LeakyRelu: [unary('LeakyRelu'), unary('LeakyRelu', { attributes: { alpha: float(-0.3) } })],
  ThresholdedRelu: [unary('ThresholdedRelu'), unary('ThresholdedRelu', { attributes: { alpha: float(-0.7) } })],
  Elu: [unary('Elu'), unary('Elu', { attributes: { alpha: float(2.5) } })],
  Selu: [unary('Selu'), unary('Selu', { attributes: { alpha: float(2), gamma: float(3) } })],
  Celu: [unary('Celu'), unary('Celu', { attributes: { alpha: float(2.5) } })],
  HardSigmoid: [unary('HardSigmoid'), unary('HardSigmoid', { attributes: { alpha: float(0.5), beta: float(0.6) } })],
  HardSwish: [unary('HardSwish')],
  Softplus: [unary('Softplus')],
  Softsign: [unary('Softsign')],
  Shrink: [unary('Shrink'), unary('Shrink', { attributes: { bias: float(0.4), lambd: float(1.2) } })],
  // x times a factor that is 0 at -infinity: the limit, where the formula gives NaN
  Mish: [unary('Mish', { inputs: [FINITE] })],
  Gelu: [
    unary('Gelu', { inputs: [FINITE], opset: 20 }),
    unary('Gelu', { inputs: [FINITE], opset: 20, attributes: { approximate: text('tanh') } }),
  ],
  PRelu: [
    unary('PRelu', { inputs: [VALUES, floats([0.25])] }),
    { op: 'PRelu', inputs: [floats(random(24, 2), [2, 3, 4]), floats(random(3, 2, 2), [3, 1])] },
    { op: 'PRelu', inputs: [tensor('i32', [5, -5, 0]), tensor('i32', [3])] },
  ],
  'Tanh, Sigmoid, Erf, Log': ['Tanh', 'Sigmoid', 'Erf', 'Log'].map((op) => unary(op)),
  'circular functions': ['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan'].map((op) =>
    unary(op, { inputs: [floats([...SPECIAL.filter((value) => !(Math.abs(value) > 1000)), ...random(60, 300), ...random(20, 1)])] }),
  ),
  'hyperbolic functions': ['Sinh', 'Cosh', 'Asinh', 'Acosh', 'Atanh'].map((op) => unary(op)),
  Swish: [
    unary('Swish', { inputs: [FINITE], opset: 24 }),
    unary('Swish', { inputs: [FINITE], opset: 24, attributes: { alpha: float(1.7) } }),
  ],
  'Cast from floats': [
    unary('Cast', { attributes: { to: int(1) }, tolerance: 0 }),
    unary('Cast', { attributes: { to: int(9) }, gives: ['bool'] }),
    ...(
      [
        ['i32', 6],
        ['i64', 7],
      ] as const
    ).map(([type, to]) => ({
      op: 'Cast',
      inputs: [floats([...random(20, 1e6), 0.5, -0.5, -0, 1.99, -1.99])],
      attributes: { to: int(to) },
      gives: [type],
    })),
    ...(
      [
        ['u8', 2, [0, 1.9, 255.9]],
        ['i8', 3, [-128.5, -1.9, 127.9]],
      ] as const
    ).map(([type, to, data]) => ({
      op: 'Cast',
      inputs: [floats(data)],
      attributes: { to: int(to) },
      gives: [type],
    })),
  ],
  'Cast between integers and to floats': (['i32', 'i64', 'i8', 'u8', 'bool'] as const).flatMap((from) =>
    (
      [
        ['f32', 1],
        ['u8', 2],
        ['i8', 3],
        ['i32', 6],
        ['i64', 7],
        ['bool', 9],
      ] as const
    ).map(([type, to]) => ({
      op: 'Cast',
      inputs: [
        tensor(from, from === 'bool' ? [0, 1] : [0, 1, 77, from === 'u8' ? 200 : -77, ...(from === 'i32' ? [16777217, 1000000] : [])]),
      ],
      attributes: { to: int(to) },
      gives: [type],
      tolerance: 0,
    })),
  ),
  CastLike: [
    { op: 'CastLike', inputs: [floats([1.7, -2.2]), tensor('i32', [1])], gives: ['i32'] },
    { op: 'CastLike', inputs: [tensor('u8', [1, 200]), floats([1, 2, 3])], gives: ['f32'] },
  ],
}

describe('activations and casts agree with ONNX Runtime', () => {
  for (const [name, cases] of Object.entries(CASES)) {
    it(name, async () => {
      for (const each of cases) expect(await compareNode(each), `${each.op} ${JSON.stringify(each.attributes ?? {})}`).to.equal(null)
    })
  }
})
