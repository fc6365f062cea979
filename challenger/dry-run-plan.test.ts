import { describe, it } from 'node:test'
import { toHex } from '@opine/dispute-game/merkle/hex.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { Random } from '@opine/models/ir/random.ts'
import { blockCount, byteSize } from '@opine/models/ir/types.ts'
import { outputBytes } from '@opine/models/trace/commit.ts'
import { readsOf } from '@opine/models/trace/reads.ts'
import { buildTrace, readTrace } from '@opine/models/trace/trace.ts'
import { expect } from 'chai'
import { differingOutput, planKinds } from './dry-run-plan.ts'

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

  it('finds the first output element that differs, of whatever output', () => {
    const truth = outputBytes(trace)
    expect(differingOutput(trace, toHex(truth))).to.equal(undefined)
    let start = 0
    for (const kernel of program.outputs) {
      const { length } = trace.buffers[kernel]!
      const size = byteSize(program.kernels[kernel]!.storeType)
      for (const at of [0, length - 1]) {
        const wrong = truth.slice()
        wrong[start + at]! ^= 1
        wrong[truth.length - 1]! ^= 2
        expect(differingOutput(trace, toHex(wrong))).to.deep.equal({ kernel, element: Math.floor(at / size) })
      }
      start += length
    }
  })
})
