import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { compile } from '@opine/models/lower/compile.ts'
import type { TensorSource } from '@opine/models/onnx/encode.ts'
import type { Attribute } from '@opine/models/onnx/types.ts'
import { expect } from 'chai'
import { type Case, fileOf, int, itAgrees, node, text, weights, x } from '../../support/onnx-case.ts'

const [STEPS, ITEMS, WIDTH, UNITS] = [4, 2, 3, 5] as const
const GATES = { RNN: 1, GRU: 3, LSTM: 4 } as const
type Name = keyof typeof GATES

const texts = (...strings: string[]): Attribute => ({ strings })
const floats = (...values: number[]): Attribute => ({ floats: values })
const lengths = (...data: number[]): TensorSource => ({ name: 'n', type: 'i32', shape: [data.length], data })

type Options = {
  readonly direction?: 'forward' | 'reverse' | 'bidirectional'
  readonly attributes?: Record<string, Attribute>
  /** Optional inputs from 3 on, by the names that `weights` has for them. */
  readonly optional?: string
  readonly extra?: readonly TensorSource[]
  readonly rest?: Partial<Case>
}

/** A layer with all its outputs; `b h c p` are bias, states and peepholes. */
function layer(name: Name, { direction = 'forward', attributes = {}, optional = '', extra = [], rest = {} }: Options = {}): Case {
  const [gates, directions] = [GATES[name], direction === 'bidirectional' ? 2 : 1]
  const outputs = name === 'LSTM' ? ['y', 'yh', 'yc'] : ['y', 'yh']
  return {
    inputs: x(STEPS, ITEMS, WIDTH),
    nodes: [
      node(name, `x w r ${optional}`.trim(), outputs.join(' '), { hidden_size: int(UNITS), direction: text(direction), ...attributes }),
    ],
    weights: [
      weights('w', directions, gates * UNITS, WIDTH),
      weights('r', directions, gates * UNITS, UNITS),
      weights('b', directions, 2 * gates * UNITS),
      weights('h', directions, ITEMS, UNITS),
      weights('cc', directions, ITEMS, UNITS),
      weights('p', directions, 3 * UNITS),
      ...extra,
    ],
    opset: 13,
    outputs,
    ...rest,
  }
}

const COMMON = (name: Name): Readonly<Record<string, Case>> => ({
  'without anything optional': layer(name),
  'with bias and initial state': layer(name, { optional: 'b - h' }),
  'in reverse': layer(name, { direction: 'reverse', optional: 'b' }),
  'both ways': layer(name, { direction: 'bidirectional', optional: 'b - h' }),
  clipped: layer(name, { attributes: { clip: { float: 0.3 } }, optional: 'b' }),
  'over equal lengths': layer(name, { optional: 'b n', extra: [lengths(3, 3)] }),
  'over unequal lengths, both ways': layer(name, { direction: 'bidirectional', optional: 'b n h', extra: [lengths(4, 2)] }),
  'of one step': layer(name, { optional: 'b - h', rest: { inputs: x(1, ITEMS, WIDTH) } }),
})

const RNN: Readonly<Record<string, Case>> = {
  ...COMMON('RNN'),
  'with every activation': {
    ...layer('RNN'),
    nodes: ['Relu', 'Affine', 'LeakyRelu', 'ThresholdedRelu', 'ScaledTanh', 'HardSigmoid', 'Elu', 'Softsign', 'Softplus', 'Sigmoid'].map(
      (f) =>
        node('RNN', 'x w r', `y${f}`, {
          hidden_size: int(UNITS),
          activations: texts(f),
          activation_alpha: floats(0.3),
          activation_beta: floats(0.7),
        }),
    ),
    outputs: ['Relu', 'Affine', 'LeakyRelu', 'ThresholdedRelu', 'ScaledTanh', 'HardSigmoid', 'Elu', 'Softsign', 'Softplus', 'Sigmoid'].map(
      (f) => `y${f}`,
    ),
  },
  'with another activation each way': layer('RNN', {
    direction: 'bidirectional',
    attributes: { activations: texts('Relu', 'Tanh'), clip: { float: 2 } },
    optional: 'b',
  }),
}

const GRU: Readonly<Record<string, Case>> = {
  ...COMMON('GRU'),
  'that resets after the product': layer('GRU', { attributes: { linear_before_reset: int(1) }, optional: 'b - h' }),
  'that resets after the product, both ways without bias': layer('GRU', {
    direction: 'bidirectional',
    attributes: { linear_before_reset: int(1) },
  }),
  'that resets after the product, clipped': layer('GRU', {
    attributes: { linear_before_reset: int(1), clip: { float: 0.5 } },
    optional: 'b',
  }),
  'with activations': layer('GRU', { attributes: { activations: texts('HardSigmoid', 'Softsign') }, optional: 'b' }),
}

const LSTM: Readonly<Record<string, Case>> = {
  ...COMMON('LSTM'),
  'with both states and peepholes': layer('LSTM', { optional: 'b - h cc p' }),
  'with peepholes and no state': layer('LSTM', { optional: 'b - - - p', direction: 'bidirectional' }),
  'with coupled gates': layer('LSTM', { attributes: { input_forget: int(1) }, optional: 'b - h cc p' }),
  'with activations whose code is too long for one kernel': layer('LSTM', {
    attributes: { activations: texts('Softplus', 'Tanh', 'Softplus') },
    optional: 'b',
  }),
  'with other activations each way': layer('LSTM', {
    direction: 'bidirectional',
    attributes: {
      activations: texts('Sigmoid', 'Tanh', 'Tanh', 'HardSigmoid', 'Elu', 'LeakyRelu'),
      activation_alpha: floats(0.3, 0.9, 0.2),
      activation_beta: floats(0.4),
    },
    optional: 'b - h cc',
  }),
}

for (const [name, cases] of Object.entries({ RNN, GRU, LSTM })) {
  describe(`${name} agrees with ONNX Runtime`, () => {
    itAgrees(cases)
  })
}

describe('recurrent layers', () => {
  it('take as few kernels a step as their cells need', () => {
    const kernels = (each: Case): number => compile(fileOf('count', { ...each, outputs: [each.outputs!.at(-1)!] })).program.kernels.length
    // One for all inputs, and the last state alone is wanted; the first step starts from zeros.
    expect(kernels(layer('RNN'))).to.equal(1 + STEPS)
    expect(kernels(layer('GRU'))).to.equal(1 + 3 * STEPS - 1)
    expect(kernels(layer('GRU', { attributes: { linear_before_reset: int(1) } }))).to.equal(1 + 2 * STEPS)
    expect(kernels({ ...layer('LSTM', { optional: 'b - h' }), outputs: ['yh'] })).to.equal(1 + 3 * STEPS)
  })

  it('are refused where they would be unrolled into more kernels than a program has', () => {
    const file = fileOf('long', layer('GRU', { rest: { inputs: x(100_000, ITEMS, WIDTH) } }))
    expect(() => compile(file))
      .to.throw(OpineError)
      .with.property('code', 'UNSUPPORTED_OPERATOR')
  })

  it('are refused where lengths are known at run time alone', () => {
    const each = layer('GRU', { optional: 'b n' })
    const file = fileOf('lengths', { ...each, inputs: { ...each.inputs, n: [ITEMS] }, types: { n: 'i32' } })
    expect(() => compile(file))
      .to.throw(OpineError)
      .with.property('code', 'UNSUPPORTED_OPERATOR')
  })
})
