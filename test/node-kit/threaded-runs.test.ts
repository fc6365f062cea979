import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { DEFAULT_EXECUTOR, type ExecutorChoice, executorLabel } from '@opine/models/exec/executors.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { axis, code, kernel, load, program } from '@opine/models/exec/reference/sample.ts'
import { canJoinVectors } from '@opine/models/exec/wasm/node/joining-engine.ts'
import { goldenInput } from '@opine/models/golden/reproduced.ts'
import type { Program } from '@opine/models/ir/types.ts'
import { loadModel, modelOf } from '@opine/models/load.ts'
import { splitInputs } from '@opine/models/trace/commit.ts'
import { commitmentOfTrace } from '@opine/models/trace/commitment.ts'
import { RemoteRuns } from '@opine/models/trace/remote-runs.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { defaultThreads, threadsOf } from '@opine/node-kit/compute/helpers.ts'
import { WorkerPool } from '@opine/node-kit/compute/pool.ts'
import { useNativeHashing } from '@opine/node-kit/native-hash.ts'
import { expect } from 'chai'
import { zooModels } from '../support/zoo.ts'

const JOBS = import.meta.resolve('@opine/models/exec/jobs.ts')
const CHOICE: ExecutorChoice = { ...DEFAULT_EXECUTOR, threads: threadsOf({ threads: 3 }) }

/** Products of two matrices of `size` squared, one after the other. */
function products(count: number, size: number): Program {
  const rows = axis(size, size, 0, [0, 1])
  const columns = axis(size, 1, 0, [1, 1])
  const across = axis(size, 1, 0, [2, 1])
  const down = axis(size, size, 0, [2, 1])
  const one = kernel({
    shape: [size, size],
    reduce: { op: 'sum', extents: [size], block: 64 },
    loads: [load(0, [rows, across]), load(1, [down, columns])],
    term: code('load 0 load 1 f32.mul'),
    result: code('fold'),
  })
  const input = { type: 'f32', count: size * size } as const
  return program(
    [input, input],
    [],
    Array.from({ length: count }, () => one),
  )
}

describe('a daemon whose runs have several threads', () => {
  let pool: WorkerPool
  const opened = (): WorkerPool => new WorkerPool({ thread: { module: JOBS, data: CHOICE }, size: 1, log: { warn: () => {} } })
  before(() => {
    pool = opened()
  })
  after(() => pool.close())

  it('commits to what the reference executor computes, and so do its traces', async () => {
    const runs = new RemoteRuns(pool)
    for (const { name, file } of zooModels()) {
      const model = loadModel(new Uint8Array(readFileSync(file)))
      const inputs = splitInputs(model.program, goldenInput(model.program))
      const expected = buildTrace(model.program, inputs, execute)
      expect(await runs.commitment(name, model, inputs), name).to.deep.equal({ ...commitmentOfTrace(expected) })
      expect((await runs.trace(name, model, inputs, true)).buffers, name).to.deep.equal(expected.buffers)
    }
  })

  it('ends in the midst of a run, and leaves nobody at work', { timeout: 60_000 }, async () => {
    const stopped = opened()
    const long = modelOf({ program: products(64, 2048), interface: { inputs: [], outputs: [] } })
    const inputs = splitInputs(long.program, goldenInput(long.program))
    const running = new RemoteRuns(stopped).commitment('long', long, inputs).catch((error: unknown) => error)
    // Its threads have begun, and it takes seconds.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await stopped.close()
    expect(await running).to.include({ name: 'OpineError', code: 'STOPPED' })
    const before = process.cpuUsage()
    await new Promise((resolve) => setTimeout(resolve, 500))
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000, 'milliseconds of processor time').to.be.below(250)
  })

  it('divides the cores among its runs, and has checks of its own for each number of threads', () => {
    // As every daemon does first.
    const hashesNatively = useNativeHashing({ debug: () => {}, warn: () => {} })
    expect(defaultThreads(1)).to.be.within(1, 8)
    expect(defaultThreads(1000)).to.equal(1)
    const joined = hashesNatively && canJoinVectors() ? ', vectors joined' : ''
    expect([executorLabel(DEFAULT_EXECUTOR), executorLabel(CHOICE)]).to.deep.equal([`wasm${joined}`, `wasm, 3 threads${joined}`])
    expect(executorLabel({ name: 'reference', threads: threadsOf({ threads: 3 }) })).to.equal('reference')
  })
})
