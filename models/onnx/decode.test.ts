import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { decodeModel } from './decode.ts'
import { encodeModel, type ModelSource, packTensor } from './encode.ts'

const SOURCE: ModelSource = {
  name: 'sample',
  inputs: [{ name: 'x', type: 'f32', shape: ['batch', null, 3] }],
  outputs: [{ name: 'y', type: 'f32', shape: [1, 2, 3] }],
  nodes: [
    {
      op: 'Constant',
      outputs: ['c'],
      inputs: [],
      attributes: { value: { tensor: packTensor({ name: 'v', type: 'i64', shape: [2], data: [-1, 3] }) } },
    },
    {
      op: 'Add',
      name: 'sum',
      inputs: ['x', 'w', ''],
      outputs: ['y'],
      attributes: {
        a: { int: -5 },
        b: { float: 0.5 },
        s: { string: 'SAME' },
        i: { ints: [1, -2] },
        f: { floats: [1.5] },
        t: { strings: ['p', 'q'] },
      },
    },
  ],
  initializers: [
    { name: 'w', type: 'f32', shape: [3], data: [1, -2, 0.5] },
    { name: 'n', type: 'i8', shape: [2], data: [-1, 127] },
  ],
}

const nodeless = { name: 'g', inputs: [], outputs: [], nodes: [] }
const code = (bytes: Uint8Array): string => {
  try {
    decodeModel(bytes)
    return 'none'
  } catch (error) {
    if (error instanceof OpineError) return error.code
    throw error
  }
}

describe('decodeModel', () => {
  it('reads back what encodeModel wrote', () => {
    const { graph, opsets, irVersion } = decodeModel(encodeModel(SOURCE))
    expect(irVersion).to.equal(8)
    expect({ ...opsets }).to.deep.equal({ '': 17 })
    expect(graph.inputs).to.deep.equal(SOURCE.inputs)
    expect(graph.nodes[1]!.inputs).to.deep.equal(['x', 'w', ''])
    expect({ ...graph.nodes[1]!.attributes }).to.deep.equal(SOURCE.nodes[1]!.attributes)
    const constant = graph.nodes[0]!.attributes.value!
    expect('tensor' in constant && [...new BigInt64Array(constant.tensor.data.slice().buffer)]).to.deep.equal([-1n, 3n])
    expect([...new Float32Array(graph.initializers[0]!.data.slice().buffer)]).to.deep.equal([1, -2, 0.5])
    expect([...graph.initializers[1]!.data]).to.deep.equal([255, 127])
  })

  it('names what is wrong', () => {
    const good = encodeModel(SOURCE)
    expect(code(new Uint8Array())).to.equal('NOT_ONNX')
    expect(code(new TextEncoder().encode('<html>not a model</html>'))).to.be.oneOf(['MALFORMED_FILE', 'TRUNCATED_FILE'])
    expect(code(good.subarray(0, good.length - 9))).to.equal('TRUNCATED_FILE')
    expect(code(encodeModel({ ...nodeless, nodes: [{ op: 'Relu', inputs: ['?'], outputs: ['y'] }] }))).to.equal('UNDEFINED_TENSOR')
    const loop = [
      { op: 'Relu', inputs: ['b'], outputs: ['a'] },
      { op: 'Relu', inputs: ['a'], outputs: ['b'] },
    ]
    expect(code(encodeModel({ ...nodeless, nodes: loop }))).to.equal('UNSORTED_GRAPH')
    const twice = [
      { op: 'Constant', inputs: [], outputs: ['a'] },
      { op: 'Constant', inputs: [], outputs: ['a'] },
    ]
    expect(code(encodeModel({ ...nodeless, nodes: twice }))).to.equal('DUPLICATE_TENSOR')
  })

  it('checks data against dimensions', () => {
    const swap = (from: readonly number[], to: readonly number[]): Uint8Array => {
      const bytes = encodeModel({ ...nodeless, initializers: [{ name: 'w', type: 'f32', shape: [3, 1], data: [1, 2, 3] }] })
      const at = bytes.findIndex((_, index) => from.every((byte, offset) => bytes[index + offset] === byte))
      bytes.set(to, at)
      return bytes
    }
    // Field 1 (dims) 3, field 1 (dims) 1, field 2 (data type) 1.
    const dims = [0x08, 3, 0x08, 1, 0x10, 1]
    expect(code(swap(dims, dims))).to.equal('none')
    expect(code(swap(dims, [0x08, 4, 0x08, 1, 0x10, 1]))).to.equal('TENSOR_LENGTH')
    expect(code(swap(dims, [0x08, 3, 0x08, 1, 0x10, 16]))).to.equal('UNSUPPORTED_TYPE')
    const huge = { name: 'w', type: 'u8', shape: [2 ** 31, 0], data: [] } as const
    expect(code(encodeModel({ ...nodeless, initializers: [huge] }))).to.equal('TENSOR_TOO_LARGE')
    expect(code(encodeModel({ ...nodeless, initializers: [{ ...huge, shape: [-0, -1] }] }))).to.equal('TENSOR_TOO_LARGE')
  })

  it('gives a model or one OpineError for any damage', () => {
    const good = encodeModel(SOURCE)
    const seen = new Set<string>()
    for (let length = 0; length < good.length; length += 1) seen.add(code(good.slice(0, length)))
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const bytes = good.slice()
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      seen.add(code(bytes))
    }
    let state = 12345
    const random = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state >>> 8
    }
    for (let round = 0; round < 20000; round += 1) {
      const bytes = good.slice()
      for (let flip = 0; flip < 4; flip += 1) bytes[random() % bytes.length] = random() & 255
      seen.add(code(bytes))
    }
    expect([...seen]).to.include.members([
      'none',
      'TRUNCATED_FILE',
      'MALFORMED_FILE',
      'TENSOR_LENGTH',
      'UNSUPPORTED_TYPE',
      'UNDEFINED_TENSOR',
    ])
  })
})
