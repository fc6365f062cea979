import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import type { LoadedModel } from '../load.ts'
import { splitInputs } from './commit.ts'
import { Lru } from './lru.ts'
import type { Purpose, Runs } from './runs.ts'
import { type Trace, traceBytes } from './trace.ts'

/** Bytes that are kept, of buffers and of all their trees, hashed or not. */
const LIMIT = 768 * 1024 * 1024

/** @property whole  the trace with all trees hashed, once somebody wanted that */
type Entry = { readonly trace: Trace; whole?: Trace }

/** True traces of what was asked lately. The same input has the same buffers in whatever request; only salts differ. */
export class TraceCache {
  readonly #runs: Runs
  readonly #traces: Lru<Entry>

  constructor(runs: Runs, limit = LIMIT) {
    this.#runs = runs
    this.#traces = new Lru(limit)
  }

  /**
   * @param input  a request's bytes, all inputs together
   * @throws {OpineError} `INPUT_BYTES`, those of the runs
   */
  async truth(model: LoadedModel, input: Uint8Array, purpose: Purpose = 'answer'): Promise<Trace> {
    const key = keyOf(model.root, input)
    const entry = this.#traces.find(key) ?? (await this.#run(key, model, input, purpose))
    if (purpose === 'answer') return entry.whole ?? entry.trace
    entry.whole ??= await this.#runs.whole(key, entry.trace)
    return entry.whole
  }

  async #run(key: string, model: LoadedModel, input: Uint8Array, purpose: Purpose): Promise<Entry> {
    const trace = await this.#runs.trace(key, model, splitInputs(model.program, input), purpose)
    // Whoever asked the same meanwhile gets the same.
    return this.#traces.get(key, () => ({ value: { trace }, weight: traceBytes(trace) }))
  }
}

/** What is told from anything else by this: a model and an input. */
export const keyOf = (root: Hex, input: Uint8Array): string => toHex(sha256(concatBytes(new TextEncoder().encode(root), input)))
