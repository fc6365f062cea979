import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import type { LoadedModel } from '../load.ts'
import { splitInputs } from './commit.ts'
import { type Commitment, commitmentBytes, commitmentOfTrace } from './commitment.ts'
import { Lru } from './lru.ts'
import type { Runs } from './runs.ts'
import { type Trace, traceBytes } from './trace.ts'

/** Bytes that are kept: of traces, all their trees hashed or not; of commitments an eighth as many. */
const LIMIT = 768 * 1024 * 1024

/** What models truly give to what was asked lately. The same input has the same buffers in whatever request; only salts differ. */
export class TraceCache {
  readonly #runs: Runs
  readonly #commitments: Lru<Commitment>
  readonly #traces: Lru<Trace>

  constructor(runs: Runs, limit = LIMIT) {
    this.#runs = runs
    this.#commitments = new Lru(limit / 8)
    this.#traces = new Lru(limit)
  }

  /**
   * What an answer commits to. The model runs without keeping its trace.
   * @param input  a request's bytes, all inputs together
   * @throws {OpineError} `INPUT_BYTES`, those of the runs
   */
  async commitment(model: LoadedModel, input: Uint8Array): Promise<Commitment> {
    const key = keyOf(model.root, input)
    const known = this.#commitments.find(key)
    if (known) return known
    const trace = this.#traces.find(key)
    const value = trace ? commitmentOfTrace(trace) : await this.#runs.commitment(key, model, splitInputs(model.program, input))
    // Whoever asked the same meanwhile gets the same.
    return this.#commitments.get(key, () => ({ value, weight: commitmentBytes(value) }))
  }

  /** Everything, for a dispute; the model runs again for it. @param urgent  whether a clock runs @throws {OpineError} as `commitment` */
  async trace(model: LoadedModel, input: Uint8Array, urgent = true): Promise<Trace> {
    const key = keyOf(model.root, input)
    const known = this.#traces.find(key)
    if (known) return known
    const value = await this.#runs.trace(key, model, splitInputs(model.program, input), urgent)
    return this.#traces.get(key, () => ({ value, weight: traceBytes(value) }))
  }
}

/** What is told from anything else by this: a model and an input. */
export const keyOf = (root: Hex, input: Uint8Array): string => toHex(sha256(concatBytes(new TextEncoder().encode(root), input)))
