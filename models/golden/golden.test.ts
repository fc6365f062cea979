import { describe, it } from 'node:test'
import { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import { execute } from '../exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '../exec/reference/sample.ts'
import { type Commit, commitmentOfBuffers } from '../trace/commitment.ts'
import { parseLie } from '../trace/lie.ts'
import { programTree } from '../trace/program-tree.ts'
import { tellLie } from '../trace/tell-lie.ts'
import { type Execute, traceOfBuffers } from '../trace/trace.ts'
import { checkGolden, checkReproduced, type GoldenCase, goldenHash, goldenInput } from './golden.ts'
import { GOLDEN_CASES } from './vectors/cases.ts'

const refusal = async (work: () => Promise<void>): Promise<OpineError> => {
  try {
    await work()
  } catch (error) {
    if (error instanceof OpineError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const program = sampleNetwork()
const tree = programTree(program)
const model = { root: `0x${'11'.repeat(32)}`, program, tree, interface: { inputs: [], outputs: [] } } as const

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

describe('a model run twice', () => {
  it('passes where both runs agree', async () => {
    expect(goldenInput(program)).to.have.length(sampleImage(1).length)
    await checkReproduced(model, { name: 'reference', execute })
  })

  it('refuses an executor that gives another value the second time', async () => {
    let runs = 0
    const flaky: Execute = (...args) => {
      const buffers = execute(...args)
      if (++runs === 2) buffers[3]![5]! ^= 64
      return buffers
    }
    const error = await refusal(() => checkReproduced(model, { name: 'flaky', execute: flaky }))
    expect(error.code).to.equal('EXECUTOR_WRONG')
    expect(error.message).to.contain(`"model ${model.root}, run twice": byte 5 of kernel 3`)
  })

  it('refuses an executor that keeps no interiors and gives another value then, or nothing', async () => {
    const committed = program.places.findIndex((place) => place.committed)
    const check = (change: (buffers: (Uint8Array | null)[]) => void): Promise<OpineError> =>
      refusal(async () => {
        const commit: Commit = (ran, inputs) => {
          const buffers: (Uint8Array | null)[] = execute(ran, inputs)
          change(buffers)
          return commitmentOfBuffers(ran, buffers)
        }
        await checkReproduced(model, { name: 'frugal', execute, commit })
      })
    const wrong = await check((buffers) => {
      buffers[committed]![0]! ^= 1
    })
    expect(wrong.message).to.contain(`the tensor root of kernel ${committed} in a run that keeps no interiors`)
    const missing = await check((buffers) => {
      buffers[committed] = null
    })
    expect(missing.message).to.contain(`the buffer of kernel ${committed} must have`)
  })

  it('refuses an executor that is wrong alike both times, in any kernel', async () => {
    for (const kernel of program.kernels.keys()) {
      const wrong: Execute = (...args) => {
        const buffers = execute(...args)
        buffers[kernel]![buffers[kernel]!.length - 1]! ^= 1
        return buffers
      }
      const error = await refusal(() => checkReproduced(model, { name: 'wrong', execute: wrong }))
      expect(error.code).to.equal('EXECUTOR_WRONG')
      expect(error.message).to.match(new RegExp(`run twice": element \\d+ of kernel ${kernel} is`))
    }
  })

  it('refuses an executor that is wrong alike both times in an element that is none of the sample', async () => {
    const kernel = program.kernels.findIndex(({ shape, storeType }) => storeType === 'f32' && shape.reduce((a, b) => a * b, 1) > 200)
    const wrong: Execute = (...args) => {
      const trace = traceOfBuffers(program, args[1], execute(...args))
      return [...tellLie(trace, parseLie(`${kernel}:35:downstream:0x800000`)).trace.buffers]
    }
    const error = await refusal(() => checkReproduced(model, { name: 'wrong', execute: wrong }))
    expect(error.message).to.contain(`model ${model.root}, beside plain WebAssembly": byte 14`)
    expect(error.message).to.contain(`of kernel ${kernel} is`)
  })
})
