import { describe, it } from 'node:test'
import { expect } from 'chai'
import { float, floats, int, known, pairs, random, SPECIAL, tensor, text } from '../support/node-cases.ts'
import { compareNode, type NodeCase } from '../support/one-node.ts'

const MORE = random(40, 6)
const unary = (op: string, more: Partial<NodeCase> = {}): NodeCase => ({ op, inputs: [floats([...SPECIAL, ...MORE])], ...more })
const binary = (op: string, more: Partial<NodeCase> = {}): NodeCase => ({
  op,
  inputs: pairs('f32', SPECIAL, [...SPECIAL, ...MORE]),
  ...more,
})
const INTEGERS = [0, 1, -1, 2, -2, 3, -3, 7, -8, 100, 2147483647, -2147483648]
const integer = (op: string, more: Partial<NodeCase> = {}): NodeCase => ({ op, inputs: pairs('i32', INTEGERS), ...more })
const NOT_ZERO = INTEGERS.filter((value) => value !== 0 && value !== -1)
const BITS = pairs('bool', [0, 1])

const CASES: Readonly<Record<string, readonly NodeCase[]>> = {
  'arithmetic of floats': [...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Sum', 'Mean'].map((op) => binary(op))],
  'arithmetic of int32 wraps': [
    ...['Add', 'Sub', 'Mul', 'Max', 'Min'].map((op) => integer(op)),
    { op: 'Div', inputs: pairs('i32', INTEGERS, NOT_ZERO) },
  ],
  'arithmetic of int64 in range': ['Add', 'Sub', 'Mul', 'Max', 'Min'].map((op) => ({
    op,
    inputs: pairs('i64', [0, 1, -5, 1000], [3, -7]),
  })),
  'arithmetic of bytes wraps': [
    ...['Add', 'Sub', 'Mul'].map((op) => ({ op, inputs: pairs('u8', [0, 1, 100, 255]), opset: 14 })),
    ...['Add', 'Sub', 'Mul'].map((op) => ({ op, inputs: pairs('i8', [0, 1, -100, 127, -128]), opset: 14 })),
  ],
  'variadic operators': ['Max', 'Min', 'Sum', 'Mean'].map((op) => ({
    op,
    inputs: [floats(random(6, 3), [2, 3]), floats(random(3, 3, 2)), floats(random(2, 3, 3), [2, 1])],
  })),
  'variadic operators of one input': ['Max', 'Min', 'Sum', 'Mean'].map((op) => unary(op)),
  'unary arithmetic': [...['Neg', 'Abs', 'Sign', 'Reciprocal', 'Sqrt', 'Floor', 'Ceil', 'Round', 'Relu', 'Exp'].map((op) => unary(op))],
  'unary arithmetic of integers': [
    ...['Neg', 'Abs', 'Sign'].map((op) => ({ op, inputs: [tensor('i32', INTEGERS)] })),
    { op: 'Sign', inputs: [tensor('i64', [5, -5, 0])] },
  ],
  'Mod of integers': [
    ...[0, 1].map((fmod) => ({ op: 'Mod', inputs: pairs('i32', INTEGERS, NOT_ZERO), attributes: { fmod: int(fmod) } })),
    { op: 'Mod', inputs: pairs('i64', [7, -7, 0], [3, -3]) },
    { op: 'Mod', inputs: pairs('u8', [7, 255, 0], [3, 200]) },
  ],
  'Mod of floats': [
    {
      op: 'Mod',
      inputs: pairs('f32', SPECIAL, [Number.NaN, Number.POSITIVE_INFINITY, 0, 1.5, -3, 1e30, 1e28]),
      attributes: { fmod: int(1) },
    },
    { op: 'Mod', inputs: pairs('f32', random(60, 1e5), random(60, 7, 2)), attributes: { fmod: int(1) } },
    { op: 'Mod', inputs: pairs('f32', random(20, 1e-38), random(20, 1e-40, 2)), attributes: { fmod: int(1) }, tolerance: 0 },
    { op: 'Mod', inputs: pairs('f32', [3.4e38, 2e38, -1.1e38], [3.3e38, 1e36, 2.5e30]), attributes: { fmod: int(1) }, tolerance: 0 },
  ],
  'comparison of floats': ['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'].map((op) => binary(op, { gives: ['bool'] })),
  'comparison of integers': ['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'].flatMap((op) => [
    integer(op, { gives: ['bool'] }),
    { op, inputs: pairs('i64', [1, 2, -3]), gives: ['bool'] },
  ]),
  logic: [...['And', 'Or', 'Xor', 'Equal'].map((op) => ({ op, inputs: BITS })), { op: 'Not', inputs: [tensor('bool', [0, 1])] }],
  'bitwise logic': [
    ...['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'].flatMap((op) => [
      integer(op),
      { op, inputs: pairs('i64', [5, -9, 12]) },
      { op, inputs: pairs('u8', [5, 200, 12]) },
    ]),
    ...(['i32', 'i64', 'i8', 'u8'] as const).map((type) => ({ op: 'BitwiseNot', inputs: [tensor(type, [0, 5, 100])] })),
    ...['LEFT', 'RIGHT'].map((direction) => ({
      op: 'BitShift',
      inputs: pairs('u8', [0, 1, 77, 255], [0, 1, 5, 7, 8]),
      attributes: { direction: text(direction) },
    })),
  ],
  'IsNaN and IsInf': [
    unary('IsNaN', { gives: ['bool'] }),
    ...[
      [1, 1],
      [0, 1],
      [1, 0],
      [0, 0],
    ].map(([negative, positive]) =>
      unary('IsInf', { gives: ['bool'], attributes: { detect_negative: int(negative!), detect_positive: int(positive!) } }),
    ),
  ],
  Where: (['f32', 'i32', 'i64', 'u8'] as const).map((type) => ({
    op: 'Where',
    inputs: [tensor('bool', [1, 0, 0, 1], [2, 2]), tensor(type, [1, 2]), tensor(type, [3, 4], [2, 1])],
    gives: [type],
  })),
  Clip: [
    unary('Clip', { opset: 7, attributes: { min: float(-1), max: float(2) } }),
    unary('Clip', { opset: 7, attributes: { max: float(2) } }),
    unary('Clip', { opset: 7 }),
    { op: 'Clip', inputs: [floats(SPECIAL), floats([-1], []), floats([2], [])] },
    { op: 'Clip', inputs: [floats(SPECIAL), floats([3], []), floats([2], [])] },
    { op: 'Clip', inputs: [floats(SPECIAL), null, known(floats([2], []))] },
    { op: 'Clip', inputs: [tensor('i32', INTEGERS), tensor('i32', [-5], []), tensor('i32', [50], [])] },
    { op: 'Clip', inputs: [tensor('i8', [5, -100, 100]), tensor('i8', [-5], []), tensor('i8', [50], [])] },
  ],
}

describe('element-wise operators agree with ONNX Runtime', () => {
  for (const [name, cases] of Object.entries(CASES)) {
    it(name, async () => {
      for (const each of cases) expect(await compareNode(each), `${each.op} ${JSON.stringify(each.attributes ?? {})}`).to.equal(null)
    })
  }
})
