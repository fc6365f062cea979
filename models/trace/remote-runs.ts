import type { Committed, Computed, ComputeJob } from '../exec/jobs.ts'
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

/** Runs elsewhere; here, what comes back becomes traces. */
export class RemoteRuns implements Runs {
  readonly #jobs: Jobs
  readonly #onRun: (seconds: number) => void
  readonly #programs = new Map<string, Program>()

  /** @param onRun  told how long each run of a model took */
  constructor(jobs: Jobs, onRun: (seconds: number) => void = () => {}) {
    this.#jobs = jobs
    this.#onRun = onRun
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

  #run(key: string, root: string, program: Program, message: ComputeJob, urgent: boolean): Promise<unknown> {
    const keep = { name: root, value: this.#shared(root, program) }
    return this.#jobs.run({ key, group: root, urgent, message, keep })
  }

  /** What the executor there has to pass before a bond stands on what it computes: each check under a name that says what it depends on. */
  checks(models: readonly LoadedModel[]): { readonly name: string; readonly run: () => Promise<unknown> }[] {
    const check = (name: string, message: ComputeJob, keep?: { name: string; value: unknown }) => ({
      name,
      run: () => this.#jobs.run({ key: `golden ${name}`, group: null, urgent: false, message, ...(keep ? { keep } : {}) }),
    })
    return [
      check(`cases ${goldenHash(GOLDEN_CASES)}`, { kind: 'golden' }),
      ...models.map(({ root, program }) =>
        check(`model ${root}`, { kind: 'reproduced', root }, { name: root, value: this.#shared(root, program) }),
      ),
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
