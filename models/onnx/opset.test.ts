import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { compile } from '../lower/compile.ts'
import { encodeModel } from './encode.ts'

const relu = (opset: number): Uint8Array =>
  encodeModel({
    name: 'relu',
    opset,
    inputs: [{ name: 'x', type: 'f32', shape: [2] }],
    outputs: [{ name: 'y', type: 'f32', shape: [2] }],
    nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
  })

describe('operator sets', () => {
  it('7 to 24 compile', () => {
    for (let opset = 7; opset <= 24; opset += 1) expect(compile(relu(opset)).program.kernels).to.have.length(1)
  })

  it('others are refused by a typed error, unless the caller checks results itself', () => {
    for (const opset of [0, 1, 6, 25, 99]) {
      expect(() => compile(relu(opset)))
        .to.throw(OpineError, new RegExp(`operator set ${opset};`))
        .with.property('code', 'UNSUPPORTED_OPSET')
    }
    expect(compile(relu(6), { anyOpset: true }).program.kernels).to.have.length(1)
  })
})
