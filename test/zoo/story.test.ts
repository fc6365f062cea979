import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { derivationsOf, drawStories, heldOutStories, TRAINING } from '@opine/models/zoo/story/draw.ts'
import { leastLine, leastPerplexity, perplexity, storyLine } from '@opine/models/zoo/story/measure.ts'
import { CONTEXT } from '@opine/models/zoo/story/network.ts'
import { luckOf, type Next, tellOn } from '@opine/models/zoo/story/tell.ts'
import { END, tokensOf, VOCABULARY, wordsOf } from '@opine/models/zoo/story/vocabulary.ts'
import { classOf, crossEntropy, softmax } from '@opine/models/zoo/training/loss.ts'
import { hashLine } from '@opine/models/zoo/training/report.ts'
import { expect } from 'chai'
import { ourRunner, type Runner, scaledError, stockRunner } from '../support/zoo-runner.ts'

const folder = new URL('../../models/zoo/story/', import.meta.url)
const file = new Uint8Array(readFileSync(new URL('story.onnx', folder)))
const page = readFileSync(new URL('README.md', folder), 'utf8')

const filled = (tokens: readonly number[]): number[] => Array.from({ length: CONTEXT }, (_, i) => tokens[i] ?? 0)
const rowOf = (logits: Float32Array, row: number): Float32Array => logits.subarray(row * VOCABULARY, (row + 1) * VOCABULARY)
const nextBy =
  (run: Runner): Next =>
  async (tokens) =>
    rowOf(await run(filled(tokens)), tokens.length - 1)

describe('the stories', () => {
  it('can each be told in one way only, and fit the context', () => {
    const stories = drawStories({ count: 300, seed: 77 })
    for (const words of stories) {
      expect(derivationsOf(words).length, words.join(' ')).equal(1)
      expect(tokensOf(words).length).most(CONTEXT)
    }
    expect(derivationsOf(stories[0]!.slice(1))).deep.equal([])
    expect(derivationsOf([...stories[0]!, '.'])).deep.equal([])
  })
})

describe('the story model', () => {
  it('is the file that README.md describes, in ONNX Runtime', async () => {
    expect(page).contain(`\n${hashLine('story.onnx', file)}\n`)
    const heldOut = heldOutStories(drawStories(TRAINING))
    const run = await stockRunner(file, 'int64', [1, CONTEXT])
    let [loss, count] = [0, 0]
    for (const words of heldOut) {
      const tokens = tokensOf(words)
      const logits = await run(filled(tokens))
      for (const [row, target] of [...tokens.slice(1), END].entries()) loss += crossEntropy(softmax(rowOf(logits, row)), target)
      count += tokens.length
    }
    const printed = /^held out: perplexity ([0-9.]+) over ([0-9]+) tokens$/m.exec(page)!
    expect(Number(printed[2])).equal(count)
    expect(perplexity(loss, count)).closeTo(Number(printed[1]), 0.001)
    expect(page).contain(`\n${leastLine(leastPerplexity(heldOut))}\n`)
    expect(perplexity(loss, count) / leastPerplexity(heldOut)).within(1, 1.05)
  })

  it('tells the stories of README.md', async () => {
    const next = nextBy(await stockRunner(file, 'int64', [1, CONTEXT]))
    for (const seed of [1, 2]) expect(page).contain(`\n${storyLine(await tellOn(next, luckOf(seed)))}\n`)
  })

  it('goes on from the examples alike in our executor', async () => {
    const [stock, ours] = [await stockRunner(file, 'int64', [1, CONTEXT]), ourRunner(file)]
    const expected = { 'gift.json': 'shelf', 'search.json': 'roof' }
    expect(readdirSync(new URL('examples/', folder))).deep.equal(Object.keys(expected))
    for (const [name, word] of Object.entries(expected)) {
      const tokens: number[] = JSON.parse(readFileSync(new URL(`examples/${name}`, folder), 'utf8')).flat()
      const logits = await ours(tokens)
      expect(scaledError(logits, await stock(tokens)), name).most(1e-4)
      const last = tokens.findLastIndex((token) => token > END)
      expect(wordsOf([classOf(rowOf(logits, last))]), name).deep.equal([word])
    }
  })
})
