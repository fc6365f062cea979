import { after, before, describe, it } from 'node:test'
import { DEFAULT_EXECUTOR } from '@opine/models/exec/executors.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { goldenInput } from '@opine/models/golden/reproduced.ts'
import { Random } from '@opine/models/ir/random.ts'
import { randomProgram } from '@opine/models/ir/random-program.ts'
import { blockCount, type Program, product } from '@opine/models/ir/types.ts'
import { modelOf } from '@opine/models/load.ts'
import { splitInputs } from '@opine/models/trace/commit.ts'
import { commitmentOfTrace } from '@opine/models/trace/commitment.ts'
import { RemoteRuns } from '@opine/models/trace/remote-runs.ts'
import { buildTrace, type Trace } from '@opine/models/trace/trace.ts'
import { TraceCache } from '@opine/models/trace/trace-cache.ts'
import { WorkerPool } from '@opine/node-kit/compute/pool.ts'
import { expect } from 'chai'

const JOBS = import.meta.resolve('@opine/models/exec/jobs.ts')

describe('traces from threads', () => {
  let pool: WorkerPool
  let ran = 0
  before(() => {
    pool = new WorkerPool({ thread: { module: JOBS, data: DEFAULT_EXECUTOR }, size: 2, log: { warn: () => {} } })
  })
  after(() => pool.close())

  const open = (limit?: number): TraceCache => new TraceCache(new RemoteRuns(pool, () => ran++), limit)
  const model = (program: Program) => modelOf({ program, interface: { inputs: [], outputs: [] } })

  function expectSame(found: Trace, expected: Trace): void {
    expect(found.inputs).to.deep.equal(expected.inputs)
    expect(found.buffers).to.deep.equal(expected.buffers)
    expect(found.trees.map(({ depth, levels }) => ({ depth, levels }))).to.deep.equal(
      expected.trees.map(({ depth, levels }) => ({ depth, levels })),
    )
    expect(found.leafOverrides.size).to.equal(0)
    found.program.kernels.forEach((kernel, k) => {
      if (blockCount(kernel) < 2) return
      for (const element of [0, product(kernel.shape) - 1]) expect(found.totals(k, element)).to.deep.equal(expected.totals(k, element))
    })
  }

  it('are those of buildTrace, bit for bit, and so are commitments', async () => {
    const traces = open()
    const programs = [sampleNetwork(), ...[1, 2, 3, 4, 5, 6].map((seed) => randomProgram(new Random(seed)))]
    for (const program of programs) {
      const loaded = model(program)
      const input = goldenInput(program)
      const expected = buildTrace(program, splitInputs(program, input), execute)
      expect(await traces.commitment(loaded, input)).to.deep.equal(commitmentOfTrace(expected))
      expectSame(await traces.trace(loaded, input), expected)
      expectSame(await open().trace(loaded, input), expected)
    }
  })

  it('are run once, whoever asks meanwhile or later, and once more for a trace', async () => {
    const traces = open()
    const [network, input] = [model(sampleNetwork()), sampleImage(77)]
    const before = ran
    const commitments = await Promise.all([1, 2, 3].map(() => traces.commitment(network, input)))
    expect(new Set([...commitments, await traces.commitment(network, input)]).size).to.equal(1)
    expect(ran - before).to.be.within(1, 3)
    const between = ran
    const asked = await Promise.all([1, 2, 3].map(() => traces.trace(network, input)))
    expect(new Set([...asked, await traces.trace(network, input)]).size).to.equal(1)
    expect(ran - between).to.be.within(1, 3)
  })

  it('take no run for a commitment where the trace is there', async () => {
    const traces = open()
    const [network, input] = [model(sampleNetwork()), sampleImage(78)]
    const trace = await traces.trace(network, input)
    const before = ran
    expect(await traces.commitment(network, input)).to.deep.equal(commitmentOfTrace(trace))
    expect(ran).to.equal(before)
  })

  it('are dropped beyond a number of bytes, and run again when they are asked for again', async () => {
    const traces = open(1)
    const network = model(sampleNetwork())
    for (const what of ['commitment', 'trace'] as const) {
      const before = ran
      for (const image of [1, 1, 2, 1]) await traces[what](network, sampleImage(image))
      expect(ran - before).to.equal(3)
    }
  })

  it('fail by the same typed error', async () => {
    for (const what of ['commitment', 'trace'] as const) {
      const error = await open()
        [what](model(sampleNetwork()), new Uint8Array(3))
        .catch((thrown: unknown) => thrown)
      expect(error).to.include({ name: 'OpineError', code: 'INPUT_BYTES' })
    }
  })
})
