import { after, before, describe, it } from 'node:test'
import { encodeStep, MAX_TRANSACTION_GAS, type StepChain, stepChain } from '@opine/cli/step-chain.ts'
import { kernelGas } from '@opine/models/gas/certificate.ts'
import { encodeKernel } from '@opine/models/ir/encode.ts'
import { metaOf } from '@opine/models/ir/meta.ts'
import { bufferOf } from '@opine/models/ir/types.ts'
import { validateKernelBytes } from '@opine/models/ir/validate-kernel.ts'
import { expect } from 'chai'
import { type Anvil, startAnvil } from '../support/anvil.ts'
import { WORST_CASES } from './worst-cases.ts'
import { zeroStep } from './zero-step.ts'

/** What the rest of a transaction that ends a game may take beside the step. */
const KILL_GAS = 500_000

let anvil: Anvil
const chains: Record<string, StepChain> = {}
before(async () => {
  anvil = await startAnvil()
  chains.embedded = await stepChain()
  chains.anvil = await stepChain(anvil.provider)
})
after(() => anvil.stop())

describe('the dearest steps that validity allows', () => {
  for (const [name, program] of Object.entries(WORST_CASES)) {
    it(`${name}: below the certificate, which fits a transaction`, async (context) => {
      const last = program.kernels.length - 1
      const counts = { inputs: program.inputs.length, constants: program.constants.length, kernels: program.kernels.length }
      const descriptor = encodeKernel(program.kernels[last]!)
      const operandMeta = (buffer: number): Uint8Array => metaOf(program, buffer)
      const meta = operandMeta(bufferOf(program, last))
      expect(validateKernelBytes({ ...counts, descriptor, meta, kernel: last, operandMeta })).to.equal(null)

      const certificate = kernelGas(program, last)
      const step = zeroStep(program)
      const data = encodeStep(step)
      for (const [where, chain] of Object.entries(chains)) {
        expect(await chain.evaluate(data), where).to.deep.equal({ value: step.expected })
        const spent = await chain.spend(data)
        context.diagnostic(`${where}: ${spent} gas, the certificate says ${certificate}`)
        expect(spent, where).to.be.at.most(certificate)
      }
      expect(certificate + KILL_GAS).to.be.at.most(MAX_TRANSACTION_GAS)
    })
  }
})
