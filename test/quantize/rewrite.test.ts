import { describe, it } from 'node:test'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { evaluateModel } from '@opine/models/quantize/network/evaluate-model.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { expect } from 'chai'
import { Net } from './families/net.ts'

/** A dense layer, a norm of rows that is written in other ways, a dense layer. */
function normNet(width: number, quotient: (net: Net, rest: string, variance: string) => string): Net {
  const net = new Net('norm', 13)
  const x = net.dense(net.input('x', [1, 4, 8]), 8, width)
  const rest = net.node('Sub', [x, net.node('ReduceMean', [x], { axes: [-1], keepdims: 1 })])
  const mean = net.node('ReduceMean', [net.node('Mul', [rest, rest])], { axes: [-1], keepdims: 1 })
  const variance = net.node('Add', [net.scalar(1e-5), mean])
  return net.output(net.dense(quotient(net, rest, variance), width, 4))
}

const FORMS: Readonly<Record<string, (net: Net, rest: string, variance: string) => string>> = {
  'over a root': (net, rest, variance) => net.node('Div', [rest, net.node('Sqrt', [variance])]),
  'over a power': (net, rest, variance) => net.node('Div', [rest, net.node('Pow', [variance, net.scalar(0.5)])]),
  'times a power': (net, rest, variance) => net.node('Mul', [net.node('Pow', [variance, net.scalar(-0.5)]), rest]),
  'times a reciprocal': (net, rest, variance) => net.node('Mul', [rest, net.node('Reciprocal', [net.node('Sqrt', [variance])])]),
}

describe('what exporters took apart', () => {
  const quantized = (net: Net) => {
    const examples = Array.from({ length: 8 }, (_, seed) => net.example(seed))
    const made = quantize(decodeModel(net.file()), examples, { providers: 'tf32' })
    return { ...made, quality: evaluateModel(made.network, made, examples.slice(0, 4)).outputs[0]!.sqnr }
  }

  for (const [form, quotient] of Object.entries(FORMS)) {
    it(`is one normalisation again: ${form}`, () => {
      const { layers, left, quality } = quantized(normNet(16, quotient))
      expect(left).deep.equal([])
      expect(layers.filter(({ kind }) => kind === 'normalization')).to.have.length(1)
      expect(quality).above(25)
    })
  }

  it('stays as it was where it has no integer form', () => {
    const { left, quality } = quantized(normNet(9000, FORMS['over a root']!))
    expect(left.map(({ operator, reason }) => `${operator}: ${reason}`)).deep.equal([
      'LayerNormalization: it normalises 9000 numbers; 2 to 8191 can be summed exactly',
    ])
    expect(quality).above(30)
  })

  it('is told to the last element: integers that a model gives are compared as such', () => {
    const net = new Net('best', 13)
    const best = net.node('ArgMax', [net.gemm(net.input('x', [4, 8]), 8, 5)], { axis: 1, keepdims: 0 })
    expect(quantized(net.numbers(best)).quality).above(20)
  })

  it('is refused where calibration gives infinity, but for what is masked before a softmax', () => {
    const masked = (value: number): Net => {
      const net = new Net('masked', 13)
      const scores = net.node('Add', [net.gemm(net.input('x', [4, 8]), 8, 5), net.constant('f32', [5], [0, 0, value, 0, 0])])
      return net.output(net.node('Softmax', [scores], { axis: 1 }))
    }
    expect(quantized(masked(Number.NEGATIVE_INFINITY)).quality).above(30)
    expect(() => quantized(masked(Number.POSITIVE_INFINITY))).to.throw("'Add_1' that is no finite number")
  })

  it('is left alone where it only looks like it', () => {
    const net = new Net('other', 13)
    const x = net.input('x', [1, 4, 8])
    const rest = net.node('Sub', [x, net.node('ReduceMean', [x], { axes: [1], keepdims: 1 })])
    const mean = net.node('ReduceMean', [net.node('Mul', [rest, x])], { axes: [-1], keepdims: 1 })
    const root = net.node('Sqrt', [net.node('Add', [mean, net.scalar(1e-5)])])
    const { layers } = quantized(net.output(net.node('Div', [rest, root])))
    expect(layers.filter(({ kind }) => kind === 'normalization')).deep.equal([])
  })
})
