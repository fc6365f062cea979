import { describe, it } from 'node:test'
import { expect } from 'chai'
import { encodeModel, type NodeSource, packTensor, type TensorSource } from '../../onnx/encode.ts'
import type { Attribute, Graph } from '../../onnx/types.ts'
import { compile } from '../compile.ts'

const node = (op: string, inputs: string, output: string, attributes: Record<string, Attribute> = {}): NodeSource => ({
  op,
  inputs: inputs.split(' ').filter((name) => name !== ''),
  outputs: [output],
  attributes,
})
const wide = (name: string, ...data: (number | bigint)[]): TensorSource => ({
  name,
  type: 'i64',
  shape: [data.length],
  data: data.map(BigInt),
})

/** The shape that `x`, of 24 elements, gets when reshaped to what the nodes compute as `s`. */
function shapeBy(nodes: readonly NodeSource[], initializers: readonly TensorSource[], opset = 17): readonly number[] {
  const file = encodeModel({
    name: 'm',
    opset,
    inputs: [{ name: 'x', type: 'f32', shape: [24] }],
    outputs: [{ name: 'y', type: 'f32', shape: null }],
    nodes: [...nodes, node('Reshape', 'x s', 'y')],
    initializers,
  })
  return compile(file).interface.outputs[0]!.shape
}

describe('integers known while compiling', () => {
  const numbers = [wide('a', 4, 7), wide('b', 3, -2), wide('big', 2n ** 62n, -(2n ** 40n) - 1n)]

  it('are exact in 64 bits and wrap there', () => {
    // (2^62 * 4) wraps to 0, (-2^40 - 1) / -2^40 truncates to 1.
    const nodes = [node('Mul', 'big four', 'm'), node('Add', 'm k', 's')]
    expect(shapeBy(nodes, [...numbers, wide('four', 4, 0), wide('k', 6, 4)])).to.deep.equal([6, 4])
    const quotient = [node('Div', 'big d', 'q'), node('Mul', 'q f', 's')]
    expect(shapeBy(quotient, [...numbers, wide('d', 2n ** 61n, -(2n ** 40n)), wide('f', 2, 6)])).to.deep.equal([4, 6])
    const joined = [node('Concat', 'big k', 'c', { axis: { int: 0 } }), node('Max', 'c one', 'm'), node('Min', 'm lim', 's')]
    expect(shapeBy(joined, [...numbers, wide('k', 2), wide('one', 1), wide('lim', 12, 9, 3)])).to.deep.equal([12, 1, 2])
  })

  it('compare, choose and reduce', () => {
    const nodes = [
      node('Less', 'b zero', 'l'),
      node('Not', 'l', 'n'),
      node('Where', 'n a b', 'w'),
      node('Abs', 'w', 'p'),
      node('ReduceProd', 'p', 'r', { keepdims: { int: 1 } }),
      node('Equal', 'r eight', 'e'),
      node('Cast', 'e', 'i', { to: { int: 7 } }),
      node('Mod', 'minus five', 'f'),
      node('Add', 'f i', 'g'),
      node('Concat', 'r g', 's', { axis: { int: 0 } }),
    ]
    const more = [wide('zero', 0), wide('eight', 8), wide('minus', -3), wide('five', 5)]
    expect(shapeBy(nodes, [...numbers, ...more])).to.deep.equal([8, 3])
    const sum = [node('ReduceSum', 'm axes', 's', { keepdims: { int: 0 } })]
    const matrix: TensorSource = { name: 'm', type: 'i64', shape: [2, 3], data: [1n, 2n, 2n, 1n, 2n, 1n] }
    expect(shapeBy(sum, [matrix, wide('axes', -2)])).to.deep.equal([2, 4, 3])
  })

  it('choose the branch of an If', () => {
    const branch = (value: bigint): Graph => ({
      name: `b${value}`,
      inputs: [],
      outputs: [{ name: 'o', type: null, shape: null }],
      initializers: [packTensor(wide('k', value, -1))],
      nodes: [{ op: 'Mul', domain: '', name: '', inputs: ['k', 'outer'], outputs: ['o'], attributes: {} }],
    })
    const nodes = [
      node('Less', 'a b', 'l'),
      node('If', 'l', 's', { then_branch: { graph: branch(6n) }, else_branch: { graph: branch(8n) } }),
    ]
    const initializers = (a: number): TensorSource[] => [wide('a', a), wide('b', 3), wide('outer', 1, 1)]
    expect(shapeBy(nodes, initializers(1))).to.deep.equal([6, 4])
    expect(shapeBy(nodes, initializers(5))).to.deep.equal([8, 3])
  })
})
