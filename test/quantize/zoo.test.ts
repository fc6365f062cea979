import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { executeOutputs } from '@opine/models/exec/wasm/execute.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { compile, compileModel } from '@opine/models/lower/compile.ts'
import { decodeModel } from '@opine/models/onnx/decode.ts'
import { quantize } from '@opine/models/quantize/quantize.ts'
import { type Applicant, drawApplicants, HELD_OUT } from '@opine/models/zoo/credit/applicants.ts'
import { measure } from '@opine/models/zoo/credit/measure.ts'
import { tokensOf as bracketsOf, drawExamples, heldOutExamples, LENGTH, TRAINING as READ } from '@opine/models/zoo/reader/brackets.ts'
import { drawStories, heldOutStories, TRAINING } from '@opine/models/zoo/story/draw.ts'
import { perplexity } from '@opine/models/zoo/story/measure.ts'
import { CONTEXT } from '@opine/models/zoo/story/network.ts'
import { tokensOf, VOCABULARY } from '@opine/models/zoo/story/vocabulary.ts'
import { crossEntropy, softmax } from '@opine/models/zoo/training/loss.ts'
import { expect } from 'chai'
import { STOCK_SETTINGS, stockSession } from '../support/stock.ts'

const modelOf = (path: string) => decodeModel(readFileSync(new URL(`../../models/zoo/${path}`, import.meta.url)))
const floats = (raw: Uint8Array): Float32Array => new Float32Array(raw.slice().buffer)

describe('the quantised credit network', () => {
  const model = modelOf('credit/credit.onnx')
  const bytes = ({ features }: Applicant): Uint8Array => new Uint8Array(features.buffer)
  const examples = drawApplicants({ count: 500, seed: 5 }).map((applicant) => [bytes(applicant)])
  const { file, left } = quantize(model, examples, { providers: 'tf32' })
  const { program } = compile(file)

  it('is certified from end to end, and within half a point of the float model', () => {
    expect(left).deep.equal([])
    expect(certifyProgram(program, { classes: ['tf32'] }).orderFree).equal(true)
    const heldOut = drawApplicants(HELD_OUT)
    const right = (of: Program): number =>
      measure(
        heldOut,
        heldOut.map((applicant) => floats(executeOutputs(of, [bytes(applicant)])[0]!)[0]!),
      ).right
    expect(right(program)).at.least(right(compileModel(model).program) - 0.005 * heldOut.length)
  })

  it('gives the same bits on stock onnxruntime at every optimisation level and thread count as reference', async () => {
    const applicants = drawApplicants({ count: 40, seed: 6 })
    for (const setting of STOCK_SETTINGS) {
      const run = await stockSession(file, setting)
      for (const applicant of applicants) {
        const expected = reference(program, [bytes(applicant)])[program.outputs[0]!]!
        expect((await run({ applicant: { shape: [1, 8], data: applicant.features } })).get('risk')).deep.equal(expected)
      }
    }
  })
})

describe('the quantised story model', () => {
  it('is certified from end to end, and keeps the perplexity within five hundredths', () => {
    const model = modelOf('story/story.onnx')
    const fed = (words: readonly string[]): Uint8Array[] => {
      const tokens = tokensOf(words)
      return [new Uint8Array(Int32Array.from({ length: CONTEXT }, (_, i) => tokens[i] ?? 0).buffer)]
    }
    const { file, left } = quantize(model, drawStories({ count: 32, seed: 991 }).map(fed), { providers: 'tf32' })
    expect(left).deep.equal([])
    const { program } = compile(file)
    expect(certifyProgram(program, { classes: ['tf32'] }).orderFree).equal(true)
    const heldOut = heldOutStories(drawStories(TRAINING)).slice(0, 40)
    const perplexityOf = (program: Program): number => {
      let [loss, count] = [0, 0]
      for (const words of heldOut) {
        const logits = floats(executeOutputs(program, fed(words))[0]!)
        for (const [at, next] of tokensOf(words).slice(1).entries()) {
          loss += crossEntropy(softmax(logits.subarray(at * VOCABULARY, (at + 1) * VOCABULARY)), next)
          count += 1
        }
      }
      return perplexity(loss, count)
    }
    expect(perplexityOf(program)).below(1.05 * perplexityOf(compileModel(model).program))
  })
})

describe('the quantised bracket reader', () => {
  const model = modelOf('reader/reader.onnx')
  const fed = (text: string): Uint8Array[] => [new Uint8Array(Int32Array.from(bracketsOf(text)).buffer)]
  const examples = drawExamples({ count: 200, seed: 17 }).map(({ text }) => fed(text))

  it('is certified from end to end, and within a point of the float model', (t) => {
    const heldOut = heldOutExamples(drawExamples(READ))
    const right = (program: Program): number =>
      heldOut.filter(({ text, balanced }) => floats(executeOutputs(program, fed(text))[0]!)[0]! >= 0.5 === balanced).length
    const float = right(compileModel(model).program)
    for (const providers of ['tf32', 'bf16'] as const) {
      const { file, left } = quantize(model, examples, { providers })
      expect(left).deep.equal([])
      const { program } = compile(file)
      const { orderFree, kernels } = certifyProgram(program, { classes: [providers] })
      expect(orderFree, JSON.stringify(kernels.filter(({ verdict }) => verdict === 'refused'))).equal(true)
      const found = right(program)
      t.diagnostic(`${providers}: ${kernels.length} kernels certified; ${found} of ${heldOut.length} right, in float ${float}`)
      expect(found).at.least(float - 0.01 * heldOut.length)
    }
  })

  it('gives the same bits on stock onnxruntime at every optimisation level and thread count as reference', async () => {
    const { file } = quantize(model, examples, { providers: 'tf32' })
    const { program } = compile(file)
    const texts = drawExamples({ count: 5, seed: 18 }).map(({ text }) => text)
    for (const setting of STOCK_SETTINGS) {
      const run = await stockSession(file, setting)
      for (const text of texts) {
        const expected = reference(program, fed(text))[program.outputs[0]!]!
        const data = BigInt64Array.from(bracketsOf(text), BigInt)
        expect((await run({ text: { shape: [1, LENGTH], data } })).get('balanced')).deep.equal(expected)
      }
    }
  })
})
