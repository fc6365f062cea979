import { describe, it } from 'node:test'
import { expect } from 'chai'
import { xorshift } from '../training/random.ts'
import { expectSlopes } from '../training/slopes.ts'
import { drawStories } from './draw.ts'
import { learnStory } from './fit.ts'
import { createStoryModel } from './network.ts'
import { tokensOf, VOCABULARY } from './vocabulary.ts'

const [story] = drawStories({ count: 1, seed: 3 }) as [string[]]

describe('the story network', () => {
  it('has the slopes of the loss as gradients, in every parameter tensor', () => {
    const model = createStoryModel(xorshift(5))
    expectSlopes(model.parameters, () => learnStory(model, story.slice(0, 16), 1))
  })

  it('does not see later words', () => {
    const model = createStoryModel(xorshift(5))
    const all = model.forward(tokensOf(story)).slice(0, 9 * VOCABULARY)
    const some = model.forward(tokensOf(story.slice(0, 8))).slice(0, 9 * VOCABULARY)
    expect(some).deep.equal(all)
  })
})
