import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import { Random } from '@opine/models/ir/random.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { encodeModel } from '@opine/models/onnx/encode.ts'
import { manyOutputs } from '@opine/models/quantize/calibrate/calibrate.ts'
import { evaluateModel } from '@opine/models/quantize/network/evaluate-model.ts'
import { numbersIn } from '@opine/models/quantize/network/numbers.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { expect } from 'chai'
import { STOCK_SETTINGS, stockSession } from '../support/stock.ts'
import { drawInput, smallNetwork } from './small-network.ts'

const bytes = (data: Float32Array): Uint8Array[] => [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]
const examples = Array.from({ length: 40 }, (_, seed) => bytes(drawInput(seed)))
const heldOut = Array.from({ length: 20 }, (_, seed) => drawInput(1000 + seed))

for (const pairs of [false, true]) {
  const made = quantize(decodeModel(smallNetwork(pairs)), examples, { providers: 'tf32', expose: true })
  const graph = decodeModel(made.file).graph
  const ops = graph.nodes.map(({ op }) => op)
  const program = manyOutputs(decodeModel(made.file))

  describe(`a quantised network ${pairs ? 'of the QDQ form' : 'of floats'}`, () => {
    it('is order-free from end to end, with the bits of the reference on stock onnxruntime in every setting', async () => {
      expect(made.left).deep.equal([])
      const plain = quantize(decodeModel(smallNetwork(pairs)), examples, { providers: 'tf32' }).file
      const { orderFree, kernels } = certifyProgram(compile(plain).program, { classes: ['tf32'] })
      expect(orderFree, kernels.map(({ reason }) => reason?.detail ?? '').join(' ')).equal(true)
      const odd = [0, 1, -1, 1e6, -(2 ** -40)].map((value) => new Float32Array(3 * 14 * 14).fill(value))
      const inputs = [...heldOut.slice(0, 6), ...odd]
      const expected = inputs.map((data) => {
        const buffers = reference(program, bytes(data))
        return program.outputs.map((kernel) => buffers[kernel]!)
      })
      for (const setting of STOCK_SETTINGS) {
        const [run, fused] = [await stockSession(made.file, setting), await stockSession(plain, setting)]
        for (const [index, data] of inputs.entries()) {
          expect(executeOutputs(program, bytes(data))).deep.equal(expected[index])
          const found = await run({ x: { shape: [1, 3, 14, 14], data } })
          for (const [at, { name }] of graph.outputs.entries())
            expect(found.get(name), `${name}, input ${index}`).deep.equal(expected[index]![at])
          const alone = await fused({ x: { shape: [1, 3, 14, 14], data } })
          for (const at of [0, 1]) expect(alone.get(graph.outputs[at]!.name)).deep.equal(expected[index]![at])
        }
      }
    })

    it('follows the float model', () => {
      const { outputs, layers } = evaluateModel(made.network, made, heldOut.map(bytes))
      for (const { name, sqnr } of outputs) expect(sqnr, name).above(25)
      for (const [name, sqnr] of layers) expect(sqnr, name).above(20)
    })

    it('folds batch normalisations before anything is quantised', () => {
      expect(ops).not.include('BatchNormalization')
    })

    it('has no scale that a runtime could fold into weights but powers of two', () => {
      for (const node of graph.nodes) {
        const after = graph.nodes.find(({ outputs }) => node.inputs.includes(outputs[0]!))?.op ?? ''
        if (node.op !== 'Mul' || !['Conv', 'Gemm', 'MatMul', 'Add'].includes(after)) continue
        const factor = graph.initializers.find(({ name }) => node.inputs.includes(name))
        for (const value of factor ? numbersIn(factor) : [])
          expect(Number.isInteger(Math.log2(value)), `${node.name}: ${value}`).equal(true)
      }
    })

    it('has nothing that saturates: no integer products, no pair that a runtime would make such of', () => {
      for (const op of ops) expect(op).not.match(/Integer|QLinear|QuantizeLinear/)
    })

    it('takes a mean of 49 without a division', () => {
      for (const op of ops) expect(op).not.match(/Average|ReduceMean|Div/)
    })

    it('never shows the sign of a zero', () => {
      const zeros = [new Float32Array(3 * 14 * 14), new Float32Array(3 * 14 * 14).fill(-0), ...heldOut]
      for (const data of zeros) {
        for (const output of executeOutputs(program, bytes(data))) {
          for (const value of new Float32Array(output.slice().buffer)) expect(Object.is(value, -0)).equal(false)
        }
      }
    })
  })
}

describe('quantising', () => {
  const model = decodeModel(smallNetwork(false))
  const codeOf = (run: () => unknown): string => {
    try {
      run()
      return 'none'
    } catch (error) {
      return error instanceof OpineError ? error.code : String(error)
    }
  }

  it('says what is wrong with calibration and options', () => {
    expect(codeOf(() => quantize(model, [], { providers: 'tf32' }))).equal('CALIBRATION_EMPTY')
    expect(codeOf(() => quantize(model, [[new Uint8Array(4)]], { providers: 'tf32' }))).equal('INPUT_LENGTH')
    expect(codeOf(() => quantize(model, [[]], { providers: 'tf32' }))).equal('INPUT_COUNT')
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY, 3.4e38])
      expect(codeOf(() => quantize(model, [bytes(new Float32Array(588).fill(value))], { providers: 'tf32' }))).equal('CALIBRATION_VALUE')
    expect(codeOf(() => quantize(model, examples, { providers: 'bf16', activationBits: 9 }))).equal('QUANTIZE_OPTIONS')
  })

  it('blames the model for what is no number in it', () => {
    const file = encodeModel({
      name: 'broken',
      inputs: [{ name: 'x', type: 'f32', shape: [1, 2] }],
      outputs: [{ name: 'y', type: 'f32', shape: [1, 1] }],
      nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
      initializers: [{ name: 'w', type: 'f32', shape: [2, 1], data: [1, Number.NaN] }],
    })
    const work = () => quantize(decodeModel(file), [bytes(Float32Array.of(1, 1))], { providers: 'tf32' })
    expect(work).to.throw(OpineError, "the model's own constant 'w' has one")
  })

  it('compares outputs of integers as integers, and leaves what has no dimensions in float', () => {
    const mixed = encodeModel({
      name: 'mixed',
      inputs: [{ name: 'x', type: 'f32', shape: [3] }],
      outputs: [
        { name: 'best', type: 'i64', shape: [1] },
        { name: 'square', type: 'f32', shape: [] },
        { name: 'bytes', type: 'u8', shape: [3] },
      ],
      nodes: [
        { op: 'ArgMax', inputs: ['x'], outputs: ['best'] },
        { op: 'MatMul', inputs: ['x', 'x'], outputs: ['square'] },
        { op: 'Cast', inputs: ['x'], outputs: ['bytes'], attributes: { to: { int: 2 } } },
      ],
    })
    const [fed] = [[bytes(Float32Array.of(1, 7, 3))]]
    const made = quantize(decodeModel(mixed), fed, { providers: 'tf32' })
    const { outputs } = evaluateModel(made.network, made, fed)
    for (const { name, greatest } of outputs) expect(greatest, name).below(0.1)
    expect(made.left).deep.include({ node: 'square', operator: 'MatMul', reason: 'its output has no dimensions' })
  })

  for (const addend of ['', 'to which something else is added, '])
    it(`splits a sum whose weights would be too narrow, ${addend}and stays exact`, async () => {
      const depth = 8192
      const random = new Random(3)
      const weights = (count: number): Float32Array =>
        Float32Array.from({ length: count }, () => (random.between(-1000, 1000) + random.between(-1000, 1000)) / 2000)
      const added = [
        { op: 'Slice', name: 'some', inputs: ['x', 'start', 'end', 'axis'], outputs: ['c'] },
        { op: 'Add', name: 'both', inputs: ['a', 'c'], outputs: ['d'] },
      ]
      const file = encodeModel({
        name: 'wide',
        inputs: [{ name: 'x', type: 'f32', shape: [1, depth] }],
        outputs: [{ name: 'y', type: 'f32', shape: [1, 4] }],
        nodes: [
          { op: 'Gemm', name: 'long', inputs: ['x', 'w'], outputs: ['a'] },
          ...(addend ? added : []),
          { op: 'Relu', name: 'relu', inputs: [addend ? 'd' : 'a'], outputs: ['b'] },
          { op: 'Gemm', name: 'short', inputs: ['b', 'v'], outputs: ['y'] },
        ],
        initializers: [
          { name: 'w', type: 'f32', shape: [depth, 8], data: weights(8 * depth) },
          { name: 'v', type: 'f32', shape: [8, 4], data: weights(32) },
          ...[0n, 8n, 1n].map((value, at) => ({ name: ['start', 'end', 'axis'][at]!, type: 'i64' as const, shape: [1], data: [value] })),
        ],
      })
      const draw = (seed: number): Float32Array => {
        const own = new Random(seed)
        return Float32Array.from({ length: depth }, () => own.between(-1000, 1000) / 1000)
      }
      const inputs = Array.from({ length: 30 }, (_, seed) => bytes(draw(seed)))
      const { layers, file: quantized } = quantize(decodeModel(file), inputs, { providers: 'tf32' })
      expect(layers.find(({ name }) => name === 'b')!.parts).above(1)
      const { program } = compile(quantized)
      expect(certifyProgram(program, { classes: ['tf32'] }).orderFree).equal(true)
      for (const setting of STOCK_SETTINGS) {
        const run = await stockSession(quantized, setting)
        for (let seed = 100; seed < 104; seed++) {
          const found = await run({ x: { shape: [1, depth], data: draw(seed) } })
          expect(found.get('y')).deep.equal(executeOutputs(program, bytes(draw(seed)))[0])
        }
      }
    })

  it('leaves what has no integer form in float, and says so', () => {
    const file = encodeModel({
      name: 'mixed',
      inputs: [{ name: 'x', type: 'f32', shape: [1, 4] }],
      outputs: [{ name: 'y', type: 'f32', shape: [1, 4] }],
      nodes: [
        { op: 'Gemm', name: 'dense', inputs: ['x', 'w'], outputs: ['a'] },
        { op: 'CumSum', name: 'running', inputs: ['a', 'axis'], outputs: ['y'] },
      ],
      initializers: [
        { name: 'w', type: 'f32', shape: [4, 4], data: Float32Array.from({ length: 16 }, (_, i) => (i - 7) / 9) },
        { name: 'axis', type: 'i64', shape: [], data: [1n] },
      ],
    })
    const inputs = Array.from({ length: 8 }, (_, i) => bytes(Float32Array.of(i / 8, -i / 8, 0.5, 1)))
    const { left, file: quantized } = quantize(decodeModel(file), inputs, { providers: 'tf32' })
    expect(left).deep.equal([{ node: 'running', operator: 'CumSum', reason: 'CumSum has no integer form' }])
    expect(compile(quantized).program.outputs.length).equal(1)
  })
})
