import { OpineError } from '@opine/dispute-game/errors.ts'
import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import type { TraceDeskDeps } from './trace-desk.ts'

type Own = { readonly trace: TraceProvider; readonly assertionId: Hex }

/** Traces at hand: each holds a tree of its own. */
const KEPT = 4

/** An operator's own traces by assertion: a few at hand, the others looked up within a share of the time. */
export class OwnTraces {
  readonly #deps: Pick<TraceDeskDeps, 'journal' | 'answers' | 'levels' | 'deriving'>
  readonly #kept = new Map<Hex, Own>()

  constructor(deps: Pick<TraceDeskDeps, 'journal' | 'answers' | 'levels' | 'deriving'>) {
    this.#deps = deps
  }

  /** @throws {OpineError} `BUSY` while looking up rests; those of the executor */
  of(assertionId: Hex): Own {
    const own = this.#kept.get(assertionId) ?? this.#deps.deriving.run(() => this.#derive(assertionId))?.result
    if (!own) throw new OpineError('BUSY', 'too many traces were asked for; ask again in a moment')
    this.#kept.delete(assertionId)
    this.#kept.set(assertionId, own)
    for (const oldest of this.#kept.keys()) if (this.#kept.size > KEPT) this.#kept.delete(oldest)
    return own
  }

  #derive(assertionId: Hex): Own {
    const { journal, answers, levels } = this.#deps
    const { trace, salt } = answers.decide(journal.assertion(assertionId)!.requestId)
    const provider = providerOf(trace, salt, levels)
    provider.traceTree()
    return { trace: provider, assertionId }
  }
}
