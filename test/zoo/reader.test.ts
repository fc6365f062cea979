import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { BRACKETS, drawExamples, heldOutExamples, isBalanced, LENGTH, TRAINING, tokensOf } from '@opine/models/zoo/reader/brackets.ts'
import { accuracyLine, hashLine } from '@opine/models/zoo/training/report.ts'
import { expect } from 'chai'
import { ourRunner, scaledError, stockRunner } from '../support/zoo-runner.ts'

const folder = new URL('../../models/zoo/reader/', import.meta.url)
const file = new Uint8Array(readFileSync(new URL('reader.onnx', folder)))
const page = readFileSync(new URL('README.md', folder), 'utf8')
const heldOut = heldOutExamples(drawExamples(TRAINING))
const examples = readdirSync(new URL('examples/', folder)).map((name) => {
  const tokens: number[] = JSON.parse(readFileSync(new URL(`examples/${name}`, folder), 'utf8')).flat()
  return { name, tokens, text: Array.from(tokens, (token) => (token === 0 ? '' : BRACKETS[token - 1]!)).join('') }
})

describe('the bracket reader', () => {
  it('is the file that README.md describes, in ONNX Runtime', async () => {
    expect(page).contain(`\n${hashLine('reader.onnx', file)}\n`)
    const run = await stockRunner(file, 'int64', [1, LENGTH])
    let right = 0
    for (const { text, balanced } of heldOut) if ((await run(tokensOf(text)))[0]! >= 0.5 === balanced) right += 1
    expect(page).contain(`\n${accuracyLine(right, heldOut.length)}\n`)
    expect(right / heldOut.length).above(0.98)
  })

  it('reads alike in our executor, the examples rightly', async () => {
    const [stock, ours] = [await stockRunner(file, 'int64', [1, LENGTH]), ourRunner(file)]
    for (const { name, tokens, text } of examples) {
      expect(tokensOf(text), name).deep.equal(tokens)
      expect((await ours(tokens))[0]! >= 0.5, `${name}: ${text}`).equal(isBalanced(text))
    }
    expect(examples.map(({ name }) => name)).deep.equal(['balanced.json', 'crossed.json', 'unclosed.json'])
    for (const tokens of heldOut.slice(0, 60).map(({ text }) => tokensOf(text)))
      expect(scaledError(await ours(tokens), await stock(tokens))).most(1e-4)
  })
})
