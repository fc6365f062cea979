import { describe, it, mock } from 'node:test'
import type { OpineError } from '@opine/dispute-game/errors.ts'
import { expect } from 'chai'
import type { NamedExecutor } from '../exec/executors.ts'
import { execute } from '../exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '../exec/reference/sample.ts'
import { commit as commitPlainly, execute as plainly } from '../exec/wasm/execute.ts'
import { WasmExecutor } from '../exec/wasm/executor.ts'
import { type Engine, PLAIN_ENGINE, useEngine } from '../exec/wasm/width.ts'
import { type Commit, commitmentOfBuffers } from '../trace/commitment.ts'
import { parseLie } from '../trace/lie.ts'
import { programTree } from '../trace/program-tree.ts'
import { tellLie } from '../trace/tell-lie.ts'
import { type Execute, traceOfBuffers } from '../trace/trace.ts'
import { refusal } from './refusal.ts'
import { checkReproduced, goldenInput } from './reproduced.ts'

const program = sampleNetwork()
const tree = programTree(program)
const model = { root: `0x${'11'.repeat(32)}`, program, tree, interface: { inputs: [], outputs: [] } } as const

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

  it('runs plain WebAssembly once more beside other executors, not beside itself', async () => {
    const prepared = mock.method(WasmExecutor.prototype, 'prepare')
    const instances = async (executor: NamedExecutor): Promise<number> => {
      prepared.mock.resetCalls()
      await checkReproduced(model, executor)
      return new Set(prepared.mock.calls.map(({ this: instance }) => instance)).size
    }
    const plain = { name: 'wasm', execute: plainly, commit: commitPlainly }
    expect(await instances(plain)).to.equal(1)
    expect(await instances({ ...plain, execute: (ran, inputs) => plainly(ran, inputs) })).to.equal(2)
    const joined: Engine = { width: 8, compiling: (compile) => compile() }
    useEngine(joined)
    expect(await instances(plain)).to.equal(2)
    useEngine(PLAIN_ENGINE)
    prepared.mock.restore()
  })
})
