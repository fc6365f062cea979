import { describe, it } from 'node:test'
import { expect } from 'chai'
import { fuzz } from './compare.ts'

const PROGRAMS = 1200

describe('the WebAssembly executor', () => {
  it('computes every bit of random programs as the reference executor does', (context) => {
    const { kernels } = fuzz(0, PROGRAMS)
    context.diagnostic(`${kernels} kernels`)
    expect(kernels).to.be.above(3000)
  })
})
