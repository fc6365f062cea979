import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import { Random } from '@opine/models/ir/random.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { encodeModel } from '@opine/models/onnx/encode.ts'
import { calibrate } from '@opine/models/quantize/calibrate/calibrate.ts'
import { networkOf } from '@opine/models/quantize/network/network-of.ts'
import { quantizeNetwork } from '@opine/models/quantize/quantizer.ts'
import { expect } from 'chai'

const [CHANNELS, SIZE] = [6, 8]
const random = new Random(11)
const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.between(-1000, 1000) / 1000)

/** Three convolutions with cuts between them; nothing is padded, so means by channel are all that a mean of the output hangs on. */
const file = encodeModel({
  name: 'means',
  inputs: [{ name: 'x', type: 'f32', shape: [1, 3, SIZE, SIZE] }],
  outputs: [{ name: 'y', type: 'f32', shape: [1, CHANNELS, SIZE, SIZE] }],
  nodes: [
    { op: 'Conv', name: 'first', inputs: ['x', 'w1', 'b1'], outputs: ['a'] },
    { op: 'Relu', name: 'cut', inputs: ['a'], outputs: ['b'] },
    { op: 'Conv', name: 'second', inputs: ['b', 'w2'], outputs: ['c'] },
    { op: 'Relu', name: 'recut', inputs: ['c'], outputs: ['d'] },
    { op: 'Conv', name: 'third', inputs: ['d', 'w3'], outputs: ['e'] },
    { op: 'Add', name: 'rest', inputs: ['e', 'b'], outputs: ['y'] },
  ],
  initializers: [
    { name: 'w1', type: 'f32', shape: [CHANNELS, 3, 1, 1], data: draw(CHANNELS * 3) },
    { name: 'b1', type: 'f32', shape: [CHANNELS], data: draw(CHANNELS) },
    { name: 'w2', type: 'f32', shape: [CHANNELS, CHANNELS, 1, 1], data: draw(CHANNELS * CHANNELS) },
    { name: 'w3', type: 'f32', shape: [CHANNELS, CHANNELS, 1, 1], data: draw(CHANNELS * CHANNELS) },
  ],
})
const examples = Array.from({ length: 40 }, () => [new Uint8Array(draw(3 * SIZE * SIZE).buffer)])

/** Greatest mean error of a channel of the output, over the examples. */
function meanError(float: Program, quantized: Program): number {
  const errors = new Float64Array(CHANNELS)
  for (const example of examples) {
    const [expected, found] = [float, quantized].map((program) => new Float32Array(executeOutputs(program, example)[0]!.slice().buffer))
    for (const [at, value] of expected!.entries()) errors[Math.floor(at / (SIZE * SIZE))]! += found![at]! - value
  }
  return Math.max(...errors.map((error) => Math.abs(error) / (examples.length * SIZE * SIZE)))
}

describe('bias correction', () => {
  const network = networkOf(decodeModel(file))
  const statistics = calibrate(network, examples)
  // Few bits, so that there is something to correct.
  const made = (seen: typeof examples): Program =>
    compile(quantizeNetwork(network, statistics, { providers: 'tf32', activationBits: 2 }, seen).file).program
  const [plain, corrected] = [made([]), made(examples)]

  it('takes back what quantising does to the mean of a channel', () => {
    const { program: float } = compile(file)
    const [before, after] = [meanError(float, plain), meanError(float, corrected)]
    expect(before).above(0.01)
    expect(after).below(before / 50)
  })

  it('keeps sums exact', () => {
    expect(certifyProgram(corrected, { classes: ['tf32'] }).orderFree).equal(true)
  })
})
