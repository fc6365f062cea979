import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import { compileModel } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { manyOutputs } from '@opine/models/quantize/calibrate/calibrate.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { expect } from 'chai'
import { boxesIn, overlap } from '../support/boxes.ts'
import { SHARED_SUBJECTS } from '../support/quantised/shared-subjects.ts'
import { floatModel, HELD_OUT_SEED } from '../support/quantised/subject.ts'
import { STOCK_SETTINGS, stockSession } from '../support/stock.ts'

/** `OPINE_ALL=1` compares the bits of 200 pictures a model, and the answers of as many with those of the float model. */
const ALL = Boolean(process.env.OPINE_ALL)
const SAME_BITS = ALL ? 200 : 1
const ANSWERS = ALL ? 200 : 0
const CALIBRATION = ALL ? 200 : 8

type Outputs = readonly Float32Array[]

/** Of the float model's answers, how many the quantised one gives too. */
type Agree = (float: Outputs, quantized: Outputs) => { readonly asked: number; readonly same: number }

const top = (values: Float32Array): number => values.reduce((best, value, at) => (value > values[best]! ? at : best), 0)
const sameTop: Agree = (float, quantized) => ({ asked: 1, same: top(float[0]!) === top(quantized[0]!) ? 1 : 0 })

const AGREE: Readonly<Record<string, Agree>> = {
  SqueezeNet: sameTop,
  UltraFace: (float, quantized) => {
    const [expected, found] = [float, quantized].map((outputs) => boxesIn(outputs[0]!, outputs[1]!, 0.5)) as [
      ReturnType<typeof boxesIn>,
      ReturnType<typeof boxesIn>,
    ]
    const same = expected.filter((box) => found.some((other) => overlap(box, other) > 0.5)).length
    // A box too many is an answer that differs.
    return { asked: Math.max(expected.length, expected.length + found.length - same), same }
  },
  'super-resolution': ([float], [quantized]) => {
    const [signal, noise] = [power(float!), power(float!.map((value, at) => value - quantized![at]!))]
    return { asked: 1, same: noise < signal / 1000 ? 1 : 0 }
  },
  MNIST: sameTop,
}

const power = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0)
const floats = (raw: Uint8Array): Float32Array => new Float32Array(raw.slice().buffer)

for (const subject of SHARED_SUBJECTS) {
  const { name, dims, draw, skip } = subject
  const { bits } = subject.exact
  const agree = AGREE[name]!
  describe(`quantised ${name}`, { skip }, () => {
    if (skip) return
    const model = floatModel(subject)
    const data = (seed: number): Float32Array<ArrayBuffer> => new Float32Array(draw(seed)[0]!.slice().buffer)
    const examples = Array.from({ length: CALIBRATION }, (_, seed) => draw(seed))
    const quantized = quantize(model, examples, { providers: 'tf32', activationBits: bits, dims, expose: true })
    const decoded = decodeModel(quantized.file)

    it('is certified for TF32 from end to end', () => {
      expect(quantized.left).deep.equal([])
      const outputs = quantized.network.outputs.map(({ name: output }) => ({ name: output, type: 'f32' as const, shape: null }))
      const { program } = compileModel({ ...decoded, graph: { ...decoded.graph, outputs } })
      const { orderFree, kernels } = certifyProgram(program, { classes: ['tf32'] })
      expect(orderFree, JSON.stringify(kernels.filter(({ verdict }) => verdict === 'refused'))).equal(true)
    })

    it(`gives the same bits on stock onnxruntime at every optimisation level and thread count as ours, pictures: ${SAME_BITS}`, async () => {
      const program = manyOutputs(decoded)
      const names = decoded.graph.outputs.map((output) => output.name)
      const [input] = quantized.network.inputs
      const sessions = await Promise.all(
        STOCK_SETTINGS.map(async (setting) => ({ ...setting, run: await stockSession(quantized.file, setting) })),
      )
      for (let seed = HELD_OUT_SEED; seed < HELD_OUT_SEED + SAME_BITS; seed++) {
        const expected = executeOutputs(program, draw(seed))
        for (const { level, threads, run } of sessions) {
          const found = await run({ [input!.name]: { shape: input!.shape, data: data(seed) } })
          for (const [at, output] of names.entries()) {
            const same = Buffer.compare(found.get(output)!, expected[at]!) === 0
            expect(same, `${output}, picture ${seed}, ${level}, ${threads} threads`).equal(true)
          }
        }
      }
    })

    if (ANSWERS > 0) {
      it(`answers as the float model does, 95 of 100 times at least, of ${ANSWERS} pictures`, (t) => {
        const float = compileModel(model, { dims }).program
        const program = manyOutputs({
          ...decoded,
          graph: { ...decoded.graph, outputs: decoded.graph.outputs.slice(0, quantized.network.outputs.length) },
        })
        let [asked, same] = [0, 0]
        for (let seed = 0; seed < ANSWERS; seed++) {
          const picture = draw(10_000 + seed)
          const answer = agree(executeOutputs(float, picture).map(floats), executeOutputs(program, picture).map(floats))
          asked += answer.asked
          same += answer.same
        }
        t.diagnostic(`${name}: ${same} of ${asked} answers are the float model's`)
        expect(same / asked).at.least(0.95)
      })
    }
  })
}
