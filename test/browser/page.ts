/** The script of the page: what the test calls from outside. */
import { pairHasher } from '@opine/dispute-game/merkle/pair-hasher.ts'
import { execute as reference } from '@opine/models/exec/reference/execute.ts'
import { WasmExecutor } from '@opine/models/exec/wasm/executor.ts'
import { browserHelpers, canShareMemory } from '@opine/models/exec/wasm/threads/browser.ts'
import { Team } from '@opine/models/exec/wasm/threads/team.ts'
import { firstDifference, fuzz } from '../wasm/compare.ts'
import { COUNT } from './count.ts'
import { unpack } from './parcel.ts'
import { type Roots, rootsOf } from './roots.ts'

/**
 * @property opineRoots   the roots of the model at `url`, which the page fetches; by the defining executor on no thread, else by ours on so many
 * @property opineHasher  what hashes its trees
 * @property opineFuzz    compares the executors on random programs; ours on so many threads, which cut every step as finely as can be
 * @property opineCompare the first kernel of a packed program in which an executor on so many threads differs from the defining one, or null
 * @property opineHelped  calls that helper threads have done so far
 * @property opineShares  whether threads may share memory
 */
export type PageGlobals = {
  readonly opineRoots: (url: string, seed: number, threads: number) => Promise<Roots>
  readonly opineHasher: () => string
  readonly opineFuzz: (from: number, to: number, threads: number) => Promise<number>
  readonly opineCompare: (parcel: string, threads: readonly number[]) => Promise<number | null>
  readonly opineHelped: () => number
  readonly opineShares: () => boolean
}

const bells: Int32Array[] = []
const executors = new Map<number, WasmExecutor>()

function executorOn(threads: number): WasmExecutor {
  const start = browserHelpers('/helper.js')
  const watched: typeof start = (bell, onLost) => {
    bells.push(new Int32Array(bell))
    return start(bell, onLost)
  }
  const made = (): WasmExecutor => new WasmExecutor(threads === 1 ? null : new Team({ threads, grain: { alone: 0, ticket: 1 } }, watched))
  const executor = executors.get(threads) ?? made()
  executors.set(threads, executor)
  return executor
}

/** Browsers start threads, and hear of them, between tasks. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

const globals: PageGlobals = {
  opineRoots: async (url, seed, threads) => {
    const file = new Uint8Array(await (await fetch(url)).arrayBuffer())
    return rootsOf(file, seed, threads === 0 ? reference : executorOn(threads).execute)
  },
  opineFuzz: async (from, to, threads) => {
    let kernels = 0
    for (let seed = from; seed < to; seed++, await turn()) kernels += fuzz(seed, seed + 1, executorOn(threads)).kernels
    return kernels
  },
  opineCompare: async (parcel, threads) => {
    const { program, inputs } = unpack(parcel)
    const different = firstDifference(program, inputs, program, threads.map(executorOn))
    for (const executor of executors.values()) executor.release(program)
    await turn()
    return different
  },
  opineHelped: () => bells.reduce((sum, words) => sum + Atomics.load(words, COUNT), 0),
  opineShares: canShareMemory,
  opineHasher: () => pairHasher().name,
}
Object.assign(globalThis, globals)
