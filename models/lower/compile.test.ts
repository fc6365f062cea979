import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { blockCount, type Program } from '../ir/types.ts'
import { encodeModel, type ModelSource, type NodeSource, packTensor, type TensorSource } from '../onnx/encode.ts'
import type { ElementType } from '../onnx/types.ts'
import { type CompileOptions, compile } from './compile.ts'

const weights = (name: string, ...shape: number[]): TensorSource => ({
  name,
  type: 'f32',
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => ((index * 37) % 101) / 101 - 0.5),
})

const node = (op: string, inputs: readonly string[], output: string, attributes: NodeSource['attributes'] = {}): NodeSource => ({
  op,
  name: `${op} of ${output}`,
  inputs,
  outputs: [output],
  attributes,
})

/** A classifier of 8 x 8 images: convolutions, a pool, two dense layers and a softmax. */
const CLASSIFIER: ModelSource = {
  name: 'classifier',
  inputs: [{ name: 'image', type: 'f32', shape: [1, 1, 8, 8] }],
  outputs: [
    { name: 'logits', type: 'f32', shape: [1, 10] },
    { name: 'probabilities', type: 'f32', shape: [1, 10] },
  ],
  nodes: [
    node('Conv', ['image', 'w1', 'b1'], 'c1', { pads: { ints: [1, 1, 1, 1] } }),
    node('Relu', ['c1'], 'r1'),
    node('Conv', ['r1', 'w2', 'b2'], 'c2', { pads: { ints: [1, 1, 1, 1] } }),
    node('Relu', ['c2'], 'r2'),
    node('MaxPool', ['r2'], 'p', { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } }),
    node('Conv', ['p', 'w3', 'b3'], 'c3', { pads: { ints: [1, 1, 1, 1] } }),
    node('Relu', ['c3'], 'r3'),
    node('Flatten', ['r3'], 'f'),
    node('Gemm', ['f', 'w4', 'b4'], 'g', { transB: { int: 1 } }),
    node('Relu', ['g'], 'r4'),
    node('Gemm', ['r4', 'w5', 'b5'], 'logits', { transB: { int: 1 } }),
    node('Softmax', ['logits'], 'probabilities'),
  ],
  initializers: [
    ...[weights('w1', 8, 1, 3, 3), weights('b1', 8), weights('w2', 16, 8, 3, 3), weights('b2', 16), weights('w3', 32, 16, 3, 3)],
    ...[weights('b3', 32), weights('w4', 32, 512), weights('b4', 32), weights('w5', 10, 32), weights('b5', 10)],
  ],
}

describe('a compiled classifier', () => {
  const { program, interface: ports } = compile(encodeModel(CLASSIFIER))

  it('has one kernel a layer and four for the softmax', () => {
    const kinds = program.kernels.map(({ reduce }) => reduce?.op ?? 'map')
    expect(kinds).to.deep.equal(['sum', 'sum', 'max', 'sum', 'sum', 'sum', 'max', 'map', 'sum', 'map'])
    expect(program.kernels.map(blockCount)).to.deep.equal([1, 1, 1, 2, 4, 1, 1, 0, 1, 0])
    expect(ports.inputs).to.deep.equal([{ name: 'image', type: 'f32', shape: [1, 1, 8, 8] }])
    expect(ports.outputs.map(({ name, shape }) => [name, shape])).to.deep.equal([
      ['logits', [1, 10]],
      ['probabilities', [1, 10]],
    ])
  })

  it('reads flattened activations in the order in which they lie, and weights likewise', () => {
    const [activations, matrix] = program.kernels[4]!.loads
    const linear = (extent: number, ...terms: [number, number][]) => [
      {
        extent,
        stride: 1,
        coordinate: { kind: 'affine', offset: 0, terms: terms.map(([variable, coefficient]) => ({ variable, coefficient })) },
      },
    ]
    expect(activations!.axes).to.deep.equal(linear(512, [1, 1]))
    expect(matrix!.axes).to.deep.equal(linear(16384, [0, 512], [1, 1]))
  })

  it('gives an axis of its own to guarded coordinates alone', () => {
    expect(program.kernels[3]!.loads.map(({ axes }) => axes.map((axis) => axis.extent))).to.deep.equal([[16, 4, 4], [4608], [32]])
    expect(program.kernels[2]!.loads.map(({ axes }) => axes.length)).to.deep.equal([1])
  })

  it('commits the narrowest buffers: four besides the outputs', () => {
    expect(program.outputs).to.deep.equal([5, 9])
    expect(program.claims).to.deep.equal([0, 2, 3, 4])
    expect(program.places.slice(5)).to.deep.equal(
      [true, false, false, false, true].map((committed) => ({ committed, first: 5, length: 5 })),
    )
    expect(program.places.map(({ first }) => first)).to.deep.equal([0, 1, 1, 3, 4, 5, 5, 5, 5, 5])
  })

  it('is the same each time, and takes cuts given by hand', () => {
    expect(compile(encodeModel(CLASSIFIER)).program).to.deep.equal(program)
    const committed = (options: CompileOptions): number[] =>
      compile(encodeModel(CLASSIFIER), options).program.places.flatMap((place, index) => (place.committed ? [index] : []))
    expect(committed({ dense: true })).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(committed({ cuts: [3, 5] })).to.deep.equal([2, 4, 5, 9])
    expect(committed({ cuts: [] })).to.deep.equal([5, 9])
    expect(committed({ maxSegment: 1 })).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('compile refuses with one typed error', () => {
  const codeOf = (file: Uint8Array, options?: CompileOptions): string => {
    try {
      compile(file, options)
      return 'none'
    } catch (error) {
      if (error instanceof OpineError) return error.code
      throw error
    }
  }
  const model = (nodes: readonly NodeSource[], shape: readonly (number | string)[] = [2, 3], more: Partial<ModelSource> = {}): Uint8Array =>
    encodeModel({
      name: 'm',
      inputs: [{ name: 'x', type: 'f32', shape }],
      outputs: [{ name: 'y', type: 'f32', shape: null }],
      nodes,
      ...more,
    })
  const typed = (type: ElementType): Partial<ModelSource> => ({ inputs: [{ name: 'x', type, shape: [2] }] })
  const relu = [node('Relu', ['x'], 'y')]

  it('operators outside of the table, by name, node and what to write instead', () => {
    expect(() => compile(model([node('NonMaxSuppression', ['x'], 'y')]))).to.throw(
      /'NonMaxSuppression of y'.*NonMaxSuppression.*Nearest supported form/,
    )
    expect(codeOf(model([{ ...relu[0]!, domain: 'com.example' }]))).to.equal('UNSUPPORTED_OPERATOR')
    expect(codeOf(model([node('MaxPool', ['x'], 'y')]))).to.equal('INVALID_NODE')
    expect(codeOf(model([node('Add', ['x'], 'y')]))).to.equal('INVALID_NODE')
    expect(codeOf(model(relu, [2], { outputs: [] }))).to.equal('NO_OUTPUT')
  })

  it('dynamic dimensions that nobody bound, with the flag that binds them', () => {
    expect(() => compile(model(relu, ['batch', 3]))).to.throw(/'batch'.*--dim batch=/)
    expect(codeOf(model(relu, ['batch', 3]), { dims: { batch: 4 } })).to.equal('none')
    expect(codeOf(model(relu, [0, 3]), { dims: { 'x.0': 4 } })).to.equal('none')
    expect(codeOf(model(relu, ['batch', 3]), { dims: { batch: 0.5 } })).to.equal('DYNAMIC_SHAPE')
  })

  it('types that it does not calculate with', () => {
    expect(codeOf(model(relu, [], typed('f64')))).to.equal('UNSUPPORTED_TYPE')
    expect(compile(model([node('Identity', ['x'], 'y')], [], typed('i64'))).interface.inputs[0]!.type).to.equal('i32')
    const wide = packTensor({ name: 'w', type: 'i64', shape: [1], data: [2 ** 40] })
    const nodes = [node('Constant', [], 'w', { value: { tensor: wide } }), node('Identity', ['w'], 'y')]
    expect(codeOf(model(nodes))).to.equal('INT64_RANGE')
    expect(
      codeOf(model([node('Add', ['x', 'w'], 'y')], [2], { initializers: [{ name: 'w', type: 'i32', shape: [2], data: [1, 2] }] })),
    ).to.equal('INVALID_NODE')
  })

  it('shapes that do not fit, and sizes that no program has', () => {
    expect(codeOf(model([node('Add', ['x', 'w'], 'y')], [2, 3], { initializers: [weights('w', 4)] }))).to.equal('INVALID_NODE')
    expect(codeOf(model([node('MatMul', ['x', 'w'], 'y')], [2, 3], { initializers: [weights('w', 4, 2)] }))).to.equal('INVALID_NODE')
    expect(codeOf(model(relu, [65536, 65536]))).to.equal('TENSOR_TOO_LARGE')
    expect(codeOf(model(relu, [2, 3], { initializers: [weights('x', 2, 3)] }))).to.equal('NO_INPUT')
    expect(codeOf(model(relu), { cuts: [1] })).to.equal('CUTS')
    expect(codeOf(model(relu), { maxSegment: 65 })).to.equal('CUTS')
  })

  it('binds an input to a constant', () => {
    const nodes = [node('Reshape', ['x', 'shape'], 'y')]
    const inputs: ModelSource['inputs'] = [
      { name: 'x', type: 'f32', shape: [2, 3] },
      { name: 'shape', type: 'i64', shape: [2] },
    ]
    const bind = { shape: packTensor({ name: '', type: 'i64', shape: [2], data: [3, 2] }) }
    expect(compile(model(nodes, [], { inputs }), { bind }).interface.outputs[0]!.shape).to.deep.equal([3, 2])
    expect(codeOf(model(nodes, [], { inputs }), { bind: { other: bind.shape } })).to.equal('NO_INPUT')
  })

  it('any damage of a file', () => {
    const good = model(
      [
        node('Conv', ['x', 'w'], 'c', { pads: { ints: [1, 1] } }),
        node('AveragePool', ['c'], 'p', { kernel_shape: { ints: [2] }, pads: { ints: [1, 0] } }),
        node('Concat', ['p', 'c'], 'k', { axis: { int: 2 } }),
        node('Softmax', ['k'], 'y', { axis: { int: 1 } }),
      ],
      [1, 2, 6],
      { initializers: [weights('w', 2, 2, 3)] },
    )
    const seen = new Set<string>()
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const bytes = good.slice()
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      seen.add(codeOf(bytes))
    }
    expect([...seen]).to.include.members(['none', 'UNSUPPORTED_OPERATOR', 'INVALID_NODE', 'TENSOR_LENGTH', 'UNDEFINED_TENSOR'])
    expect(claimsAscend(compile(good).program)).to.equal(true)
  })
})

const claimsAscend = ({ claims }: Program): boolean => claims.every((kernel, index) => index === 0 || kernel > claims[index - 1]!)
