import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { Random } from '@opine/models/ir/random.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { encodeModel } from '@opine/models/onnx/encode.ts'
import { evaluateModel } from '@opine/models/quantize/network/evaluate-model.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { expect } from 'chai'

const NAMES = ['a', 'b', 'c', 'd']
const draw = (seed: number): Uint8Array[] => {
  const random = new Random(seed)
  return NAMES.map(
    (_, at) => new Uint8Array(Float32Array.from({ length: 16 }, () => (random.between(-1000, 1000) / 370) * (at + 1)).buffer),
  )
}

/** A cell of gates that an exporter took apart, and a gate with a way around it. */
const SUMS = {
  'two products': [
    { op: 'Tanh', name: 'fresh', inputs: ['d'], outputs: ['fresh'] },
    { op: 'Mul', name: 'taken', inputs: ['i', 'fresh'], outputs: ['taken'] },
    { op: 'Add', name: 'sum', inputs: ['kept', 'taken'], outputs: ['sum'] },
  ],
  'a product and what it is a product of': [{ op: 'Add', name: 'sum', inputs: ['kept', 'b'], outputs: ['sum'] }],
}

describe('products of two computed tensors in a sum', () => {
  for (const [what, nodes] of Object.entries(SUMS)) {
    for (const activationBits of [8, 11]) {
      it(`keep their weights, and are narrow factors: ${what}, ${activationBits} bits`, () => {
        const random = new Random(4)
        const file = encodeModel({
          name: 'products',
          inputs: NAMES.map((name) => ({ name: `${name}.in`, type: 'f32', shape: [1, 16] })),
          outputs: [{ name: 'y', type: 'f32', shape: [1, 4] }],
          nodes: [
            ...NAMES.map((name) => ({ op: 'MatMul', name: `${name}.in`, inputs: [`${name}.in`, 'mix'], outputs: [name] })),
            { op: 'Sigmoid', name: 'f', inputs: ['a'], outputs: ['f'] },
            { op: 'Sigmoid', name: 'i', inputs: ['c'], outputs: ['i'] },
            { op: 'Mul', name: 'kept', inputs: ['f', 'b'], outputs: ['kept'] },
            ...nodes,
            { op: 'MatMul', name: 'last', inputs: ['sum', 'w'], outputs: ['y'] },
          ],
          initializers: [
            {
              name: 'mix',
              type: 'f32',
              shape: [16, 16],
              data: Float32Array.from({ length: 256 }, () => random.between(-1000, 1000) / 2500),
            },
            { name: 'w', type: 'f32', shape: [16, 4], data: Float32Array.from({ length: 64 }, () => random.between(-1000, 1000) / 3000) },
          ],
        })
        const examples = Array.from({ length: 64 }, (_, seed) => draw(seed))
        const quantized = quantize(decodeModel(file), examples, { providers: 'tf32', activationBits })
        expect(quantized.left).deep.equal([])
        const { orderFree, kernels } = certifyProgram(compile(quantized.file).program, { classes: ['tf32'] })
        expect(orderFree, JSON.stringify(kernels.filter(({ verdict }) => verdict === 'refused'))).equal(true)
        const { outputs } = evaluateModel(quantized.network, quantized, examples.slice(0, 16))
        expect(outputs[0]!.sqnr).above(activationBits === 8 ? 35 : 45)
      })
    }
  }
})
