import { describe, it } from 'node:test'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { Random } from '@opine/models/ir/random.ts'
import { blockCount } from '@opine/models/ir/types.ts'
import { readsOf } from '@opine/models/trace/reads.ts'
import { buildTrace, readTrace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { planKinds } from './dry-run-plan.ts'

const program = sampleNetwork()
const trace = buildTrace(program, [sampleImage(1)], execute)

describe('what a dry run tries', () => {
  it('is every evaluation of one kernel of each kind, the same for the same draw', () => {
    const plan = planKinds(program, new Random(5))
    expect(plan).to.deep.equal(planKinds(program, new Random(5)))
    for (const step of plan) {
      expect(() => readsOf(program, step, readTrace(trace))).to.not.throw()
      const evaluations = plan.filter(({ kind }) => kind === step.kind).map(({ evaluation }) => evaluation)
      if (blockCount(program.kernels[step.kernel]!) > 1) expect(evaluations).to.include.members(['BLOCK', 'RESULT'])
      else expect(evaluations).to.deep.equal(['ELEMENT'])
    }
    const twice = { ...program, kernels: [...program.kernels, ...program.kernels], places: [...program.places, ...program.places] }
    expect(new Set(planKinds(twice, new Random(1)).map(({ kind }) => kind))).to.deep.equal(new Set(plan.map(({ kind }) => kind)))
  })
})
