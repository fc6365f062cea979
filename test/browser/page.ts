/** The script of the page: what the test calls from outside. */
import { pairHasher } from '@opine/dispute-game/merkle/pair-hasher.ts'
import { fuzz } from '../wasm/compare.ts'
import { type EXECUTORS, type Roots, rootsOf } from './roots.ts'

/**
 * @property opineRoots   the roots of the model at `url`, which the page fetches
 * @property opineHasher  what hashes its trees
 * @property opineFuzz    compares the executors on random programs
 */
export type PageGlobals = {
  readonly opineRoots: (url: string, seed: number, executor: keyof typeof EXECUTORS) => Promise<Roots>
  readonly opineHasher: () => string
  readonly opineFuzz: typeof fuzz
}

const globals: PageGlobals = {
  opineRoots: async (url, seed, executor) => rootsOf(new Uint8Array(await (await fetch(url)).arrayBuffer()), seed, executor),
  opineFuzz: fuzz,
  opineHasher: () => pairHasher().name,
}
Object.assign(globalThis, globals)
