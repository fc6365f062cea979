import { describe, it } from 'node:test'
import { expect } from 'chai'
import { execute } from '../exec/reference/execute.ts'
import { type Commit, commitmentOfBuffers } from '../trace/commitment.ts'
import type { Execute } from '../trace/trace.ts'
import { checkGolden, type GoldenCase, goldenHash } from './golden.ts'
import { refusal } from './refusal.ts'
import { GOLDEN_CASES } from './vectors/cases.ts'

describe('the golden cases', () => {
  it('pass with the reference executor', async () => {
    expect(GOLDEN_CASES.length).to.be.at.least(5)
    await checkGolden(GOLDEN_CASES, { name: 'reference', execute })
  })

  it('refuse an executor that is wrong in one bit of any kernel, by name, with case and values', async () => {
    for (const [index, { name, kernels }] of GOLDEN_CASES.entries()) {
      const kernel = index % kernels.length
      const wrong: Execute = (...args) => {
        const buffers = execute(...args)
        if (buffers.length === kernels.length) buffers[kernel]![buffers[kernel]!.length - 1]! ^= 1
        return buffers
      }
      const error = await refusal(() => checkGolden([GOLDEN_CASES[index]!], { name: 'fast', execute: wrong }))
      expect(error.code).to.equal('EXECUTOR_WRONG')
      expect(error.message).to.match(
        new RegExp(`^the executor "fast" computes wrong in the golden case "${name}": the tensor root of kernel ${kernel}`),
      )
      expect(error.message).to.contain('do not stake with it')
      expect(error.details).to.include({ executor: 'fast', case: name, expected: kernels[kernel] })
    }
  })

  it('refuse an executor that throws, and one that forgets a kernel', async () => {
    const broken: Execute = () => {
      throw new Error('no such device')
    }
    expect((await refusal(() => checkGolden(GOLDEN_CASES, { name: 'device', execute: broken }))).message).to.contain('no such device')
    const short: Execute = (...args) => execute(...args).slice(1)
    expect((await refusal(() => checkGolden(GOLDEN_CASES, { name: 'short', execute: short }))).code).to.equal('EXECUTOR_WRONG')
  })

  it('refuse an executor that is wrong only where it keeps no interiors', async () => {
    await checkGolden(GOLDEN_CASES, { name: 'frugal', execute, commit: (ran, inputs) => commitmentOfBuffers(ran, execute(ran, inputs)) })
    for (const [index, { kernels }] of GOLDEN_CASES.entries()) {
      const wrong: Commit = (ran, inputs) => {
        const buffers = execute(ran, inputs)
        if (buffers.length === kernels.length) buffers[ran.outputs[0]!]![0]! ^= 1
        return commitmentOfBuffers(ran, buffers)
      }
      const error = await refusal(() => checkGolden([GOLDEN_CASES[index]!], { name: 'frugal', execute, commit: wrong }))
      expect(error.code).to.equal('EXECUTOR_WRONG')
      expect(error.message).to.contain('a run that keeps no interiors')
    }
  })

  it('are told apart by their hash', async () => {
    const [first, ...others] = GOLDEN_CASES
    const changed: GoldenCase = { ...first!, root: first!.program }
    expect(goldenHash(GOLDEN_CASES)).to.not.equal(goldenHash([changed, ...others]))
  })
})
