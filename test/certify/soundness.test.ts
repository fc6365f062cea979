import { describe, it } from 'node:test'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { expect } from 'chai'
import { anyProgram } from './any-program.ts'
import { mixedNet } from './mixed-net.ts'
import { trySoundness } from './soundness.ts'

/* A longer run is a command: npm run fuzz:certify -- NETWORKS FIRST, with --any or --mixed. */

describe('certified kernels of random networks', () => {
  it('give the bits of the reference in any order, split, fused, and with operands as wide as their classes', () => {
    const tried = trySoundness(certifyProgram, 0, 1500, 4)
    expect(tried.disagreement).to.equal(null)
    // Neither everything nor nothing is certified.
    expect(tried.certified).to.be.greaterThan(2500)
    expect(tried.certified).to.be.lessThan(tried.kernels - 500)
  })

  it('do so in valid programs of any operations, whose buffers keep to their ranges', () => {
    const tried = trySoundness(certifyProgram, 0, 250, 2, anyProgram)
    expect(tried.disagreement).to.equal(null)
    expect(tried.certified).to.be.greaterThan(500)
  })

  it('do so behind layers that calculate in float, up to infinities and NaN, and quantise what they give', () => {
    const tried = trySoundness(certifyProgram, 0, 500, 3, mixedNet)
    expect(tried.disagreement).to.equal(null)
    expect(tried.certified).to.be.greaterThan(600)
    expect(tried.certified).to.be.lessThan(tried.kernels - 600)
  })
})
