import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import type { Ground } from '@opine/dispute-game/model/ground.ts'
import { readLane } from '@opine/models/exec/reference/buffer.ts'
import { evaluateBlock, evaluateElement, evaluateResult } from '@opine/models/exec/reference/evaluate.ts'
import { blockCount } from '@opine/models/ir/types.ts'
import { providerOf } from '@opine/models/trace/provider.ts'
import { readTrace, type Trace } from '@opine/models/trace/trace.ts'

/** What an asserter has committed to and sworn, as one trace: interiors are those of the book by which it swore. */
export function openedTrace(books: readonly Trace[], interior: number): Trace {
  const [asserted] = books
  const sworn = books[interior]!
  const which = asserted!.program.places.map(({ committed }) => (committed ? asserted! : sworn))
  return { ...asserted!, buffers: which.map(({ buffers }, k) => buffers[k]!), trees: which.map(({ trees }, k) => trees[k]!) }
}

/** The ground of an assertion over a real program; see dispute-game/model/ground.ts. */
export function programGround(truth: Trace, books: readonly Trace[], salt: Uint8Array, levels: number): Ground {
  const { program } = truth
  const provider = (trace: Trace): TraceProvider => {
    const own = providerOf(trace, salt, levels)
    const facts = program.kernels.map((_, kernel) => own.facts(kernel))
    return { ...own, facts: (k) => facts[k]!, totals: (k, e) => (blockCount(program.kernels[k]!) > 1 ? trace.totals(k, e) : []) }
  }
  return {
    truth: provider(truth),
    books: books.map(provider),
    isFalse: ({ kernel, element, evaluation, block }, oaths) => {
      const opened = openedTrace(books, oaths.interior)
      const read = readTrace(opened)
      const lane = readLane(program.kernels[kernel]!.storeType, opened.buffers[kernel]!, element)
      if (evaluation === 'ELEMENT') return evaluateElement(program, read, kernel, element) !== lane
      const totals = books[oaths.totals]!.totals(kernel, element)
      if (evaluation === 'RESULT') return evaluateResult(program, read, kernel, element, totals.at(-1)!) !== lane
      return evaluateBlock(program, read, kernel, element, block, totals[block - 1] ?? 0) !== totals[block]
    },
  }
}
