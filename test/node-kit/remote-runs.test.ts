import { after, before, describe, it } from 'node:test'
import { DEFAULT_EXECUTOR } from '@opine/models/exec/executors.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { sampleImage, sampleNetwork } from '@opine/models/exec/reference/sample.ts'
import { goldenInput } from '@opine/models/golden/golden.ts'
import { Random } from '@opine/models/ir/random.ts'
import { randomProgram } from '@opine/models/ir/random-program.ts'
import { blockCount, type Program, product } from '@opine/models/ir/types.ts'
import { modelOf } from '@opine/models/load.ts'
import { splitInputs } from '@opine/models/trace/commit.ts'
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

  const open = (limit?: number): TraceCache => new TraceCache(new RemoteRuns(pool, () => ran++, 0), limit)
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

  it('are those of buildTrace, bit for bit, for an answer and for a game', async () => {
    const traces = open()
    const programs = [sampleNetwork(), ...[1, 2, 3, 4, 5, 6].map((seed) => randomProgram(new Random(seed)))]
    for (const program of programs) {
      const loaded = model(program)
      const input = goldenInput(program)
      const expected = buildTrace(program, splitInputs(program, input), execute)
      for (const purpose of ['answer', 'game'] as const) expectSame(await traces.truth(loaded, input, purpose), expected)
      expectSame(await open().truth(loaded, input, 'game'), expected)
    }
  })

  it('are run once, whoever asks meanwhile or later', async () => {
    const traces = open()
    const [network, input] = [model(sampleNetwork()), sampleImage(77)]
    const before = ran
    const asked = await Promise.all(
      ['answer', 'answer', 'game'].map((purpose) => traces.truth(network, input, purpose as 'answer' | 'game')),
    )
    expect(asked[1]).to.equal(asked[0])
    expect(asked[2]!.buffers).to.deep.equal(asked[0]!.buffers)
    expect(await traces.truth(network, input, 'game')).to.equal(asked[2])
    expect(ran - before).to.be.within(1, 3)
  })

  it('are dropped beyond a number of bytes, and run again when they are asked for again', async () => {
    const traces = open(1)
    const network = model(sampleNetwork())
    const before = ran
    for (const image of [1, 1, 2, 1]) await traces.truth(network, sampleImage(image))
    expect(ran - before).to.equal(3)
  })

  it('fail by the same typed error', async () => {
    const error = await open()
      .truth(model(sampleNetwork()), new Uint8Array(3))
      .catch((thrown: unknown) => thrown)
    expect(error).to.include({ name: 'OpineError', code: 'INPUT_BYTES' })
  })
})
