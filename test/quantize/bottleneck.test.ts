import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { Random } from '@opine/models/ir/random.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { encodeModel } from '@opine/models/onnx/encode.ts'
import { isBottleneck } from '@opine/models/quantize/calibrate/bottleneck.ts'
import { networkOf } from '@opine/models/quantize/network/network-of.ts'
import type { ProviderClass } from '@opine/models/quantize/options.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { expect } from 'chai'

const random = new Random(5)
const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.between(-1000, 1000) / 1000)
const weights = (name: string, shape: readonly number[]) => ({
  ...{ name, type: 'f32' as const, shape },
  data: draw(shape.reduce((a, b) => a * b, 1)),
})

/** Sixteen channels, two, and then both twelve and four again: the two are the bottleneck. */
const model = decodeModel(
  encodeModel({
    name: 'narrow',
    inputs: [{ name: 'x', type: 'f32', shape: [1, 3, 6, 6] }],
    outputs: [{ name: 'y', type: 'f32', shape: [1, 4, 6, 6] }],
    nodes: [
      { op: 'Conv', name: 'first', inputs: ['x', 'w1'], outputs: ['a'] },
      { op: 'Relu', name: 'cut1', inputs: ['a'], outputs: ['wide'] },
      { op: 'Conv', name: 'squeeze', inputs: ['wide', 'w2'], outputs: ['b'] },
      { op: 'Relu', name: 'cut2', inputs: ['b'], outputs: ['narrow'] },
      { op: 'Conv', name: 'left', inputs: ['narrow', 'w3'], outputs: ['c'] },
      { op: 'Conv', name: 'right', inputs: ['narrow', 'w4'], outputs: ['d'], attributes: { pads: { ints: [1, 1, 1, 1] } } },
      { op: 'Concat', name: 'both', inputs: ['c', 'd'], outputs: ['e'], attributes: { axis: { int: 1 } } },
      { op: 'Relu', name: 'cut3', inputs: ['e'], outputs: ['f'] },
      { op: 'Conv', name: 'last', inputs: ['f', 'w5'], outputs: ['y'] },
    ],
    initializers: [
      weights('w1', [16, 3, 1, 1]),
      weights('w2', [2, 16, 1, 1]),
      weights('w3', [12, 2, 1, 1]),
      weights('w4', [4, 2, 3, 3]),
      weights('w5', [4, 16, 1, 1]),
    ],
  }),
)

describe('a bottleneck', () => {
  it('is what few numbers are that products make many of', () => {
    const network = networkOf(model)
    expect(['wide', 'narrow', 'f', 'y'].filter((name) => isBottleneck(network, name))).deep.equal(['narrow'])
  })

  it('has two bits more than other activations, where the class takes them, and sums stay exact', () => {
    const examples = Array.from({ length: 20 }, () => [new Uint8Array(draw(3 * 36).buffer)])
    const greatest = (providers: ProviderClass, activationBits: number): (number | undefined)[] => {
      const { file, codes } = quantize(model, examples, { providers, activationBits })
      expect(certifyProgram(compile(file).program, { classes: [providers] }).orderFree).equal(true)
      return ['wide', 'narrow'].map((name) => codes.get(name)?.high)
    }
    expect(greatest('tf32', 8)).deep.equal([255, 1023])
    expect(greatest('tf32', 10)).deep.equal([1023, 2047])
    expect(greatest('bf16', 8)).deep.equal([255, 255])
  })
})
