import { describe, it } from 'node:test'
import type { ExecutorNote } from '@opine/models/exec/executors.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { modelOf } from '@opine/models/load.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { commitmentOfTrace } from '@opine/models/trace/commitment.ts'
import { RemoteRuns } from '@opine/models/trace/remote-runs.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { WorkerPool } from '@opine/node-kit/compute/pool.ts'
import { expect } from 'chai'
import { drawings, quantizedDigits } from './subjects.ts'

const JOBS = import.meta.resolve('@opine/models/exec/jobs.ts')

describe('a daemon’s threads', () => {
  for (const [name, told, level] of [
    ['onnxruntime', /^the first that gave the right bits$/, 'warn'],
    ['auto', /^the fastest that gave the right bits$/, 'info'],
  ] as const) {
    it(`run models by ${name}, tell what was chosen and refused, and end with their sessions`, async () => {
      const warned: string[] = []
      const data = { name, providers: ['dml', 'cpu'] }
      const pool = new WorkerPool({ thread: { module: JOBS, data }, size: 1, log: { warn: (event) => warned.push(event) } })
      const notes: ExecutorNote[] = []
      const runs = new RemoteRuns(
        pool,
        () => {},
        (note) => notes.push(note),
      )
      const model = modelOf(compile(quantizedDigits()))
      try {
        for (const check of runs.checks([model])) await check.run()
        const inputs = drawings[7]!
        const expected = buildTrace(model.program, inputs, execute)
        expect(await runs.commitment('a', model, inputs)).to.deep.equal(commitmentOfTrace(expected))
        expect((await runs.trace('a', model, inputs, true)).buffers).to.deep.equal(expected.buffers)
      } finally {
        await pool.close()
      }
      expect(warned).to.deep.equal([])
      const refused = notes.filter(({ event }) => event === 'providerRefused')
      expect(refused.length).to.be.at.least(1)
      // Whoever names a provider expects it; of all that a machine may have, most are not there.
      for (const { level: found, fields } of refused) {
        expect([found, fields.provider, fields.code]).to.deep.equal([level, 'dml', 'PROVIDER_FAILED'])
      }
      const chosen = notes.filter(({ event, fields }) => event === 'executorChosen' && 'cpu' in ((fields.milliseconds ?? {}) as object))
      expect(new Set(chosen.map(({ fields }) => fields.wanted))).to.deep.equal(new Set(['all', 'committed']))
      for (const { fields } of chosen) expect(fields.why).to.match(told)
      // Of golden cases, which run first, nobody is told.
      expect(new Set(notes.filter(({ event }) => event !== 'providerRefused').map(({ fields }) => fields.program))).to.deep.equal(
        new Set([model.root]),
      )
    })
  }
})
