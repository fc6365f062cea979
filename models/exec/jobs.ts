import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { tensorTree } from '@opine/dispute-game/merkle/tree.ts'
import { checkGolden, checkReproduced } from '../golden/golden.ts'
import type { Program } from '../ir/types.ts'
import { type ExecutorChoice, loadExecutor } from './executors.ts'

/**
 * What a thread is asked. A model's program is kept there under its root.
 * @property whole  whether the trees of interior kernels are hashed as well
 */
export type ComputeJob =
  | { readonly kind: 'trace'; readonly root: Hex; readonly inputs: readonly Uint8Array[]; readonly whole: boolean }
  | { readonly kind: 'trees'; readonly buffers: readonly Uint8Array[] }
  | { readonly kind: 'golden' }
  | { readonly kind: 'reproduced'; readonly root: Hex }

/** A tree's levels, leaves first. */
export type Levels = readonly Uint8Array[]

/** @property levels  of each kernel's tree, where it was hashed @property seconds  that the model ran */
export type Computed = { readonly buffers: readonly Uint8Array[]; readonly levels: readonly (Levels | null)[]; readonly seconds: number }

type Result = { readonly value: unknown; readonly transfer: readonly ArrayBuffer[] }

/** Below so many bytes a copy costs less than handing over. */
const SMALL = 4096

/** Prepares to run models and hash traces, in whatever thread this is. @param choice  an `ExecutorChoice` */
export async function openJobs(choice: unknown): Promise<(message: unknown, kept: (name: string) => unknown) => Promise<Result>> {
  const executor = await loadExecutor(choice as ExecutorChoice)
  return async (message, kept) => {
    const job = message as ComputeJob
    switch (job.kind) {
      case 'trace': {
        const program = kept(job.root) as Program
        const start = performance.now()
        const computed = executor.execute(program, job.inputs)
        return handOver(hashed(program, computed, (performance.now() - start) / 1000, job.whole))
      }
      case 'trees':
        return handOver(job.buffers.map((bytes) => tensorTree(bytes).levels))
      case 'golden': {
        const { GOLDEN_CASES } = await import('../golden/vectors/cases.ts')
        checkGolden(GOLDEN_CASES, executor)
        return { value: null, transfer: [] }
      }
      case 'reproduced':
        checkReproduced({ root: job.root, program: kept(job.root) as Program }, executor)
        return { value: null, transfer: [] }
    }
  }
}

/** A buffer whose tree is hashed is the beginning of the tree's leaves, so that it is there once. */
function hashed({ places }: Program, computed: readonly Uint8Array[], seconds: number, whole: boolean): Computed {
  const levels = computed.map((bytes, kernel) => (whole || places[kernel]?.committed ? tensorTree(bytes).levels : null))
  const buffers = computed.map((bytes, kernel) => levels[kernel]?.at(0)?.subarray(0, bytes.length) ?? alone(bytes))
  return { buffers, levels, seconds }
}

/** Bytes that share no memory with anything else. */
const alone = (bytes: Uint8Array): Uint8Array =>
  bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice()

function handOver(value: Computed | readonly Levels[]): Result {
  const arrays = 'levels' in value ? [...value.buffers, ...value.levels.flatMap((levels) => levels ?? [])] : value.flat()
  const buffers = new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))
  return { value, transfer: [...buffers].filter(({ byteLength }) => byteLength >= SMALL) }
}
