import { describe, it } from 'node:test'
import { expect } from 'chai'
import { digitsOf, runsOf } from './pattern.ts'

describe('positions without a table', () => {
  it('are sums of steps over digits where they can be', () => {
    expect(digitsOf([7])).to.deep.equal({ offset: 7, factors: [] })
    expect(digitsOf([5, 3, 1])).to.deep.equal({ offset: 5, factors: [{ extent: 3, step: -2 }] })
    expect(digitsOf([0, 0, 1, 1, 2, 2])).to.deep.equal({
      offset: 0,
      factors: [
        { extent: 3, step: 1 },
        { extent: 2, step: 0 },
      ],
    })
    expect(digitsOf([0, 1, 2, 0, 1, 2])!.factors.map(({ extent }) => extent)).to.deep.equal([2, 3])
    expect(digitsOf([0, 1, 1, 2, 2, 2])).to.equal(null)
    expect(digitsOf([])).to.equal(null)
  })

  it('give the positions back, whatever the digits', () => {
    for (let seed = 1; seed < 300; seed += 1) {
      const factors = Array.from({ length: 1 + (seed % 4) }, (_, index) => ({
        extent: 2 + ((seed >> index) % 3),
        step: ((seed * (index + 3)) % 9) - 4,
      }))
      const positions = factors.reduce<number[]>(
        (outer, { extent, step }) => outer.flatMap((start) => Array.from({ length: extent }, (_, digit) => start + digit * step)),
        [seed],
      )
      const found = digitsOf(positions)
      if (!found) continue
      const again = found.factors.reduce<number[]>(
        (outer, { extent, step }) => outer.flatMap((start) => Array.from({ length: extent }, (_, digit) => start + digit * step)),
        [found.offset],
      )
      expect(again).to.deep.equal(positions)
    }
  })

  it('are few runs, or none are given', () => {
    expect(runsOf([2, 1, 0, 1, 2, 3, 2, 1], 3)).to.deep.equal([
      { start: 2, step: -1, count: 3 },
      { start: 1, step: 1, count: 3 },
      { start: 2, step: -1, count: 2 },
    ])
    expect(runsOf([2, 1, 0, 1, 2, 3, 2, 1], 2)).to.equal(null)
    expect(runsOf([4, 4, 4, 9], 2)).to.deep.equal([
      { start: 4, step: 0, count: 3 },
      { start: 9, step: 0, count: 1 },
    ])
  })
})
