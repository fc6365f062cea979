import type { Posted } from '../game/attack.ts'
import { levelsBelow } from '../game/defend.ts'
import type { TraceProvider } from '../game/provider.ts'
import type { Evaluation, GameView, KernelFacts, Phase } from '../game/types.ts'
import { ROOT } from '../merkle/position.ts'
import { WORD } from '../merkle/sha256.ts'
import { descendants, leafAt, nodeAt, rootOf } from '../merkle/tree.ts'

/** Where a game stands, without the node, which follows from it. */
export type Place = { readonly phase: Phase; readonly kernel: number; readonly element: number; readonly position: number }

/** What a step recomputes. */
export type Transition = { readonly kernel: number; readonly element: number; readonly evaluation: Evaluation; readonly block: number }

/** Which book the asserter swore by: on the segment of the disputed kernel, on the totals of the element. */
export type Oaths = { readonly interior: number; readonly totals: number }

/**
 * What one assertion is made of: the asserter's trace, and the *books* that it may swear by. Book 0 is that trace; any other has the same
 * committed buffers and other interiors or totals.
 * @property truth    the true trace under the asserter's salt
 * @property isFalse  whether a step shows fraud, computed from what the asserter committed to and swore
 */
export type Ground = {
  readonly truth: TraceProvider
  readonly books: readonly TraceProvider[]
  readonly isFalse: (transition: Transition, oaths: Oaths) => boolean
}

export const factsOf = ({ truth }: Ground, kernel: number): KernelFacts => truth.facts(kernel)

/** Depth of the tree in which a game descends. */
export const depthAt = ({ truth }: Ground, { phase, kernel }: Place): number =>
  phase === 'TRACE' ? truth.traceTree().depth : truth.facts(kernel).depth

/** Levels that the next descent spans. */
export const levelsAt = (ground: Ground, place: Place): number => levelsBelow(depthAt(ground, place), place.position, ground.truth.levels)

/** The provider that speaks for a kernel's buffer: an interior is what was sworn. */
const bookOf = ({ books, truth }: Ground, kernel: number, { interior }: Oaths): TraceProvider =>
  truth.facts(kernel).committed ? books[0]! : books[interior]!

/** Whether a leaf of the asserted trace tree is zero. */
export const leafIsZero = ({ books }: Ground, index: number): boolean => leafAt(books[0]!.traceTree(), index).every((byte) => byte === 0)

/** Whether a lane of a kernel's words is zero. */
export function laneIsZero(ground: Ground, kernel: number, element: number, oaths: Oaths): boolean {
  const { lanes } = ground.truth.facts(kernel)
  const word = leafAt(bookOf(ground, kernel, oaths).tensorTree(kernel), Math.floor(element / lanes))
  const at = ((element % lanes) * WORD) / lanes
  return word.subarray(at, at + WORD / lanes).every((byte) => byte === 0)
}

/** The asserter's value at a place: what the contract keeps as the game's node. */
export function viewOf(ground: Ground, place: Place, oaths: Oaths): GameView {
  const { phase, kernel, element, position } = place
  const [asserted] = ground.books
  const { committed, lanes } = ground.truth.facts(kernel)
  const leaf = () => leafAt(asserted!.traceTree(), kernel)
  const tensor = () => bookOf(ground, kernel, oaths).tensorTree(kernel)
  const node = {
    TRACE: () => nodeAt(asserted!.traceTree(), position),
    KERNEL: leaf,
    TENSOR: () => (committed && position === ROOT ? leaf() : nodeAt(tensor(), position)),
    LANE: () => leafAt(tensor(), Math.floor(element / lanes)),
  }[phase]()
  return { phase, kernel, element, position, node }
}

/** What the asserter posts at a place. */
export function postedOf(ground: Ground, place: Place, oaths: Oaths): Posted {
  const { phase, kernel, element, position } = place
  const { first, length } = ground.truth.facts(kernel)
  return {
    nodes: () => {
      const tree = phase === 'TRACE' ? ground.books[0]!.traceTree() : bookOf(ground, kernel, oaths).tensorTree(kernel)
      return descendants(tree, position, levelsAt(ground, place))
    },
    interior: () => ground.books[oaths.interior]!.interior(first, length),
    totals: () => Array.from(ground.books[oaths.totals]!.totals(kernel, element)),
  }
}

/** Whether an assertion says what is true. */
export const isTrue = ({ truth, books }: Ground): boolean =>
  rootOf(truth.traceTree()).every((byte, i) => byte === rootOf(books[0]!.traceTree())[i])

const oaths = new WeakMap<Ground, Map<string, string>>()

/** What a book says at a place of phase KERNEL or LANE, as text that compares; looked up once. */
function oathText(ground: Ground, place: Place, book: number): string {
  const known = oaths.get(ground) ?? new Map<string, string>()
  oaths.set(ground, known)
  const key = `${place.phase} ${place.kernel} ${place.element} ${book}`
  const before = known.get(key)
  if (before !== undefined) return before
  const posted = postedOf(ground, place, { interior: book, totals: book })
  const text = place.phase === 'KERNEL' ? posted.interior().join() : posted.totals().join()
  known.set(key, text)
  return text
}

/** Whether two books say the same at a place of phase KERNEL or LANE. */
export const sameOath = (ground: Ground, place: Place, one: number, other: number): boolean =>
  one === other || oathText(ground, place, one) === oathText(ground, place, other)
