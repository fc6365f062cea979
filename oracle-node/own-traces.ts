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
  readonly #looking = new Map<Hex, Promise<Own | undefined>>()

  constructor(deps: Pick<TraceDeskDeps, 'journal' | 'answers' | 'levels' | 'deriving'>) {
    this.#deps = deps
  }

  has(assertionId: Hex): boolean {
    return this.#kept.has(assertionId)
  }

  /** @throws {OpineError} `BUSY` while another is looked up, or looking up rests; those of the executor */
  async of(assertionId: Hex): Promise<Own> {
    const own = this.#kept.get(assertionId) ?? (await this.#look(assertionId))
    if (!own) throw new OpineError('BUSY', 'too many traces were asked for; ask again in a moment')
    this.#kept.delete(assertionId)
    this.#kept.set(assertionId, own)
    for (const oldest of this.#kept.keys()) if (this.#kept.size > KEPT) this.#kept.delete(oldest)
    return own
  }

  /** Whoever asks for the same meanwhile waits for it, too. */
  #look(assertionId: Hex): Promise<Own | undefined> {
    const known = this.#looking.get(assertionId)
    if (known) return known
    const looking = this.#deps.deriving.run(() => this.#derive(assertionId)).then((done) => done?.result)
    this.#looking.set(assertionId, looking)
    return looking.finally(() => this.#looking.delete(assertionId))
  }

  async #derive(assertionId: Hex): Promise<Own> {
    const { journal, answers, levels } = this.#deps
    const { trace, salt } = await answers.ground(journal.assertion(assertionId)!.requestId)
    const provider = providerOf(trace, salt, levels)
    provider.traceTree()
    return { trace: provider, assertionId }
  }
}
