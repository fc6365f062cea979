import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { encodeModel, type NodeSource } from '../../onnx/encode.ts'
import type { ElementType } from '../../onnx/types.ts'
import { compile } from '../compile.ts'

function codeOf(op: string, types: readonly ElementType[], attributes: NodeSource['attributes'] = {}, opset = 18): string {
  const names = types.map((_, index) => `x${index}`)
  const file = encodeModel({
    name: op,
    opset,
    inputs: types.map((type, index) => ({ name: names[index]!, type, shape: [2, 3] })),
    outputs: [{ name: 'y', type: 'f32', shape: null }],
    nodes: [{ op, inputs: names, outputs: ['y'], attributes }],
  })
  try {
    compile(file)
    return 'none'
  } catch (error) {
    if (error instanceof OpineError) return error.code
    throw error
  }
}

describe('operators refuse with a typed error', () => {
  it('types that they do not take', () => {
    for (const op of ['Add', 'Max', 'Less', 'BitwiseAnd']) expect(codeOf(op, ['bool', 'bool']), op).to.equal('UNSUPPORTED_OPERATOR')
    for (const op of ['And', 'Xor', 'BitwiseOr', 'BitShift'])
      expect(codeOf(op, ['f32', 'f32'], { direction: { string: 'LEFT' } }), op).to.equal('UNSUPPORTED_OPERATOR')
    for (const op of ['Exp', 'Elu', 'IsNaN', 'Softmax', 'ReduceLogSumExp', 'LpNormalization'])
      expect(codeOf(op, ['i32']), op).to.equal('UNSUPPORTED_OPERATOR')
    expect(codeOf('Not', ['u8'])).to.equal('UNSUPPORTED_OPERATOR')
    expect(codeOf('ReduceSum', ['bool'])).to.equal('UNSUPPORTED_OPERATOR')
    expect(codeOf('Cast', ['f32'], { to: { int: 11 } })).to.equal('UNSUPPORTED_TYPE')
    expect(codeOf('Cast', ['f32'], { to: { int: 16 } })).to.equal('UNSUPPORTED_TYPE')
  })

  it('inputs of different types, too many, and conditions that are none', () => {
    expect(codeOf('Add', ['f32', 'i32'])).to.equal('INVALID_NODE')
    expect(codeOf('Equal', ['i64', 'i32'])).to.equal('INVALID_NODE')
    expect(codeOf('Exp', ['f32', 'f32'])).to.equal('INVALID_NODE')
    expect(codeOf('Where', ['f32', 'f32', 'f32'])).to.equal('INVALID_NODE')
    expect(codeOf('Clip', ['f32', 'i32', 'i32'])).to.equal('INVALID_NODE')
  })

  it('attributes out of their range', () => {
    expect(codeOf('ReduceSum', ['f32'], { axes: { ints: [2] } }, 11)).to.equal('INVALID_NODE')
    expect(codeOf('ReduceMax', ['f32'], { axes: { ints: [1, -1] } }, 11)).to.equal('INVALID_NODE')
    expect(codeOf('ArgMax', ['f32'], { axis: { int: 2 } })).to.equal('INVALID_NODE')
    expect(codeOf('TopK', ['f32'], { k: { int: 4 } }, 9)).to.equal('INVALID_NODE')
    expect(codeOf('BitShift', ['u8', 'u8'], { direction: { string: 'UP' } })).to.equal('INVALID_NODE')
    expect(codeOf('Gelu', ['f32'], { approximate: { string: 'sigmoid' } })).to.equal('INVALID_NODE')
    expect(codeOf('LRN', ['f32'], { size: { int: 0 } })).to.equal('INVALID_NODE')
    expect(codeOf('GlobalLpPool', ['f32'], { p: { int: 0 } })).to.equal('INVALID_NODE')
  })

  it('axes and counts that are computed at run time', () => {
    expect(codeOf('ReduceSum', ['f32', 'i64'])).to.equal('UNSUPPORTED_OPERATOR')
    expect(codeOf('TopK', ['f32', 'i64'])).to.equal('UNSUPPORTED_OPERATOR')
    expect(codeOf('CumSum', ['f32', 'i64'])).to.equal('UNSUPPORTED_OPERATOR')
  })
})
