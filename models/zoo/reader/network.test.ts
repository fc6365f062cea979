import { describe, it } from 'node:test'
import { xorshift } from '../training/random.ts'
import { expectSlopes } from '../training/slopes.ts'
import { createReader, learn } from './network.ts'

const EXAMPLES = [
  { text: '([]{})', balanced: true },
  { text: '([)]', balanced: false },
  { text: '{[()()]}[]', balanced: true },
]

describe('gradients of the bracket reader', () => {
  it('are the slopes of the loss, in every parameter tensor', () => {
    const reader = createReader(xorshift(5), EXAMPLES.length)
    expectSlopes(reader.parameters, () => learn(reader, EXAMPLES, 1))
  })
})
