import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256 } from '@opine/dispute-game/merkle/sha256.ts'
import type { LoadedModel } from '../load.ts'
import { splitInputs } from './commit.ts'
import { Lru } from './lru.ts'
import { buildTrace, type Execute, type Trace } from './trace.ts'

/** Bytes of buffers that are kept; a trace also holds its trees once they are looked at, about as much again. */
const LIMIT = 256 * 1024 * 1024

/** True traces of what was asked lately. The same input has the same buffers in whatever request; only salts differ. */
export class TraceCache {
  readonly #execute: Execute
  readonly #traces: Lru<Trace>

  constructor(execute: Execute, limit = LIMIT) {
    this.#execute = execute
    this.#traces = new Lru(limit)
  }

  /**
   * @param input  a request's bytes, all inputs together
   * @throws {OpineError} `INPUT_BYTES`, those of `buildTrace` and of the executor
   */
  truth({ root, program }: LoadedModel, input: Uint8Array): Trace {
    return this.#traces.get(keyOf(root, input), () => {
      const value = buildTrace(program, splitInputs(program, input), this.#execute)
      return { value, weight: value.buffers.reduce((sum, { length }) => sum + length, 0) }
    })
  }
}

const keyOf = (root: Hex, input: Uint8Array): string => toHex(sha256(concatBytes(new TextEncoder().encode(root), input)))
