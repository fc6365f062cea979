import type { TraceProvider } from '../game/provider.ts'
import { equalBytes } from '../merkle/bytes.ts'
import { sha256 } from '../merkle/sha256.ts'
import { addUp, evaluateElement, letterOf } from '../toy/evaluate.ts'
import { blocksOf } from '../toy/program.ts'
import { readerOf, type ToyTrace, totalsOf, toyProvider } from '../toy/trace.ts'
import type { Ground } from './ground.ts'

const SALT = sha256(new TextEncoder().encode('the asserter’s salt'))

/**
 * The ground of an assertion over a toy program.
 * @param truth   what is true
 * @param books   what the asserter may swear by; the first is what it asserted, and the others have the same committed buffers
 * @param levels  of a tree that one reveal spans
 */
export function toyGround(truth: ToyTrace, books: readonly ToyTrace[], levels: number): Ground {
  const { program, text } = truth
  const providers: TraceProvider[] = books.map((book) => toyProvider(book, SALT, levels))
  const asserted = books[0]!
  const known = new Map<string, boolean>()
  const whole = toyProvider(truth, SALT, levels)
  const facts = program.kernels.map((_, kernel) => whole.facts(kernel))
  const isFalse: Ground['isFalse'] = ({ kernel, element, evaluation, block }, oaths) => {
    const { committed, size } = program.kernels[kernel]!
    const sworn = books[oaths.interior]!
    const words = program.kernels.map((operand, k) => (operand.committed ? asserted : sworn).words[k]!)
    const read = readerOf(program, text, words)
    const totals = totalsOf(books[oaths.totals]!, kernel, element)
    if (evaluation === 'BLOCK') {
      return addUp(program, read, { kernel, element, evaluation, block }, totals[block - 1] ?? 0) !== totals[block]
    }
    const lane = (committed ? asserted : sworn).words[kernel]!.subarray(element * size, (element + 1) * size)
    const blocks = blocksOf(program.kernels[kernel]!)
    const letter = blocks > 1 ? letterOf(program, kernel, totals.at(-1)!) : evaluateElement(program, read, kernel, element)
    return !equalBytes(letter, lane)
  }
  return {
    truth: { ...whole, facts: (kernel) => facts[kernel]! },
    books: providers,
    isFalse: (transition, oaths) => {
      const { kernel, element, evaluation, block } = transition
      const key = `${kernel} ${element} ${evaluation} ${block} ${oaths.interior} ${oaths.totals}`
      const before = known.get(key)
      if (before !== undefined) return before
      known.set(key, isFalse(transition, oaths))
      return known.get(key)!
    },
  }
}
