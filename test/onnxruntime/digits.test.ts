import { describe, it } from 'node:test'
import { expect } from 'chai'
import { CPU_WAYS, compareWays } from './compare.ts'
import { answerByDefinition } from './definition.ts'
import { drawings, quantizedDigitsProgram } from './subjects.ts'

describe('the quantised digits on the stock runtime', () => {
  it('have the roots of reference and wasm at all optimisation levels on one and two threads', async () => {
    const program = quantizedDigitsProgram()
    const inputs = drawings.filter((_, index) => index % 12 === 1).slice(0, 20)
    const { ways, referenced, certified } = await compareWays(program, inputs, CPU_WAYS, {
      definition: (own) => answerByDefinition(program, own),
    })
    expect([referenced, certified]).to.deep.equal([20, program.kernels.length])
    expect(ways).to.have.length(11)
    for (const { way, bits, inputs: ran, kernels, values } of ways) {
      expect({ way, bits, ran }).to.deep.equal({ way, bits: 0, ran: 20 })
      expect(kernels).to.equal(way.startsWith('wasm') ? 0 : program.kernels.length)
      expect(values).to.be.greaterThan(20 * 8000)
    }
  })
})
