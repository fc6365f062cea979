import { describe, it } from 'node:test'
import { expect } from 'chai'
import { CPU_WAYS, compareWays } from './compare.ts'
import { drawings, quantizedDigitsProgram } from './subjects.ts'

describe('the quantised digits on the stock runtime', () => {
  it('have the roots of reference and wasm at all optimisation levels on one and two threads', async () => {
    const program = quantizedDigitsProgram()
    const inputs = drawings.filter((_, index) => index % 12 === 1).slice(0, 20)
    const found = await compareWays(program, inputs, CPU_WAYS, 20)
    expect(found).to.have.length(8)
    for (const { way, bits, inputs: ran, kernels, values } of found) {
      expect({ way, bits, ran }).to.deep.equal({ way, bits: 0, ran: 20 })
      // Kernels of the softmax are calculated in float.
      expect(kernels).to.be.at.least(program.kernels.length - 3)
      expect(values).to.be.greaterThan(20 * 8000)
    }
  })
})
