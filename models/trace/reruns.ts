import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf } from '@opine/dispute-game/merkle/tree.ts'
import { describeKernel } from '../ir/dump.ts'
import type { LoadedModel } from '../load.ts'
import { outputBytes, splitInputs, traceTree } from './commit.ts'
import { Lru } from './lru.ts'
import { type OutputDifference, outputDifference } from './output-difference.ts'
import { saltOf } from './salt.ts'
import { buildTrace, type Execute, type Trace, traceBytes } from './trace.ts'
import { keyOf } from './trace-cache.ts'

/** What a model truly gives to a request. @property root  that a true answer of an account has */
export type Rerun = {
  readonly output: Hex
  readonly root: (account: string) => Hex
  readonly difference: (asserted: Hex) => OutputDifference | undefined
}

/** Bytes of traces that are kept. */
const LIMIT = 256 * 1024 * 1024

/** Models at hand, to re-run what was asked of them. */
export class Reruns {
  readonly #models: ReadonlyMap<Hex, LoadedModel>
  readonly #execute: Execute
  readonly #traces = new Lru<Trace>(LIMIT)
  readonly #place: { readonly chainId: bigint; readonly oracle: string }

  constructor(models: readonly LoadedModel[], execute: Execute, place: { readonly chainId: number; readonly oracle: string }) {
    this.#models = new Map(models.map((model) => [model.root, model]))
    this.#execute = execute
    this.#place = { chainId: BigInt(place.chainId), oracle: place.oracle }
  }

  /** @returns undefined where no model at hand is that program @throws {OpineError} `INPUT_BYTES`, those of `buildTrace` and of the executor */
  run(programRoot: Hex, requestId: Hex, input: Hex): Rerun | undefined {
    const model = this.#models.get(programRoot)
    if (!model) return undefined
    const bytes = fromHex(input)
    const trace = this.#traces.get(keyOf(programRoot, bytes), () => {
      const value = buildTrace(model.program, splitInputs(model.program, bytes), this.#execute)
      return { value, weight: traceBytes(value) }
    })
    return {
      output: toHex(outputBytes(trace)),
      root: (account) => toHex(rootOf(traceTree(trace, saltOf({ ...this.#place, requestId, account })))),
      difference: (asserted) => outputDifference(trace, fromHex(asserted)),
    }
  }

  /** A kernel in words; undefined where no model at hand is that program. */
  describe(programRoot: Hex, kernel: number): string | undefined {
    const model = this.#models.get(programRoot)
    return model && describeKernel(model.program.kernels[kernel]!)
  }
}
