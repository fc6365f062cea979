import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import type { Proved } from '../certify/certificate.ts'
import { checkGolden } from '../golden/golden.ts'
import { checkReproduced } from '../golden/reproduced.ts'
import type { Program } from '../ir/types.ts'
import { type Commitment, commitmentOfBuffers } from '../trace/commitment.ts'
import { type ExecutorChoice, type ExecutorNote, loadExecutor, type NamedExecutor } from './executors.ts'

/** What a thread keeps of a model, under its root. @property proved  where the executor runs proofs */
export type KeptModel = { readonly program: Program; readonly proved: Proved | null }

/** What a thread is asked. What it keeps of a model it is given before; to certify one, its program alone, in the job itself. */
export type ComputeJob =
  | { readonly kind: 'certificate'; readonly root: Hex; readonly program: Program }
  | { readonly kind: 'commitment' | 'trace'; readonly root: Hex; readonly inputs: readonly Uint8Array[] }
  | { readonly kind: 'golden' }
  | { readonly kind: 'reproduced'; readonly root: Hex }

/** A tree's levels, leaves first. */
export type Levels = readonly Uint8Array[]

/** Of a commitment, its program aside. @property seconds  that the model ran and was hashed */
export type Committed = Pick<Commitment, 'outputs' | 'roots'> & { readonly seconds: number }

/** Of a trace. @property levels  of each kernel's tree @property seconds  that the model ran */
export type Computed = { readonly buffers: readonly Uint8Array[]; readonly levels: readonly Levels[]; readonly seconds: number }

/** What a job came to. @property notes  what the executor has to tell */
export type Done = { readonly value: unknown; readonly notes: readonly ExecutorNote[] }

type Result = { readonly value: unknown; readonly transfer: readonly ArrayBuffer[] }

/** Below so many bytes a copy costs less than handing over. */
const SMALL = 4096

/** Prepares to run models and hash traces, in whatever thread this is. What a job comes to is a `Done`. @param choice  an `ExecutorChoice` */
export async function openJobs(choice: unknown): Promise<(message: unknown, kept: (name: string) => unknown) => Promise<Result>> {
  const executor = await loadExecutor(choice as ExecutorChoice)
  const work = worker(executor)
  return async (message, kept) => {
    const job = message as ComputeJob
    const { value, transfer } = await work(job, kept)
    const done: Done = { value, notes: notesOf(job, executor.notes?.() ?? []) }
    return { value: done, transfer }
  }
}

/** Of a model, which it is; of golden cases, which are nobody's models, no more than what failed. */
const notesOf = (job: ComputeJob, notes: readonly ExecutorNote[]): readonly ExecutorNote[] =>
  job.kind === 'golden'
    ? notes.filter(({ event }) => event === 'providerRefused')
    : notes.map(({ level, event, fields }) => ({ level, event, fields: { ...fields, program: job.root } }))

function worker(executor: NamedExecutor): (job: ComputeJob, kept: (name: string) => unknown) => Promise<Result> {
  return async (job, kept) => {
    const programOf = (root: Hex): Program => {
      const { program, proved } = kept(root) as KeptModel
      if (proved) executor.prove?.(program, proved)
      return program
    }
    switch (job.kind) {
      case 'certificate': {
        const { certifyProgram } = await import('../certify/certify.ts')
        return { value: certifyProgram(job.program, { root: job.root }), transfer: [] }
      }
      case 'commitment': {
        const program = programOf(job.root)
        const start = performance.now()
        const { commit, execute } = executor
        const commitment = commit ? await commit(program, job.inputs) : commitmentOfBuffers(program, await execute(program, job.inputs))
        const [outputs, seconds] = [commitment.outputs.map(alone), (performance.now() - start) / 1000]
        return handOver({ outputs, roots: commitment.roots, seconds }, [...outputs, commitment.roots])
      }
      case 'trace': {
        const start = performance.now()
        const computed = await executor.execute(programOf(job.root), job.inputs)
        const traced = hashed(computed, (performance.now() - start) / 1000)
        return handOver(traced, [...traced.buffers, ...traced.levels.flat()])
      }
      case 'golden': {
        const { GOLDEN_CASES } = await import('../golden/vectors/cases.ts')
        await checkGolden(GOLDEN_CASES, executor)
        return { value: null, transfer: [] }
      }
      case 'reproduced':
        await checkReproduced({ root: job.root, program: programOf(job.root) }, executor)
        return { value: null, transfer: [] }
    }
  }
}

/** A buffer is the beginning of its tree's leaves, so that it is there once. */
function hashed(computed: readonly Uint8Array[], seconds: number): Computed {
  const levels = computed.map((bytes) => tensorTree(bytes).levels)
  return { buffers: computed.map((bytes, kernel) => levels[kernel]![0]!.subarray(0, bytes.length)), levels, seconds }
}

/** Bytes that share no memory with anything else. */
const alone = (bytes: Uint8Array): Uint8Array =>
  bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice()

function handOver(value: Committed | Computed, arrays: readonly Uint8Array[]): Result {
  const buffers = new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))
  return { value, transfer: [...buffers].filter(({ byteLength }) => byteLength >= SMALL) }
}
