import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { evaluateModel, type OutputQuality } from '@opine/models/quantize/network/evaluate-model.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { expect } from 'chai'
import { sharedFile } from '../support/shared.ts'
import { STOCK_SETTINGS, stockSession } from '../support/stock.ts'
import { tryCell } from './random-cells.ts'
import { drawSequence, type RecurrentForm, recurrentNetwork } from './recurrent-networks.ts'

const plain = { states: false, biased: true } as const
const FORMS: readonly RecurrentForm[] = [
  { ...plain, op: 'LSTM', direction: 'forward' },
  { ...plain, op: 'LSTM', direction: 'bidirectional', states: true },
  { ...plain, op: 'GRU', direction: 'forward', after: true },
  { ...plain, op: 'GRU', direction: 'reverse', states: true, biased: false, opset: 9 },
  { ...plain, op: 'GRU', direction: 'bidirectional', after: true, states: true },
  { ...plain, op: 'RNN', direction: 'reverse', lengths: [12, 12] },
]
const titleOf = ({ op, direction, states, biased, after, opset, lengths }: RecurrentForm): string =>
  [
    op,
    direction,
    ...(states ? ['states'] : []),
    ...(biased ? [] : ['no bias']),
    ...(after ? ['reset after'] : []),
    ...(opset ? [`set ${opset}`] : []),
    ...(lengths ? ['whole lengths'] : []),
  ].join(', ')

for (const form of FORMS) {
  describe(`a quantised ${titleOf(form)}`, () => {
    const model = decodeModel(recurrentNetwork(form))
    const examples = Array.from({ length: 24 }, (_, seed) => drawSequence(form, seed))
    const quantized = quantize(model, examples, { providers: 'tf32' })
    const { program, interface: ports } = compile(quantized.file)

    it('is certified from end to end and near the float model', (t) => {
      expect(quantized.left).deep.equal([])
      const { orderFree, kernels } = certifyProgram(program, { classes: ['tf32'] })
      expect(orderFree, JSON.stringify(kernels.filter(({ verdict }) => verdict === 'refused'))).equal(true)
      const { outputs } = evaluateModel(
        quantized.network,
        quantized,
        Array.from({ length: 16 }, (_, seed) => drawSequence(form, 1000 + seed)),
      )
      for (const { name, sqnr, greatest } of outputs) {
        t.diagnostic(`${name}: ${sqnr} dB, off by ${greatest} at most, ${kernels.length} kernels`)
        expect(sqnr, name).above(40)
      }
    })

    it('gives the same bits on stock onnxruntime as reference', async () => {
      for (const setting of STOCK_SETTINGS.filter(({ level }) => level === 'disabled' || level === 'all')) {
        const run = await stockSession(quantized.file, setting)
        for (const own of [...examples.slice(0, 2), examples[0]!.map((bytes) => floatsFilled(bytes, 1e4))]) {
          const buffers = reference(program, own)
          const feeds = Object.fromEntries(
            ports.inputs.map(({ name, shape }, at) => [name, { shape, data: new Float32Array(own[at]!.slice().buffer) }]),
          )
          const found = await run(feeds)
          for (const [at, { name }] of ports.outputs.entries()) expect(found.get(name), name).deep.equal(buffers[program.outputs[at]!])
        }
      }
    })
  })
}

/** Far beyond what calibration saw. */
const floatsFilled = (bytes: Uint8Array, value: number): Uint8Array => new Uint8Array(new Float32Array(bytes.length / 4).fill(value).buffer)

describe('a recurrent cell without an integer form', () => {
  const refusals: readonly (readonly [string, RecurrentForm, string])[] = [
    [
      'other activations',
      { ...plain, op: 'RNN', direction: 'forward', attributes: { activations: { strings: ['Relu'] } } },
      'its activations are Relu; tanh have tables',
    ],
    ['a clip', { ...plain, op: 'LSTM', direction: 'forward', attributes: { clip: { float: 1 } } }, 'it clips its gates'],
    [
      'coupled gates',
      { ...plain, op: 'LSTM', direction: 'forward', attributes: { input_forget: { int: 1 } } },
      'its input and forget gates are coupled',
    ],
    ['shorter sequences', { ...plain, op: 'GRU', direction: 'forward', lengths: [12, 7] }, 'its sequences may be shorter than its input'],
    ['many steps', { ...plain, op: 'RNN', direction: 'forward', steps: 513 }, 'it has 513 steps; 512 are unrolled at most'],
  ]
  for (const [what, form, reason] of refusals) {
    it(`stays in float, and says so: ${what}`, () => {
      const { left, file } = quantize(decodeModel(recurrentNetwork(form)), [drawSequence(form, 1)], { providers: 'tf32' })
      expect(left).deep.include({ node: 'cell', operator: form.op, reason })
      expect(compile(file).program.kernels.length).above(0)
    })
  }
})

describe('drawn recurrent cells of all sizes', () => {
  // In the last four the compiler makes the state's product a kernel of its own, and biases bring it near the bound.
  for (const seed of [1, 2, 3, 63, 139, 140, 229]) {
    it(`are certified, and run alike: ${seed}`, () => {
      const { title, wrong, decibels } = tryCell(seed)
      expect(wrong, title).equal(null)
      expect(Math.min(...decibels), title).above(30)
    })
  }
})

const { path: splitter, skip } = sharedFile('models', 'tract-lstm', 'model.onnx')

describe('a model of others with two layers of LSTM in both directions', { skip }, () => {
  it('is certified from end to end, and chooses as the float model does', (t) => {
    const length = 6
    const bytes = new TextEncoder().encode('It was late. She asked why, and he said: no. Then both laughed! Who knows? '.repeat(4))
    const draw = (seed: number): Uint8Array[] => [bytes.slice(seed * 3, seed * 3 + length)]
    const examples = Array.from({ length: 40 }, (_, seed) => draw(2 * seed))
    const quantized = quantize(decodeModel(readFileSync(splitter)), examples, { providers: 'tf32', dims: { batch: 1, length } })
    expect(quantized.left).deep.equal([])
    const { orderFree, kernels } = certifyProgram(compile(quantized.file).program, { classes: ['tf32'] })
    expect(orderFree).equal(true)
    const heldOut = Array.from({ length: 40 }, (_, seed) => draw(2 * seed + 1))
    const { sqnr, agreement }: OutputQuality = evaluateModel(quantized.network, quantized, heldOut).outputs[0]!
    t.diagnostic(`${kernels.length} kernels certified; ${sqnr} dB, ${agreement} of the choices are the float model's`)
    expect(agreement).above(0.98)
  })
})
