import { OpineError } from '@opine/dispute-game/errors.ts'
import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf, type Tree } from '@opine/dispute-game/merkle/tree.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { commitmentTree } from '@opine/models/trace/commit.ts'
import type { Commitment } from '@opine/models/trace/commitment.ts'
import { Lru } from '@opine/models/trace/lru.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { TraceCache } from '@opine/models/trace/trace-cache.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import type { Journal } from '@opine/node-kit/journal.ts'

export type TruthDeps = {
  readonly deployment: Deployment
  readonly journal: Journal
  readonly traces: TraceCache
  readonly modelOf: (programRoot: Hex) => LoadedModel | undefined
}

/** Roots that are remembered: of more answers than are looked at at a time. */
const KEPT = 10_000

/** What the models truly give to what was asked; under anybody's salt. */
export class Truth {
  readonly #deps: TruthDeps
  readonly #roots = new Lru<Hex>(KEPT)

  constructor(deps: TruthDeps) {
    this.#deps = deps
  }

  /** @throws {OpineError} `NOT_YET` if the request was not seen */
  model(requestId: Hex): LoadedModel {
    const { journal, modelOf } = this.#deps
    const record = journal.request(requestId)
    const model = record && modelOf(record.programRoot)
    if (model) return model
    throw new OpineError('NOT_YET', `the request ${requestId} has not been seen`, { requestId })
  }

  /**
   * What a true answer commits to.
   * @throws {OpineError} `NOT_YET`; `RERUN_FAILED` if this machine cannot run the model on this input; `COMPUTE_FULL`, `STOPPED`
   */
  commitment(requestId: Hex): Promise<Commitment> {
    return this.#run(requestId, (model, input) => this.#deps.traces.commitment(model, input))
  }

  /** All that a dispute may look at. The model runs again for it, since a check of an answer keeps no trace. @throws as `commitment` */
  trace(requestId: Hex): Promise<Trace> {
    return this.#run(requestId, (model, input) => this.#deps.traces.trace(model, input))
  }

  async #run<T>(requestId: Hex, run: (model: LoadedModel, input: Uint8Array) => Promise<T>): Promise<T> {
    const model = this.model(requestId)
    const input = fromHex(this.#deps.journal.input(requestId)!)
    try {
      return await run(model, input)
    } catch (cause) {
      if (cause instanceof OpineError && ['STOPPED', 'COMPUTE_FULL'].includes(cause.code)) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      const message = `the model could not be run again, so nothing is challenged: ${reason}`
      throw new OpineError('RERUN_FAILED', message, { requestId, programRoot: model.root }, { cause })
    }
  }

  salt(requestId: Hex, account: string): Uint8Array {
    const { chainId, oracle } = this.#deps.deployment
    return saltOf({ chainId: BigInt(chainId), oracle, requestId, account })
  }

  /** The trace tree of an account's true answer. @param commitment  of this request */
  tree(commitment: Commitment, requestId: Hex, account: string): Tree {
    return commitmentTree(commitment, this.salt(requestId, account))
  }

  /** The root that a true answer has when this account gives it. Found once: a model may run for seconds, and this is asked with every block. */
  async root(requestId: Hex, account: string): Promise<Hex> {
    const key = `${requestId} ${account}`
    const known = this.#roots.find(key)
    if (known) return known
    const value = toHex(rootOf(this.tree(await this.commitment(requestId), requestId, account)))
    return this.#roots.get(key, () => ({ value, weight: 1 }))
  }
}
