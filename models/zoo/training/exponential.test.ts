import { describe, it } from 'node:test'
import { expect } from 'chai'
import { exponential, logarithm } from './exponential.ts'

describe('exp and log of plain arithmetic', () => {
  it('agrees with the engine on exp over its range', () => {
    for (let x = -700; x <= 700; x += 0.37) expect(Math.abs(exponential(x) / Math.exp(x) - 1), `${x}`).below(1e-13)
  })
  it('agrees with the engine on log over its range', () => {
    for (let x = 1e-300; x < 1e300; x *= 1.37) expect(Math.abs(logarithm(x) - Math.log(x)), `${x}`).below(1e-12)
    expect(logarithm(1)).equal(0)
  })
})
