import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { evaluateModel } from '@opine/models/quantize/network/evaluate-model.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { expect } from 'chai'
import { Net } from './families/net.ts'

/** What happens to a picture, to which a constant was added that varies from place to place, for all channels alike or not. */
const AFTER: Readonly<Record<string, (net: Net, x: string) => string>> = {
  'a batch norm': (net, x) => net.batchNorm(x, 8),
  'a factor of each channel': (net, x) => net.node('Mul', [x, net.positive([8, 1, 1])]),
  'a negation': (net, x) => net.node('Neg', [x]),
  'a difference from something': (net, x) => net.node('Sub', [net.positive([8, 1, 1]), x]),
  nothing: (_, x) => x,
  'a factor of each place': (net, x) => net.node('Mul', [x, net.drawn([1, 1, 6, 6], 1)]),
  'a frame of zeros': (net, x) => net.node('Pad', [x, net.ints(0, 0, 1, 1, 0, 0, 1, 1), net.scalar(0)]),
  'a frame of itself': (net, x) => net.node('Pad', [x, net.ints(0, 0, 1, 1, 0, 0, 1, 1)], { mode: 'reflect' }),
  'a resize': (net, x) =>
    net.node('Resize', [x, '', net.constant('f32', [4], [1, 1, 2, 2])], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric' }),
}

describe('constants that vary within a channel', () => {
  for (const [title, after] of Object.entries(AFTER)) {
    for (const shape of [
      [1, 1, 6, 6],
      [1, 8, 6, 6],
    ]) {
      it(`of [${shape}], then ${title}`, () => {
        const net = new Net('field', 13)
        const sum = net.node('Add', [net.conv(net.input('x', [1, 3, 6, 6]), 3, 8, 3), net.drawn(shape, 0.8)])
        net.output(net.conv(after(net, sum), 8, 4, 3))
        const examples = Array.from({ length: 8 }, (_, seed) => net.example(seed))
        const made = quantize(decodeModel(net.file()), examples, { providers: 'tf32' })
        expect(made.left).deep.equal([])
        const { kernels } = certifyProgram(compile(made.file).program, { classes: ['tf32'] })
        expect(kernels.flatMap(({ reason, op }) => (reason ? [`${op}: ${reason.detail}`] : []))).deep.equal([])
        expect(evaluateModel(made.network, made, examples.slice(0, 4)).outputs[0]!.sqnr).above(30)
      })
    }
  }
})
