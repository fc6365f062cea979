import { digest, hashInto } from '@chainsafe/as-sha256'
import { OpineError } from '../errors.ts'
import { equalBytes } from './bytes.ts'

/**
 * Hashes a level of a tree: `above[i] = H(level[2i] ‖ level[2i+1])`, in words of 32 bytes. All give the same bytes and differ in speed alone.
 * @property hashInto  `level` has `64 n` bytes and `above` `32 n`; they do not overlap
 */
export type PairHasher = {
  readonly name: string
  readonly hashInto: (level: Uint8Array, above: Uint8Array) => void
}

/** In WebAssembly: runs wherever this package runs, four pairs at a time where the engine has vectors. */
export const wasmHasher: PairHasher = { name: 'WebAssembly', hashInto }

let current = wasmHasher
const tried = new Set<PairHasher>([wasmHasher])

/** The hasher that all trees of this process use. */
export const pairHasher = (): PairHasher => current

/** Pairs of the trial: vector code takes 4, 8 or 16 at a time and treats the rest apart. */
const TRIAL_PAIRS = [1, 2, 3, 5, 9, 16, 17, 31, 67]

/**
 * Sets the hasher that all trees of this process use from now on, after a first trial on levels of several sizes: a wrong hash costs a bond.
 * @throws {OpineError} `HASHER_WRONG` if it does not give SHA-256; the hasher before it stays
 */
export function usePairHasher(hasher: PairHasher): void {
  if (!tried.has(hasher)) for (const pairs of TRIAL_PAIRS) tryHasher(hasher, pairs)
  tried.add(hasher)
  current = hasher
}

function tryHasher(hasher: PairHasher, pairs: number): void {
  const level = Uint8Array.from({ length: 64 * pairs }, (_, at) => Math.imul(at + pairs, 0x9e3779b1) >>> 24)
  const above = new Uint8Array(32 * pairs)
  const wrong = (fact: string, cause?: unknown): OpineError =>
    new OpineError('HASHER_WRONG', `the hasher "${hasher.name}" ${fact}; use another one on this machine`, { pairs }, { cause })
  try {
    hasher.hashInto(level, above)
  } catch (cause) {
    throw wrong(`fails on a level of ${pairs} pairs`, cause)
  }
  for (let pair = 0; pair < pairs; pair++) {
    const expected = digest(level.subarray(64 * pair, 64 * pair + 64))
    if (!equalBytes(above.subarray(32 * pair, 32 * pair + 32), expected)) throw wrong(`gives no SHA-256 for pair ${pair} of ${pairs}`)
  }
}
