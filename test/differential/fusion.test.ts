import { describe, it } from 'node:test'
import type { NodeSource, TensorSource } from '@opine/models/onnx/encode.ts'
import type { Attribute, ElementType } from '@opine/models/onnx/types.ts'
import { type Case, compare, fileOf, int, integers, ints, itAgrees, node, scalar, text, weights, x } from '../support/onnx-case.ts'
import { randomNumbers } from '../support/run-onnx.ts'

const to = (code: number): Record<string, Attribute> => ({ to: int(code) })
/** Halves between numbers, ties, the least subnormal and the greatest half. */
const HALVES = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -24, 2 ** -25, 3 * 2 ** -25, 2 ** -14, 65504, 65519.99, 65520, -0, 0.1, -1000.3]

const CASES: Readonly<Record<string, Case>> = {
  'comparison, logic and choice in one kernel': {
    inputs: { x: [3, 4], z: [4] },
    nodes: [
      node('Less', 'x z', 'a'),
      node('Greater', 'x low', 'b'),
      node('And', 'a b', 'c'),
      node('Not', 'c', 'd'),
      node('Where', 'd x z', 'y'),
    ],
    weights: [scalar('low', -1)],
    kernels: 1,
  },
  'casts through bytes keep the low bits in one kernel': {
    inputs: x(40),
    nodes: [
      node('Mul', 'x hundred', 'a'),
      node('Cast', 'a', 'b', to(6)),
      node('Cast', 'b', 'c', to(2)),
      node('Cast', 'c', 'd', to(3)),
      node('Cast', 'd', 'y', to(1)),
    ],
    weights: [scalar('hundred', 300)],
    kernels: 1,
  },
  'rounding to half precision': {
    inputs: x(HALVES.length),
    nodes: [node('Cast', 'x', 'a', to(10)), node('Cast', 'a', 'y', to(1))],
    feeds: { x: HALVES },
    kernels: 1,
  },
  'half precision constants': {
    inputs: x(3, 4),
    nodes: [
      node('Max', 'h g', 'a'),
      node('Cast', 'a', 'b', to(1)),
      node('Add', 'x b', 'c'),
      node('ReduceMean', 'c', 'y', { axes: ints(0) }),
    ],
    weights: [
      { name: 'h', type: 'f16', shape: [4], data: [0x3c00, 0xc000, 0x0001, 0x7bff] },
      { name: 'g', type: 'f16', shape: [], data: [0x3800] },
    ],
    kernels: 2,
  },
  'layer normalisation in three kernels': {
    inputs: x(4, 6),
    nodes: [node('LayerNormalization', 'x s t', 'h'), node('Relu', 'h', 'y')],
    weights: [weights('s', 6), weights('t', 6)],
    kernels: 3,
  },
  'the same of elementary operators': {
    inputs: x(4, 6),
    nodes: [
      node('ReduceMean', 'x', 'm', { axes: ints(-1) }),
      node('Sub', 'x m', 'd'),
      node('Pow', 'd two', 'q'),
      node('ReduceMean', 'q', 'v', { axes: ints(-1) }),
      node('Add', 'v small', 'e'),
      node('Sqrt', 'e', 'r'),
      node('Div', 'd r', 'n'),
      node('Mul', 'n s', 'h'),
      node('Add', 'h t', 'y'),
    ],
    weights: [weights('s', 6), weights('t', 6), scalar('two', 2), scalar('small', 1e-5)],
    kernels: 5,
  },
  'what follows a product, in its kernel': {
    inputs: x(3, 4),
    nodes: [node('MatMul', 'x w', 'a'), node('Add', 'a b', 'c'), node('Gelu', 'c', 'y', { approximate: text('tanh') })],
    weights: [weights('w', 4, 5), weights('b', 5)],
    opset: 20,
    kernels: 1,
  },
  'functions that are too long for one kernel': {
    inputs: x(3, 4),
    nodes: [node('Softplus', 'x', 'a'), node('Erf', 'a', 'b'), node('Pow', 'b p', 'c'), node('Tanh', 'c', 'd'), node('Sigmoid', 'd', 'y')],
    weights: [scalar('p', 1.7)],
    kernels: 5,
  },
  'an index that is used on': {
    inputs: x(4, 5),
    nodes: [node('ArgMax', 'x', 'a', { axis: int(1) }), node('Mul', 'a two', 'b'), node('Cast', 'b', 'c', to(1)), node('Add', 'x c', 'y')],
    weights: [integers('two', 2)],
    kernels: 3,
  },
  'an index along a transposed, reshaped axis': {
    inputs: x(2, 3, 4),
    nodes: [
      node('Transpose', 'x', 't', { perm: ints(2, 0, 1) }),
      node('Reshape', 't s', 'r'),
      node('ArgMin', 'r', 'a', { axis: int(0), keepdims: int(0) }),
      node('Hardmax', 'r', 'h', { axis: int(0) }),
    ],
    weights: [integers('s', 8, 3)],
    types: { a: 'i64' },
    outputs: ['a', 'h'],
  },
}

describe('fused kernels agree with ONNX Runtime', () => itAgrees(CASES))

describe('random graphs of many operators agree with ONNX Runtime', () => {
  for (let seed = 0; seed < 30; seed += 1) it(`seed ${seed}`, () => compare(fileOf(`random ${seed}`, randomCase(seed)), seed))
})

/** Comparisons, choices, casts, reductions, normalisations and views of each other's results. */
function randomCase(seed: number): Case {
  const numbers = randomNumbers(500, seed + 100)
  const below = (limit: number): number => Math.floor(((numbers.pop()! + 1) / 2) * limit)
  const values: { name: string; type: ElementType; shape: readonly number[] }[] = [{ name: 'x', type: 'f32', shape: [2, 3, 4] }]
  const nodes: NodeSource[] = []
  const initializers: TensorSource[] = [scalar('zero', 0), { name: 'whole', type: 'i32', shape: [], data: [3] }]
  const pick = (type: ElementType): (typeof values)[number] => {
    const fitting = values.filter((value) => value.type === type)
    return fitting[Math.max(below(fitting.length), below(fitting.length))]!
  }
  const alike = (value: (typeof values)[number]): string =>
    values.filter(({ type, shape }) => type === value.type && shape.join() === value.shape.join()).at(-1)!.name
  const add = (
    op: string,
    inputs: string,
    type: ElementType,
    shape: readonly number[],
    attributes: Record<string, Attribute> = {},
  ): void => {
    const name = `v${nodes.length}`
    nodes.push(node(op, inputs, name, attributes))
    values.push({ name, type, shape })
  }
  for (let step = 0; step < 14; step += 1) {
    const value = pick('f32')
    const { name, shape } = value
    const axis = below(shape.length)
    const reduced = shape.map((extent, dim) => (dim === axis ? 1 : extent))
    const kind = below(9)
    if (kind === 0) add(['Less', 'GreaterOrEqual'][below(2)]!, `${name} zero`, 'bool', shape)
    else if (kind === 1) {
      const condition = values.findLast((other) => other.type === 'bool' && other.shape.join() === shape.join())
      if (condition) add('Where', `${condition.name} ${name} zero`, 'f32', shape)
    } else if (kind === 2) {
      add('Cast', name, 'i32', shape, to(6))
      add('Mul', `${values.at(-1)!.name} whole`, 'i32', shape)
      if (below(2) === 0) add('Cast', values.at(-1)!.name, 'i8', shape, to(3))
      add('Cast', values.at(-1)!.name, 'f32', shape, to(1))
    } else if (kind === 3) add(['ReduceMean', 'ReduceMax', 'ReduceL1'][below(3)]!, name, 'f32', reduced, { axes: ints(axis) })
    else if (kind === 4) add('Softmax', name, 'f32', shape, { axis: int(axis) })
    else if (kind === 5) add(['HardSwish', 'Softsign', 'Tanh', 'Round'][below(4)]!, name, 'f32', shape)
    else if (kind === 6) add(['Add', 'Max', 'Sub'][below(3)]!, `${name} ${alike(value)}`, 'f32', shape)
    else if (kind === 7) {
      const order = shape.map((_, dim) => dim).sort(() => numbers.pop()!)
      add(
        'Transpose',
        name,
        'f32',
        order.map((dim) => shape[dim]!),
        { perm: ints(...order) },
      )
    } else {
      add('ArgMax', name, 'i64', reduced, { axis: int(axis) })
      add('Cast', values.at(-1)!.name, 'f32', reduced, to(1))
      add('Add', `${name} ${values.at(-1)!.name}`, 'f32', shape)
    }
  }
  const made = values.filter((value) => value.name !== 'x' && value.type === 'f32')
  const outputs = [made.at(-1)!.name, ...(made.length > 3 ? [made.at(-3)!.name] : [])]
  return { inputs: x(2, 3, 4), nodes, weights: initializers, outputs, opset: 17 }
}
