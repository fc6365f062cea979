import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { findDigits } from '@opine/models/zoo/digits/dataset.ts'
import { type Digit, toInput } from '@opine/models/zoo/digits/image.ts'
import { SAMPLES } from '@opine/models/zoo/digits/samples.ts'
import { heldOutRows } from '@opine/models/zoo/digits/split.ts'
import { classOf } from '@opine/models/zoo/training/loss.ts'
import { accuracyLine, hashLine } from '@opine/models/zoo/training/report.ts'
import { expect } from 'chai'
import { InferenceSession, Tensor } from 'onnxruntime-node'

const folder = new URL('../../models/zoo/digits/', import.meta.url)
const file = new Uint8Array(readFileSync(new URL('digits.onnx', folder)))
const page = readFileSync(new URL('README.md', folder), 'utf8')
const model = compile(file)

type Answer = { readonly logits: Float32Array; readonly probabilities: Float32Array }

function ours({ pixels }: Digit): Answer {
  const buffers = execute(model.program, [new Uint8Array(toInput(pixels).buffer)])
  const output = (name: string): Float32Array => {
    const kernel = model.program.outputs[model.interface.outputs.findIndex((port) => port.name === name)]!
    return new Float32Array(buffers[kernel]!.slice().buffer)
  }
  return { logits: output('logits'), probabilities: output('probabilities') }
}

describe('the digit model', () => {
  it('is the file that README.md describes', () => {
    expect(page).contain(`\n${hashLine('digits.onnx', file)}\n`)
    expect(model.interface).deep.equal({
      inputs: [{ name: 'image', type: 'f32', shape: [1, 1, 8, 8] }],
      outputs: [
        { name: 'logits', type: 'f32', shape: [1, 10] },
        { name: 'probabilities', type: 'f32', shape: [1, 10] },
      ],
    })
  })

  it('names our own drawings', () => {
    expect(SAMPLES.map((digit) => classOf(ours(digit).logits))).deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('names its examples', () => {
    for (const [name, digit] of Object.entries({ zero: 0, three: 3, seven: 7 })) {
      const values: number[] = JSON.parse(readFileSync(new URL(`examples/${name}.json`, folder), 'utf8')).flat(3)
      expect(classOf(ours({ pixels: Uint8Array.from(values, (value) => value * 16), label: digit }).logits)).equal(digit)
    }
  })

  it('names held-out digits as README.md says, and as ONNX Runtime does', async (t) => {
    const found = findDigits()
    if ('missing' in found) return t.skip(found.missing)
    const heldOut = heldOutRows(found.digits)
    const session = await InferenceSession.create(file)
    let right = 0
    let farthest = 0
    for (const [index, digit] of heldOut.entries()) {
      const { logits, probabilities } = ours(digit)
      const theirs = await session.run({ image: new Tensor('float32', toInput(digit.pixels), [1, 1, 8, 8]) })
      const theirLogits = theirs.logits!.data as Float32Array
      const theirProbabilities = theirs.probabilities!.data as Float32Array
      expect(classOf(logits), `class of held-out image ${index}`).equal(classOf(theirLogits))
      expect(classOf(probabilities), `likeliest class of held-out image ${index}`).equal(classOf(logits))
      for (const [label, p] of probabilities.entries()) farthest = Math.max(farthest, Math.abs(p - theirProbabilities[label]!))
      if (classOf(logits) === digit.label) right += 1
    }
    expect(farthest, 'greatest difference of a probability').below(1e-4)
    expect(right / heldOut.length).least(0.97)
    expect(page).contain(`\n${accuracyLine(right, heldOut.length)}\n`)
  })
})
