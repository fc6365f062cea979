import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { PROVIDER_CLASSES } from '@opine/models/certify/classes.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import { compile, compileModel } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { manyOutputs } from '@opine/models/quantize/calibrate/calibrate.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { findDigits } from '@opine/models/zoo/digits/dataset.ts'
import { shifted, toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { heldOutRows, trainingRows } from '@opine/models/zoo/digits/split.ts'
import { expect } from 'chai'
import { STOCK_SETTINGS, stockSession } from '../support/stock.ts'

const model = decodeModel(readFileSync(join(import.meta.dirname, '../../models/zoo/digits/digits.onnx')))
const bytes = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
const floats = (raw: Uint8Array): Float32Array => new Float32Array(raw.slice().buffer)
const best = (values: Float32Array): number => values.indexOf(Math.max(...values))

/** Our own drawings, moved about. */
const drawn = [-1, 0, 1].flatMap((right) =>
  [-1, 0, 1].flatMap((down) => SAMPLES.map(({ pixels }) => toInput(shifted(pixels, right, down)))),
)
/** What no digit looks like: extremes, checks, and numbers beyond what calibration saw. */
const strange = [0, 1, -1, 2 ** -30, 1000]
  .map((value) => new Float32Array(64).fill(value))
  .concat([Float32Array.from({ length: 64 }, (_, i) => (i % 2 ? 1 : 0))])
const CALIBRATION = drawn.filter((_, index) => index % 3 !== 2).map((data) => [bytes(data)])

describe('the quantised digit network', () => {
  for (const providers of PROVIDER_CLASSES) {
    it(`gives the same bits on stock onnxruntime at every optimisation level and thread count as reference: ${providers}`, async () => {
      const { file, codes } = quantize(model, CALIBRATION, { providers, expose: true })
      const inputs = [...drawn.filter((_, index) => index % 3 === 2), ...strange]
      const decoded = decodeModel(file)
      const names = ['logits', 'probabilities', ...[...codes.values()].map(({ name }) => name)]
      const outputs = names.map((name) => ({ name, type: 'f32' as const, shape: null }))
      const program = manyOutputs({ ...decoded, graph: { ...decoded.graph, outputs } })
      const expected = inputs.map((data) => {
        const buffers = reference(program, [bytes(data)])
        return program.outputs.map((kernel) => buffers[kernel]!)
      })
      for (const [index, data] of inputs.entries()) expect(executeOutputs(program, [bytes(data)])).deep.equal(expected[index])
      const plain = quantize(model, CALIBRATION, { providers }).file
      for (const setting of STOCK_SETTINGS) {
        const [exposed, fused] = [await stockSession(file, setting), await stockSession(plain, setting)]
        for (const [index, data] of inputs.entries()) {
          const feeds = { image: { shape: [1, 1, 8, 8], data } }
          const found = await exposed(feeds)
          for (const [at, name] of names.entries()) {
            expect(found.get(name), `${name} of input ${index}, ${setting.level}, ${setting.threads} threads`).deep.equal(
              expected[index]![at],
            )
          }
          const results = await fused(feeds)
          for (const at of [0, 1])
            expect(results.get(names[at]!), `${names[at]} of input ${index}, fused, ${setting.level}`).deep.equal(expected[index]![at])
        }
      }
    })
  }

  it('is certified for its class, and within half a point of the float model', (t) => {
    const found = findDigits()
    if ('missing' in found) return t.skip(found.missing)
    const examples = trainingRows(found.digits)
      .slice(0, 128)
      .map(({ pixels }) => [bytes(toInput(pixels))])
    const rows = heldOutRows(found.digits)
    const right = (program: ReturnType<typeof compile>['program']): number =>
      rows.filter(({ pixels, label }) => best(floats(executeOutputs(program, [bytes(toInput(pixels))])[0]!)) === label).length
    const float = right(compileModel(model).program)
    for (const providers of PROVIDER_CLASSES) {
      const { file, left } = quantize(model, examples, { providers })
      expect(left).deep.equal([])
      const { orderFree, kernels } = certifyProgram(compile(file).program, { classes: [providers] })
      expect(orderFree, JSON.stringify(kernels.filter(({ verdict }) => verdict === 'refused'))).equal(true)
      expect(right(compile(file).program), providers).at.least(float - 0.005 * rows.length)
    }
  })
})
