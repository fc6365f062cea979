import { describe, it } from 'node:test'
import { expect } from 'chai'
import { ancestor, child, depthOf, descendant, indexOf, parent, positionOf, ROOT, sibling } from './position.ts'

describe('position', () => {
  it('names depth and index', () => {
    expect(positionOf(0, 0)).to.equal(ROOT)
    for (const [depth, index] of [
      [3, 5],
      [31, 2 ** 31 - 1],
      [45, 12345678901],
    ] as const) {
      const position = positionOf(depth, index)
      expect([depthOf(position), indexOf(position)]).to.deep.equal([depth, index])
    }
  })
  it('walks down and up again', () => {
    const node = positionOf(40, 2 ** 39 + 3)
    expect(child(node, 1)).to.equal(positionOf(41, 2 ** 40 + 7))
    expect(parent(child(node, 0))).to.equal(node)
    expect(ancestor(descendant(node, 5, 19), 5)).to.equal(node)
    expect(sibling(child(node, 0))).to.equal(child(node, 1))
    expect(sibling(child(node, 1))).to.equal(child(node, 0))
  })
  it('refuses what is no node', () => {
    for (const [depth, index] of [
      [2, 4],
      [2, -1],
      [53, 0],
      [1, 0.5],
    ] as const) {
      expect(() => positionOf(depth, index)).to.throw('is not a node')
    }
    expect(() => depthOf(0)).to.throw('not a position')
    expect(() => parent(ROOT)).to.throw('no parent')
    expect(() => sibling(ROOT)).to.throw('no parent')
    expect(() => descendant(ROOT, 2, 4)).to.throw('is not a node')
  })
})
