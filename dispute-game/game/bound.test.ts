import { describe, it } from 'node:test'
import { expect } from 'chai'
import { longestGame, mostTurns } from './bound.ts'
import { LEVELS } from './types.ts'

describe('the bound of a game', () => {
  it('counts two turns for each round, whatever the depths', () => {
    expect(mostTurns(0, 0, 5)).to.equal(8)
    expect(mostTurns(3, 4, 5)).to.equal(8)
    expect(mostTurns(3, 4, 1)).to.equal(18)
    expect(mostTurns(6, 10, 5)).to.equal(12)
  })

  it('is 24 turns for the largest program that can be registered: 65,536 kernels, buffers of 2^31 - 1 elements of 4 bytes', () => {
    expect(mostTurns(16, 28, LEVELS)).to.equal(24)
  })

  it('adds both clocks and an extension a turn', () => {
    expect(longestGame(8, 3600, 300)).to.equal(9600)
  })
})
