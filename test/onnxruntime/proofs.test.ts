import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import type { Certificate } from '@opine/models/certify/certificate.ts'
import { certifyProgram } from '@opine/models/certify/certify.ts'
import { type ExecutorNote, runsProofs } from '@opine/models/exec/executors.ts'
import { execute } from '@opine/models/exec/reference/execute.ts'
import { modelOf } from '@opine/models/load.ts'
import { compile } from '@opine/models/lower/compile.ts'
import { commitmentOfTrace } from '@opine/models/trace/commitment.ts'
import { type Certificates, type Jobs, RemoteRuns } from '@opine/models/trace/remote-runs.ts'
import { buildTrace } from '@opine/models/trace/trace.ts'
import { WorkerPool } from '@opine/node-kit/compute/pool.ts'
import { derivedIn } from '@opine/node-kit/derived.ts'
import { Store } from '@opine/node-kit/store.ts'
import { expect } from 'chai'
import { drawings, quantizedDigits } from './subjects.ts'

const JOBS = import.meta.resolve('@opine/models/exec/jobs.ts')
const CHOICE = { name: 'onnxruntime', providers: ['cpu'] }
const model = modelOf(compile(quantizedDigits()))

/** Runs as a daemon's. @property asked  kinds of jobs that threads did */
function daemon(certificates: Certificates, size: number) {
  const pool = new WorkerPool({ thread: { module: JOBS, data: CHOICE }, size, log: { warn: () => {} } })
  const asked: string[] = []
  const notes: ExecutorNote[] = []
  const jobs: Jobs = {
    run: (job) => {
      asked.push(job.message.kind)
      return pool.run(job)
    },
  }
  const runs = new RemoteRuns(
    jobs,
    () => {},
    (note) => notes.push(note),
    certificates,
  )
  return { runs, asked, notes, close: () => pool.close() }
}

/** Kept in memory. */
function shelf(first?: Certificate): Certificates & { readonly all: Map<string, Certificate> } {
  const all = new Map(first ? [[first.program as string, first]] : [])
  return { all, get: (root) => all.get(root), put: (root, certificate) => void all.set(root, certificate) }
}

describe('what is proved of a program', () => {
  const right = certifyProgram(model.program)

  it('is proved once for all threads and runs, kept, used by the next start, and proved anew where the file was altered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proofs-'))
    const file = join(folder, 'state.db')
    const warned: string[] = []
    /** One life of a daemon. @returns kinds of jobs that its threads did */
    const life = async (code: string, inputs: readonly (readonly Uint8Array[])[]): Promise<readonly string[]> => {
      const store = Store.open(file)
      const log = { warn: (event: string) => warned.push(event) }
      const { runs, asked, notes, close } = daemon(derivedIn<Certificate>('certificate', code, { store, log }), 2)
      try {
        const found = await Promise.all(inputs.map((input, index) => runs.commitment(`${index}`, model, input)))
        for (const [index, input] of inputs.entries()) {
          expect(found[index]).to.deep.equal(commitmentOfTrace(buildTrace(model.program, input, execute)))
        }
        expect(notes.some(({ event, fields }) => event === 'executorChosen' && fields.provider === 'cpu')).to.equal(true)
        expect(derivedIn<Certificate>('certificate', code, { store, log }).get(model.root)).to.deep.equal(right)
      } finally {
        await close()
        store.close()
      }
      return asked
    }
    const first = [0, 1, 2, 3].map((index) => drawings[index]!)
    const one = [drawings[4]!]
    try {
      expect((await life('one', first)).filter((kind) => kind === 'certificate')).to.have.length(1)
      expect(await life('one', one)).to.deep.equal(['commitment'])
      expect(await life('two', one)).to.deep.equal(['certificate', 'commitment'])
      expect(warned).to.deep.equal([])
      const db = new DatabaseSync(file)
      const altered = `UPDATE records SET value = replace(value, '\\"bound\\":', '\\"bound\\":1') WHERE kind = 'certificate'`
      expect(db.prepare(altered).run().changes).to.equal(1)
      db.close()
      expect(await life('two', one)).to.deep.equal(['certificate', 'commitment'])
      expect(warned).to.deep.equal(['derivedAltered'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('is what the threads go by: they prove nothing themselves', async () => {
    // All refused: a thread that looked for itself would run them on the stock runtime.
    const kernels = right.kernels.map((kernel) => ({ ...kernel, verdict: 'refused' as const, classes: [], asFloat: [] }))
    const { runs, notes, close } = daemon(shelf({ ...right, kernels }), 1)
    try {
      const input = drawings[6]!
      expect(await runs.commitment('a', model, input)).to.deep.equal(commitmentOfTrace(buildTrace(model.program, input, execute)))
    } finally {
      await close()
    }
    expect(notes.map(({ event }) => event)).to.include('providerUseless')
    expect(notes.filter(({ fields }) => fields.provider === 'cpu' && fields.why !== undefined)).to.deep.equal([])
  })

  it('is tried again after it failed', async () => {
    const kept = shelf()
    let failed = false
    const broken: Certificates = {
      get: kept.get,
      put: (root, certificate) => {
        if (failed) return kept.put(root, certificate)
        failed = true
        throw new Error('the disk is full')
      },
    }
    const { runs, close } = daemon(broken, 1)
    try {
      const first = await runs.commitment('a', model, drawings[0]!).catch((error: Error) => error.message)
      expect(first).to.equal('the disk is full')
      await runs.commitment('a', model, drawings[0]!)
    } finally {
      await close()
    }
    expect(kept.all.size).to.equal(1)
  })

  it('is asked for by executors that run it alone', () => {
    const names = ['reference', 'wasm', 'wasm-128', 'onnxruntime', 'auto']
    expect(names.filter((name) => runsProofs({ name }))).to.deep.equal(['onnxruntime', 'auto'])
    expect(runsProofs({ name: 'auto', module: 'file:///other.ts' })).to.equal(false)
  })
})
