import { describe, it } from 'node:test'
import { median } from '@opine/cli/median.ts'
import { planReplay } from '@opine/cli/replay-plan.ts'
import { encodeStep, stepChain } from '@opine/cli/step-chain.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { programGas } from '@opine/models/gas/certificate.ts'
import { COSTS, OPCODE_GAS } from '@opine/models/gas/measured.ts'
import { Random } from '@opine/models/ir/random.ts'
import { randomInputs, randomProgram } from '@opine/models/ir/random-program.ts'
import { programTree } from '@opine/models/trace/program-tree.ts'
import { stepCases } from '@opine/models/trace/step-case.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { costsNow, opcodesNow } from '../calibrate/measure.ts'

const PROGRAMS = 120

describe('the gas certificate', () => {
  it('has the constants that the verifier has', async () => {
    expect(await costsNow(OPCODE_GAS), 'run `npm run calibrate`').to.deep.equal(COSTS)
    const opcodes = await opcodesNow({ every: 4, drawn: 12 })
    for (const [name, gas] of Object.entries(opcodes)) expect(gas, `${name}: run \`npm run calibrate\``).to.be.at.most(OPCODE_GAS[name]!)
  })

  it('is kept by every step of random programs', async (context) => {
    const chain = await stepChain()
    const slack: number[] = []
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const program = randomProgram(new Random(seed))
      const random = new Random(seed)
      const inputs = randomInputs(random, program)
      const caseOf = stepCases(buildTrace(program, inputs, execute), programTree(program), new Uint8Array(32).fill(7))
      const certificates = programGas(program)
      const most = program.kernels.map(() => 0)
      for (const transition of planReplay(program, 4 * program.kernels.length, seed, true)) {
        const outcome = await chain.measure(encodeStep(caseOf(transition)))
        if (!('gas' in outcome)) throw new Error(outcome.error)
        const { kernel } = transition
        expect(outcome.gas, `program ${seed}, ${JSON.stringify(transition)}`).to.be.at.most(certificates[kernel]!)
        most[kernel] = Math.max(most[kernel]!, outcome.gas)
      }
      slack.push(...most.map((gas, kernel) => certificates[kernel]! / gas - 1))
    }
    const middle = median(slack)
    context.diagnostic(`median slack over ${slack.length} kernels: ${(100 * middle).toFixed(1)} %`)
    expect(middle).to.be.below(0.3)
  })
})
