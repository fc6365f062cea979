import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { PROVIDER_CLASSES } from '@opine/models/certify/classes.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import { Random } from '@opine/models/ir/random.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { encodeModel, type NodeSource } from '@opine/models/onnx/encode.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { expect } from 'chai'
import { STOCK_SETTINGS, stockSession } from '../support/stock.ts'

const [ROWS, WIDTH] = [6, 40]
const random = new Random(5)
const draw = (count: number, size: number, offset = 0): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, () => offset + (size * (random.between(-1000, 1000) + random.between(-1000, 1000))) / 2000)
const scale = draw(WIDTH, 0.5, 1)
const bias = draw(WIDTH, 0.3)

/** `x` normalised, as it is or then multiplied by a matrix and added to `x`. */
function network({ inner = false, epsilon = 1e-5, axis = -1, outputs = ['y'] }): Uint8Array {
  const norm: NodeSource = {
    ...{ op: 'LayerNormalization', name: 'norm', inputs: ['x', 'scale', 'bias'] },
    ...{ outputs: inner ? ['n'] : outputs, attributes: { axis: { int: axis }, epsilon: { float: epsilon } } },
  }
  const rest: NodeSource[] = [
    { op: 'MatMul', name: 'product', inputs: ['n', 'matrix'], outputs: ['p'] },
    { op: 'Add', name: 'sum', inputs: ['x', 'p'], outputs: ['y'] },
  ]
  const shape = axis === 1 ? [1, ROWS * WIDTH] : [WIDTH]
  const many = (data: Float32Array): Float32Array =>
    axis === 1 ? Float32Array.from({ length: ROWS * WIDTH }, (_, at) => data[at % WIDTH]!) : data
  return encodeModel({
    ...{ name: 'norm', opset: 17 },
    inputs: [{ name: 'x', type: 'f32', shape: [1, ROWS, WIDTH] }],
    outputs: [{ name: 'y', type: 'f32', shape: [1, ROWS, WIDTH] }],
    nodes: inner ? [norm, ...rest] : [norm],
    initializers: [
      { name: 'scale', type: 'f32', shape: axis === 1 ? [ROWS, WIDTH] : shape, data: many(scale) },
      { name: 'bias', type: 'f32', shape: axis === 1 ? [ROWS, WIDTH] : shape, data: many(bias) },
      ...(inner ? [{ name: 'matrix', type: 'f32' as const, shape: [WIDTH, WIDTH], data: draw(WIDTH * WIDTH, 0.2) }] : []),
    ],
  })
}

const bytes = (data: Float32Array): Uint8Array[] => [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]
const floats = (raw: Uint8Array): Float32Array => new Float32Array(raw.slice().buffer)
/** Rows of several sizes and means. */
const rows = (sizes: readonly (readonly [size: number, offset: number])[]): Float32Array<ArrayBuffer> =>
  Float32Array.from(sizes.flatMap(([size, offset]) => [...draw(WIDTH, size, offset)]))
const usual = (): Float32Array<ArrayBuffer> =>
  rows([
    ...[
      [4, 0],
      [3, 1],
      [1, -1],
      [0.5, 2],
      [2, -2],
    ],
    [0.25, 0],
  ] as [number, number][])
const examples = Array.from({ length: 20 }, () => bytes(usual()))

function normalized(x: Float32Array, epsilon: number): number[] {
  return Array.from({ length: ROWS }, (_, row) => {
    const own = [...x.subarray(row * WIDTH, (row + 1) * WIDTH)]
    const mean = own.reduce((a, b) => a + b) / WIDTH
    const variance = own.reduce((a, b) => a + (b - mean) ** 2, 0) / WIDTH
    return own.map((value, at) => ((value - mean) / Math.sqrt(variance + epsilon)) * scale[at]! + bias[at]!)
  }).flat()
}

const errors = (found: Float32Array, expected: readonly number[]): number[] =>
  Array.from({ length: ROWS }, (_, row) =>
    Math.max(...expected.slice(row * WIDTH, (row + 1) * WIDTH).map((value, at) => Math.abs(value - found[row * WIDTH + at]!))),
  )

describe('layer normalisation in integers', () => {
  for (const providers of PROVIDER_CLASSES) {
    it(`is order-free for ${providers}, alone and before a product`, () => {
      for (const inner of [false, true]) {
        const { file, left } = quantize(decodeModel(network({ inner })), examples, { providers })
        expect(left).deep.equal([])
        const { orderFree, kernels } = certifyProgram(compile(file).program, { classes: [providers] })
        expect(orderFree, kernels.map(({ reason }) => reason?.detail ?? '').join(' ')).equal(true)
      }
    })
  }

  it('is within hundredths of the float one, whatever the size and mean of the row', () => {
    const { program } = compile(quantize(decodeModel(network({})), examples, { providers: 'tf32' }).file)
    for (let trial = 0; trial < 20; trial++) {
      const x = usual()
      expect(Math.max(...errors(floats(executeOutputs(program, bytes(x))[0]!), normalized(x, 1e-5)))).below(0.05)
    }
  })

  it('counts epsilon as much as the float one, in rows that are as small as its root, and gives the bias of a row of zeros', () => {
    const epsilon = 0.01
    const { program } = compile(quantize(decodeModel(network({ epsilon })), examples, { providers: 'tf32' }).file)
    const x = rows([
      [4, 0],
      [0.2, 0],
      [0.1, 0],
      [0.06, 0],
      [0, 0],
      [1, 1],
    ])
    const found = errors(floats(executeOutputs(program, bytes(x))[0]!), normalized(x, epsilon))
    for (const error of found) expect(error).below(0.06)
    expect(found[4]).below(0.001)
  })

  it('has the bits of the reference on stock onnxruntime in every setting', async () => {
    const { file } = quantize(decodeModel(network({ inner: true })), examples, { providers: 'tf32' })
    const { program } = compile(file)
    const inputs = [
      usual(),
      usual(),
      rows(Array(ROWS).fill([0.001, 0])),
      rows(Array(ROWS).fill([0, 1e6])),
      rows(Array(ROWS).fill([1e9, 0])),
    ]
    const expected = inputs.map((x) => reference(program, bytes(x))[program.outputs[0]!]!)
    for (const setting of STOCK_SETTINGS) {
      const run = await stockSession(file, setting)
      for (const [index, data] of inputs.entries())
        expect((await run({ x: { shape: [1, ROWS, WIDTH], data } })).get('y')).deep.equal(expected[index])
    }
  })

  it('stays in float where it is not along the last axis or its mean is wanted too, and says so', () => {
    const reason = (file: Uint8Array): string | undefined => quantize(decodeModel(file), examples, { providers: 'tf32' }).left[0]?.reason
    expect(reason(network({ axis: 1 }))).equal('it normalises along another axis than the last')
    expect(reason(network({ outputs: ['y', 'mean'] }))).equal('its mean or its deviation is read')
    expect(reason(network({ epsilon: 1e9 }))).equal('its epsilon is far beyond the squares of what it normalises')
  })
})
