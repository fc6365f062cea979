import type { Computed, ComputeJob, Levels } from '../exec/jobs.ts'
import { goldenHash } from '../golden/golden.ts'
import { GOLDEN_CASES } from '../golden/vectors/cases.ts'
import type { Program } from '../ir/types.ts'
import type { LoadedModel } from '../load.ts'
import type { Purpose, Runs } from './runs.ts'
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

/** So few bytes are hashed where they are looked at, in milliseconds. */
const HASHED_HERE = 1 << 20

/** Runs elsewhere; here, what comes back becomes traces. */
export class RemoteRuns implements Runs {
  readonly #jobs: Jobs
  readonly #onRun: (seconds: number) => void
  readonly #here: number
  readonly #programs = new Map<string, Program>()
  /** Kernels of traces whose trees were not hashed there. */
  readonly #due = new WeakMap<Trace, readonly number[]>()

  /** @param onRun  told how long each run of a model took @param here  so many bytes are not sent away to be hashed */
  constructor(jobs: Jobs, onRun: (seconds: number) => void = () => {}, here = HASHED_HERE) {
    this.#jobs = jobs
    this.#here = here
    this.#onRun = onRun
  }

  async trace(key: string, { root, program }: LoadedModel, inputs: readonly Uint8Array[], purpose: Purpose): Promise<Trace> {
    const urgent = purpose === 'game'
    const message: ComputeJob = { kind: 'trace', root, inputs, whole: urgent }
    const keep = { name: root, value: this.#shared(root, program) }
    const { buffers, levels, seconds } = (await this.#jobs.run({ key: `trace ${key}`, group: root, urgent, message, keep })) as Computed
    this.#onRun(seconds)
    const trace = withTrees(traceOfBuffers(program, inputs, buffers), levels)
    const due = [...levels.keys()].filter((kernel) => levels[kernel] === null)
    this.#due.set(trace, due)
    return trace
  }

  async whole(key: string, trace: Trace): Promise<Trace> {
    const { buffers, trees } = trace
    const due = this.#due.get(trace) ?? []
    if (due.reduce((sum, kernel) => sum + buffers[kernel]!.length, 0) < this.#here) return trace
    const message: ComputeJob = { kind: 'trees', buffers: due.map((kernel) => buffers[kernel]!) }
    const hashed = (await this.#jobs.run({ key: `trees ${key}`, group: null, urgent: true, message })) as readonly Levels[]
    const levels = new Map(due.map((kernel, i) => [kernel, hashed[i]!]))
    return withTrees(
      trace,
      trees.map((_, kernel) => levels.get(kernel) ?? null),
    )
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

/** The trace with these trees in the place of those that would be hashed when they are looked at. */
const withTrees = (trace: Trace, levels: readonly (Levels | null)[]): Trace => ({
  ...trace,
  trees: trace.trees.map((tree, kernel) => {
    const hashed = levels[kernel]
    return hashed ? { depth: tree.depth, levels: hashed } : tree
  }),
})
