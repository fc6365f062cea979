import { describe, it } from 'node:test'
import { executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import { compile, compileModel } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { encodeModel, type NodeSource, packTensor } from '@opine/models/onnx/encode.ts'
import type { Graph, GraphNode } from '@opine/models/onnx/types.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { expect } from 'chai'

const node = (op: string, inputs: readonly string[], output: string, attributes: GraphNode['attributes'] = {}): GraphNode => ({
  ...{ op, domain: '', name: output, inputs, outputs: [output], attributes },
})
/** A branch whose last node gives what it gives; `weights` is a constant of its own. */
const branch = (nodes: readonly GraphNode[], diagonal = 1): Graph => ({
  ...{ name: 'branch', inputs: [], nodes, outputs: [{ name: nodes.at(-1)!.outputs[0]!, type: null, shape: null }] },
  initializers: [
    packTensor({
      name: 'weights',
      type: 'f32',
      shape: [4, 4],
      data: Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? diagonal : 0.25)),
    }),
  ],
})
const choice = (condition: string, output: string, taken: Graph, other: Graph): GraphNode =>
  node('If', [condition], output, { then_branch: { graph: taken }, else_branch: { graph: other } })
const bytes = (seed: number): Uint8Array[] => [
  new Uint8Array(Float32Array.from({ length: 4 }, (_, i) => ((seed * 7 + i * 5) % 11) / 11 - 0.4).buffer),
]
const examples = Array.from({ length: 16 }, (_, seed) => bytes(seed))

function modelOf(nodes: readonly NodeSource[]) {
  const file = encodeModel({
    name: 'choosing',
    inputs: [{ name: 'x', type: 'f32', shape: [1, 4] }],
    outputs: [{ name: 'y', type: 'f32', shape: [1, 4] }],
    nodes,
    initializers: [
      { name: 'yes', type: 'bool', shape: [], data: [1] },
      { name: 'no', type: 'bool', shape: [1], data: [0] },
      { name: 'zero', type: 'f32', shape: [], data: [0] },
    ],
  })
  return decodeModel(file)
}

describe('branches before quantising', () => {
  it('are the nodes that a constant condition chooses, those within branches too, whatever their names', () => {
    const wrong = branch([node('Neg', ['x'], 'inner')])
    const deep = choice('no', 'inner', wrong, branch([node('Gemm', ['x', 'weights'], 'product')], 3))
    const model = modelOf([
      choice('yes', 'a', branch([deep, node('Relu', ['inner'], 'shown')]), wrong),
      choice('yes', 'y', branch([node('Gemm', ['a', 'weights'], 'inner')], -2), wrong),
    ])
    const quantized = quantize(model, examples, { providers: 'tf32' })
    expect(quantized.left).deep.equal([])
    expect(quantized.network.nodes.map(({ op }) => op)).deep.equal(['Gemm', 'Relu', 'Gemm'])
    const [float, integer] = [compileModel(model).program, compile(quantized.file).program]
    for (const example of examples) {
      const [expected, found] = [float, integer].map((program) => new Float32Array(executeOutputs(program, example)[0]!.slice().buffer))
      for (const [at, value] of expected!.entries()) expect(found![at]).closeTo(value, 0.05)
    }
  })

  it('are refused by name where they are chosen at run time', () => {
    const model = modelOf([
      node('ReduceMax', ['x'], 'greatest', { keepdims: { int: 0 } }),
      node('Greater', ['greatest', 'zero'], 'positive'),
      choice('positive', 'y', branch([node('Neg', ['x'], 'inner')]), branch([node('Abs', ['x'], 'inner')])),
    ])
    const message = "node 'y' (If) chooses a graph at run time; make its condition a constant (--set)"
    expect(() => quantize(model, examples, { providers: 'tf32' })).throws(message)
  })
})
