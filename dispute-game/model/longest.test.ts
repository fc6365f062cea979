import { describe, it } from 'node:test'
import { expect } from 'chai'
import { longestPaths } from './longest.ts'

describe('longest paths', () => {
  it('are measured by each length, over all ways to a node', () => {
    // 0 -> 1 -> 3 and 0 -> 2 -> 3; bit 0 counts the first way, bit 1 the second.
    const edges = [0, 1, 0b01, 1, 3, 0b01, 0, 2, 0b10, 2, 3, 0b00]
    expect(longestPaths(4, edges, 2)).to.deep.equal([2, 1])
  })

  it('do not exist where there is a cycle', () => {
    expect(longestPaths(3, [0, 1, 1, 1, 2, 1, 2, 1, 1], 1)).to.equal(undefined)
  })
})
