import { OpineError } from '../errors.ts'
import { equalBytes } from '../merkle/bytes.ts'
import { depthOf, indexOf, positionOf, ROOT } from '../merkle/position.ts'
import { WORD } from '../merkle/sha256.ts'
import { branch, leafAt, nodeAt, rootOf, type Tree } from '../merkle/tree.ts'
import { attack, type Posted } from './attack.ts'
import type { TraceProvider } from './provider.ts'
import type { ChallengerMove, GameView } from './types.ts'

/** What an asserter swore. @property signature  its EIP-712 signature, SPEC section 7; null where the oath is on record already */
export type Sworn<Content> = { readonly content: Content; readonly signature: Uint8Array | null }

/** What an asserter handed out off chain; each is asked for where the walk comes to it, and undefined if it was not handed out. */
export type Served = {
  readonly traceTree: () => Tree | undefined
  readonly interior: (first: number, length: number) => Sworn<readonly Uint8Array[]> | undefined
  readonly tensorTree: (kernel: number) => Tree | undefined
  readonly totals: (kernel: number, element: number) => Sworn<readonly number[]> | undefined
}

/** A move of a one-shot proof: the challenger's own, or an oath of the asserter that it posts. */
export type ProofMove =
  | ChallengerMove
  | { readonly kind: 'swearInterior'; readonly roots: readonly Uint8Array[]; readonly signature: Uint8Array }
  | { readonly kind: 'swearTotals'; readonly totals: readonly number[]; readonly signature: Uint8Array }

/**
 * All moves that are left to the challenger, for one transaction: it needs no turn of the asserter's where it holds the asserter's nodes and
 * oaths. It follows the first difference, as `attack` does.
 * @param view  where the game is, at the root of a tree or past it
 * @param own   the true trace, under the asserter's salt
 * @throws {OpineError} `NOT_SERVED` if a part is missing or does not belong to what was asserted; `NOTHING_DIFFERS`
 */
export function proof(view: GameView, own: TraceProvider, served: Served): ProofMove[] {
  switch (view.phase) {
    case 'TRACE':
      return fromTrace(view, own, served)
    case 'KERNEL':
      return fromSegment(view, own, served)
    case 'TENSOR':
      return fromTensor(view, own, served)
    case 'LANE':
      return fromElement(view, own, served)
  }
}

function fromTrace(view: GameView, own: TraceProvider, served: Served): ProofMove[] {
  const tree = present(served.traceTree(), 'its trace tree')
  if (!equalBytes(nodeAt(tree, view.position), view.node)) throw notServed('a trace tree with the asserted root')
  const kernel = firstDifference(tree, own.traceTree(), view.position)
  const program = kernel < own.kernels ? kernel : null
  const descent = { kind: 'descendTrace', expected: view.node, ...path(tree, view.position, kernel), program } as const
  if (program === null || !own.facts(kernel).committed) return [descent]
  const phase = own.facts(kernel).length > 1 ? 'KERNEL' : 'TENSOR'
  return [descent, ...proof({ phase, kernel, element: 0, position: ROOT, node: descent.node }, own, served)]
}

function fromSegment(view: GameView, own: TraceProvider, served: Served): ProofMove[] {
  const { first, length } = own.facts(view.kernel)
  const { content: roots, signature } = present(served.interior(first, length), `the interior of segment ${first}`)
  const oath = signature ? [{ kind: 'swearInterior', roots, signature } as const] : []
  const pick = attack(view, own, { ...NOTHING, interior: () => roots }) as ChallengerMove & { readonly kind: 'pick' }
  const node = pick.kernel === view.kernel ? view.node : pick.root
  return [...oath, pick, ...proof({ ...view, phase: 'TENSOR', kernel: pick.kernel, position: ROOT, node }, own, served)]
}

function fromTensor(view: GameView, own: TraceProvider, served: Served): ProofMove[] {
  const { committed, lanes, count } = own.facts(view.kernel)
  const tree = present(served.tensorTree(view.kernel), `the tensor tree of kernel ${view.kernel}`)
  if (!committed && !equalBytes(rootOf(tree), view.node)) throw notServed(`the sworn tensor of kernel ${view.kernel}`)
  const truth = own.tensorTree(view.kernel)
  const word = firstDifference(tree, truth, view.position)
  const [node, expected] = [leafAt(tree, word), leafAt(truth, word)]
  const lane = Math.floor((node.findIndex((byte, i) => byte !== expected[i]) * lanes) / WORD)
  const descent = { kind: 'descendTensor', expected: view.node, ...path(tree, view.position, word), lane } as const
  const element = word * lanes + lane
  if (element >= count) return [descent]
  return [descent, ...proof({ ...view, phase: 'LANE', element, position: positionOf(tree.depth, word), node }, own, served)]
}

function fromElement(view: GameView, own: TraceProvider, served: Served): ProofMove[] {
  if (own.facts(view.kernel).blocks <= 1) return [attack(view, own, NOTHING)]
  const what = `the totals of element ${view.element} of kernel ${view.kernel}`
  const { content: totals, signature } = present(served.totals(view.kernel, view.element), what)
  const oath = signature ? [{ kind: 'swearTotals', totals, signature } as const] : []
  return [...oath, attack(view, own, { ...NOTHING, totals: () => totals })]
}

const unasked = (): never => {
  throw new OpineError('NOT_SERVED', 'this was not asked of the asserter')
}
const NOTHING: Posted = { nodes: unasked, interior: unasked, totals: unasked }

const notServed = (what: string): OpineError =>
  new OpineError('NOT_SERVED', `the asserter did not hand out ${what}; play the game turn by turn`, { what })

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw notServed(what)
  return value
}

/** Index of the first leaf below a position in which two trees differ. */
function firstDifference(tree: Tree, truth: Tree, from: number): number {
  if (tree.depth !== truth.depth) throw notServed(`a tree of depth ${truth.depth}`)
  if (equalBytes(nodeAt(tree, from), nodeAt(truth, from))) {
    throw new OpineError('NOTHING_DIFFERS', `what was handed out below position ${from} equals the own trace`, { position: from })
  }
  let at = from
  while (depthOf(at) < tree.depth) {
    at *= 2
    if (equalBytes(nodeAt(tree, at), nodeAt(truth, at))) at += 1
  }
  return indexOf(at)
}

/** The way from a position to a leaf below it: its number among the position's leaves, and the siblings, bottom up. */
function path(tree: Tree, from: number, leaf: number) {
  const levels = tree.depth - depthOf(from)
  return { child: leaf % 2 ** levels, node: leafAt(tree, leaf), siblings: branch(tree, leaf).slice(0, levels) }
}
