import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Certificate } from '../certify/certificate.ts'
import type { ExecutorNote } from '../exec/executors.ts'
import type { Committed, Computed, ComputeJob, Done, KeptModel } from '../exec/jobs.ts'
import { goldenHash } from '../golden/golden.ts'
import { GOLDEN_CASES } from '../golden/vectors/cases.ts'
import type { Program } from '../ir/types.ts'
import type { LoadedModel } from '../load.ts'
import type { Commitment } from './commitment.ts'
import type { Runs } from './runs.ts'
import { type Trace, traceOfBuffers } from './trace.ts'

/** Has jobs of `openJobs` done by somebody: threads of a daemon. The same key at the same time is the same job. */
export type Jobs = {
  readonly run: (job: {
    readonly key: string
    readonly group: string | null
    readonly urgent: boolean
    readonly message: ComputeJob
    readonly keep?: { readonly name: string; readonly value: unknown }
  }) => Promise<unknown>
}

/**
 * Where certificates are kept that this process made, now or in an earlier life. Never others': a certificate is believed.
 * @property get  undefined if there is none of this program and this code
 */
export type Certificates = {
  readonly get: (root: Hex) => Certificate | undefined
  readonly put: (root: Hex, certificate: Certificate) => void
}

/** Runs elsewhere; here, what comes back becomes traces. */
export class RemoteRuns implements Runs {
  readonly #jobs: Jobs
  readonly #onRun: (seconds: number) => void
  readonly #onNote: (note: ExecutorNote) => void
  readonly #certificates: Certificates | null
  readonly #programs = new Map<string, Program>()
  readonly #proved = new Map<string, Promise<Certificate>>()

  /**
   * @param onRun         told how long each run of a model took @param onNote  told what the executor chose and refused
   * @param certificates  for an executor that runs what is proved of a program: each is then proved once, and all threads are told
   */
  constructor(
    jobs: Jobs,
    onRun: (seconds: number) => void = () => {},
    onNote: (note: ExecutorNote) => void = () => {},
    certificates: Certificates | null = null,
  ) {
    this.#jobs = jobs
    this.#certificates = certificates
    this.#onRun = onRun
    this.#onNote = onNote
  }

  async commitment(key: string, { root, program }: LoadedModel, inputs: readonly Uint8Array[]): Promise<Commitment> {
    const message: ComputeJob = { kind: 'commitment', root, inputs }
    const { outputs, roots, seconds } = (await this.#run(`commitment ${key}`, root, program, message, false)) as Committed
    this.#onRun(seconds)
    return { program, outputs, roots }
  }

  async trace(key: string, { root, program }: LoadedModel, inputs: readonly Uint8Array[], urgent: boolean): Promise<Trace> {
    const message: ComputeJob = { kind: 'trace', root, inputs }
    const { buffers, levels, seconds } = (await this.#run(`trace ${key}`, root, program, message, urgent)) as Computed
    this.#onRun(seconds)
    const trace = traceOfBuffers(program, inputs, buffers)
    return { ...trace, trees: trace.trees.map(({ depth }, kernel) => ({ depth, levels: levels[kernel]! })) }
  }

  async #run(key: string, root: Hex, program: Program, message: ComputeJob, urgent: boolean): Promise<unknown> {
    return this.#done({ key, group: root, urgent, message, keep: await this.#kept(root, program, urgent) })
  }

  async #kept(root: Hex, program: Program, urgent: boolean): Promise<{ readonly name: string; readonly value: KeptModel }> {
    const shared = this.#shared(root, program)
    return { name: root, value: { program: shared, proved: await this.#certificate(root, shared, urgent) } }
  }

  /** Null where the executor needs none. What fails is tried again with the next run. */
  async #certificate(root: Hex, program: Program, urgent: boolean): Promise<Certificate | null> {
    const certificates = this.#certificates
    if (!certificates) return null
    let proved = this.#proved.get(root)
    if (!proved) {
      const before = certificates.get(root)
      proved = before ? Promise.resolve(before) : this.#prove(root, program, urgent, certificates)
      this.#proved.set(root, proved)
      proved.catch(() => this.#proved.delete(root))
    }
    return proved
  }

  async #prove(root: Hex, program: Program, urgent: boolean, certificates: Certificates): Promise<Certificate> {
    const message: ComputeJob = { kind: 'certificate', root, program }
    const certificate = (await this.#done({ key: `certificate ${root}`, group: null, urgent, message })) as Certificate
    certificates.put(root, certificate)
    return certificate
  }

  async #done(job: Parameters<Jobs['run']>[0]): Promise<unknown> {
    const { value, notes } = (await this.#jobs.run(job)) as Done
    for (const note of notes) this.#onNote(note)
    return value
  }

  /** What the executor there has to pass before a bond stands on what it computes: each check under a name that says what it depends on. */
  checks(models: readonly LoadedModel[]): { readonly name: string; readonly run: () => Promise<unknown> }[] {
    const check = (name: string, message: ComputeJob, model?: LoadedModel) => ({
      name,
      run: async () => {
        const keep = model && (await this.#kept(model.root, model.program, false))
        return this.#done({ key: `golden ${name}`, group: null, urgent: false, message, ...(keep ? { keep } : {}) })
      },
    })
    return [
      check(`cases ${goldenHash(GOLDEN_CASES)}`, { kind: 'golden' }),
      ...models.map((model) => check(`model ${model.root}`, { kind: 'reproduced', root: model.root }, model)),
    ]
  }

  /** The program with its constants in memory that all threads see: they are large. */
  #shared(root: string, program: Program): Program {
    const known = this.#programs.get(root)
    if (known) return known
    const constants = program.constants.map(({ bytes, ...constant }) => {
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
      shared.set(bytes)
      return { ...constant, bytes: shared }
    })
    const shared = { ...program, constants }
    this.#programs.set(root, shared)
    return shared
  }
}
