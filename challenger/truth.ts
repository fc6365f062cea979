import { OpineError } from '@opine/dispute-game/errors.ts'
import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { rootOf, type Tree } from '@opine/dispute-game/merkle/tree.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { traceTree } from '@opine/models/trace/commit.ts'
import { Lru } from '@opine/models/trace/lru.ts'
import type { Purpose } from '@opine/models/trace/runs.ts'
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

  /** @throws {OpineError} `NOT_YET`; `RERUN_FAILED` if this machine cannot run the model on this input; `COMPUTE_FULL`, `STOPPED` */
  async trace(requestId: Hex, purpose: Purpose = 'answer'): Promise<Trace> {
    const model = this.model(requestId)
    const input = fromHex(this.#deps.journal.input(requestId)!)
    try {
      return await this.#deps.traces.truth(model, input, purpose)
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

  /** @param trace  of this request */
  tree(trace: Trace, requestId: Hex, account: string): Tree {
    return traceTree(trace, this.salt(requestId, account))
  }

  /** The root that a true answer has when this account gives it. Found once: a model may run for seconds, and this is asked with every block. */
  async root(requestId: Hex, account: string): Promise<Hex> {
    const key = `${requestId} ${account}`
    const known = this.#roots.find(key)
    if (known) return known
    const value = toHex(rootOf(this.tree(await this.trace(requestId), requestId, account)))
    return this.#roots.get(key, () => ({ value, weight: 1 }))
  }
}
