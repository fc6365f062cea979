import { OpineError } from '@opine/dispute-game/errors.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { fromHex, type Hex, toHex } from '@opine/dispute-game/merkle/hex.ts'
import { branch, rootOf, type Tree } from '@opine/dispute-game/merkle/tree.ts'
import type { Program } from '@opine/models/ir/types.ts'
import type { LoadedModel } from '@opine/models/load.ts'
import { commitmentTree, outputBytes, traceTree } from '@opine/models/trace/commit.ts'
import type { Commitment } from '@opine/models/trace/commitment.ts'
import { formatLie, type Lie, parseLie } from '@opine/models/trace/lie.ts'
import { Lru } from '@opine/models/trace/lru.ts'
import { saltOf } from '@opine/models/trace/salt.ts'
import { tellLie } from '@opine/models/trace/tell-lie.ts'
import type { Trace } from '@opine/models/trace/trace.ts'
import type { TraceCache } from '@opine/models/trace/trace-cache.ts'
import type { Deployment } from '@opine/node-kit/deployment.ts'
import { assertionIdOf } from '@opine/node-kit/ids.ts'
import type { Journal } from '@opine/node-kit/journal.ts'
import type { Store } from '@opine/node-kit/store.ts'

/** What this operator says to a request. @property proofs  siblings of each output's leaf in the trace tree, bottom up */
export type Answer = {
  readonly assertionId: Hex
  readonly root: Hex
  readonly output: Hex
  readonly proofs: readonly (readonly Uint8Array[])[]
  readonly lie: string | null
}

/** What an answer is defended with. */
export type Ground = { readonly trace: Trace; readonly salt: Uint8Array }

/** What was decided, before anything was sent: after a restart the same answer is derived again, lie or not. */
export type OwnRecord = { readonly assertionId: Hex; readonly lie: string | null }

export type AnswersDeps = {
  readonly deployment: Deployment
  readonly journal: Journal
  readonly store: Store
  readonly traces: TraceCache
  readonly account: string
  readonly modelOf: (programRoot: Hex) => LoadedModel | undefined
  readonly lie: Lie | undefined
}

/** Roots of others' answers that are remembered: of more than are looked at at a time. */
const KEPT = 10_000

/** Derives traces and answers from what was asked; holds nothing that could not be derived again. */
export class Answers {
  readonly #deps: AnswersDeps
  readonly #trueRoots = new Lru<Hex>(KEPT)
  /** Lies are dear to tell, and few. */
  readonly #lies = new Map<string, Trace>()

  constructor(deps: AnswersDeps) {
    this.#deps = deps
  }

  own(requestId: Hex): OwnRecord | undefined {
    return this.#deps.store.get('own', requestId)
  }

  /** Decides on the answer to a request, once for ever, and records the decision. @throws as `commitment`; `LIE_...` */
  async decide(requestId: Hex): Promise<Answer> {
    const known = this.own(requestId)
    const { lie, store } = this.#deps
    const told = known ? known.lie && parseLie(known.lie) : lie
    // A lie may be told anywhere; the truth needs no trace.
    const answer = told
      ? this.#lying(requestId, await this.#trace(requestId, false), told)
      : this.#honest(requestId, await this.commitment(requestId))
    const record: OwnRecord = { assertionId: answer.assertionId, lie: answer.lie }
    // The transaction's own record, before it is sent, takes this one to the disk.
    if (!known) store.relaxed(() => store.put('own', requestId, record))
    return answer
  }

  /** What the own answer to a request is defended with. The model runs again for it, since an answer keeps no trace. @throws as `decide` */
  async ground(requestId: Hex): Promise<Ground> {
    const honest = await this.#trace(requestId, true)
    const { lie } = await this.decide(requestId)
    const trace = lie === null ? honest : this.#lied(requestId, honest, parseLie(lie)).trace
    return { trace, salt: this.salt(requestId, this.#deps.account) }
  }

  /** What the model truly gives. @throws {OpineError} `NOT_YET` if the request was not seen, those of the executor */
  async commitment(requestId: Hex): Promise<Commitment> {
    return this.#deps.traces.commitment(...this.#asked(requestId))
  }

  async #trace(requestId: Hex, urgent: boolean): Promise<Trace> {
    return this.#deps.traces.trace(...this.#asked(requestId), urgent)
  }

  #asked(requestId: Hex): readonly [LoadedModel, Uint8Array] {
    const { journal, modelOf } = this.#deps
    const record = journal.request(requestId)
    const input = journal.input(requestId)
    const model = record && modelOf(record.programRoot)
    if (model && input !== undefined) return [model, fromHex(input)]
    throw new OpineError('NOT_YET', `the request ${requestId} has not been seen`, { requestId })
  }

  /** The root that a true answer has when this account gives it. Found once: a model may run for seconds, and this is asked with every block. */
  async trueRoot(requestId: Hex, account: string): Promise<Hex> {
    const key = `${requestId} ${account}`
    const known = this.#trueRoots.find(key)
    if (known) return known
    const value = toHex(rootOf(commitmentTree(await this.commitment(requestId), this.salt(requestId, account))))
    return this.#trueRoots.get(key, () => ({ value, weight: 1 }))
  }

  salt(requestId: Hex, account: string): Uint8Array {
    const { chainId, oracle } = this.#deps.deployment
    return saltOf({ chainId: BigInt(chainId), oracle, requestId, account })
  }

  #honest(requestId: Hex, commitment: Commitment): Answer {
    const tree = commitmentTree(commitment, this.salt(requestId, this.#deps.account))
    return this.#answer(requestId, tree, commitment.program, concatBytes(...commitment.outputs), null)
  }

  #lying(requestId: Hex, honest: Trace, lie: Lie): Answer {
    const told = this.#lied(requestId, honest, lie)
    const tree = traceTree(told.trace, this.salt(requestId, this.#deps.account))
    return this.#answer(requestId, tree, honest.program, outputBytes(told.trace), told.lie)
  }

  #answer(requestId: Hex, tree: Tree, { outputs }: Program, bytes: Uint8Array, lie: string | null): Answer {
    const [root, output] = [toHex(rootOf(tree)), toHex(bytes)]
    const proofs = outputs.map((kernel) => branch(tree, kernel))
    return { assertionId: assertionIdOf(requestId, this.#deps.account, root, output), root, output, proofs, lie }
  }

  #lied(requestId: Hex, honest: Trace, lie: Lie): { readonly trace: Trace; readonly lie: string } {
    const key = `${requestId} ${formatLie(lie)}`
    const known = this.#lies.get(key)
    if (known) return { trace: known, lie: formatLie(lie) }
    const told = tellLie(honest, lie)
    const text = formatLie(told.lie)
    this.#lies.set(`${requestId} ${text}`, told.trace)
    return { trace: told.trace, lie: text }
  }
}
