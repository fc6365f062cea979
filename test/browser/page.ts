/** The script of the page: what the test calls from outside. */
import { pairHasher } from '@opine/dispute-game/merkle/pair-hasher.ts'
import { type Roots, rootsOf } from './roots.ts'

/** @property opineRoots  the roots of the model at `url`, which the page fetches; `opineHasher` what hashes its trees */
export type PageGlobals = { readonly opineRoots: (url: string, seed: number) => Promise<Roots>; readonly opineHasher: () => string }

const globals: PageGlobals = {
  opineRoots: async (url, seed) => rootsOf(new Uint8Array(await (await fetch(url)).arrayBuffer()), seed),
  opineHasher: () => pairHasher().name,
}
Object.assign(globalThis, globals)
