import { OpineError } from '../errors.ts'
import { concatBytes, equalBytes } from '../merkle/bytes.ts'
import { depthOf, descendant, indexOf, positionOf, ROOT } from '../merkle/position.ts'
import { WORD } from '../merkle/sha256.ts'
import { leafAt, rootOf, type Tree, treeOfLeaves } from '../merkle/tree.ts'
import { attack, differing, type Posted } from './attack.ts'
import { levelsBelow } from './defend.ts'
import type { TraceProvider } from './provider.ts'
import type { Served } from './served.ts'
import type { ChallengerMove, GameView } from './types.ts'

/** A move of a one-shot proof: the challenger's own, or an oath of the asserter that it posts. */
export type ProofMove =
  | ChallengerMove
  | { readonly kind: 'swearInterior'; readonly roots: readonly Uint8Array[]; readonly signature: Uint8Array }
  | { readonly kind: 'swearTotals'; readonly totals: readonly number[]; readonly signature: Uint8Array }

/**
 * All moves that are left to the challenger, for one transaction: it needs no turn of the asserter's where it holds the asserter's nodes and
 * oaths. It follows the first difference, as `attack` does, and asks for what lies on that path alone. What it is given is believed only as
 * far as it hashes up to what was asserted.
 * @param view  where the game is, at the root of a tree or past it
 * @param own   the true trace, under the asserter's salt
 * @throws {OpineError} `NOT_SERVED` if a part is missing or does not belong to what was asserted; `NOTHING_DIFFERS`; what `served` throws
 */
export async function proof(view: GameView, own: TraceProvider, served: Served): Promise<ProofMove[]> {
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

async function fromTrace(view: GameView, own: TraceProvider, served: Served): Promise<ProofMove[]> {
  const ask = (position: number) => served.traceNodes(position)
  const { leaf: kernel, ...way } = await descend(view, own.traceTree(), own.levels, ask, 'its trace tree')
  const program = kernel < own.kernels ? kernel : null
  const descent = { kind: 'descendTrace', expected: view.node, ...way, program } as const
  if (program === null || !own.facts(kernel).committed) return [descent]
  const phase = own.facts(kernel).length > 1 ? 'KERNEL' : 'TENSOR'
  return [descent, ...(await proof({ phase, kernel, element: 0, position: ROOT, node: descent.node }, own, served))]
}

async function fromSegment(view: GameView, own: TraceProvider, served: Served): Promise<ProofMove[]> {
  const { first, length } = own.facts(view.kernel)
  const what = `the interior of segment ${first}`
  const { content: roots, signature } = present(await served.interior(view.kernel), what)
  if (roots.length !== length) throw notServed(`${what} with ${length} roots`)
  const oath = signature ? [{ kind: 'swearInterior', roots, signature } as const] : []
  const pick = attack(view, own, { ...NOTHING, interior: () => roots }) as ChallengerMove & { readonly kind: 'pick' }
  const node = pick.kernel === view.kernel ? view.node : pick.root
  return [...oath, pick, ...(await proof({ ...view, phase: 'TENSOR', kernel: pick.kernel, position: ROOT, node }, own, served))]
}

async function fromTensor(view: GameView, own: TraceProvider, served: Served): Promise<ProofMove[]> {
  const { committed, lanes, count, depth } = own.facts(view.kernel)
  const truth = own.tensorTree(view.kernel)
  const salted = committed && view.position === ROOT
  // An interior tensor of one word was sworn as that word.
  const ask = async (position: number) => (!committed && depth === 0 ? [view.node] : served.tensorNodes(view.kernel, position))
  const from = salted ? { ...view, seal: own.leaf } : view
  const { leaf: word, ...way } = await descend(from, truth, own.levels, ask, `the tensor tree of kernel ${view.kernel}`)
  const expected = leafAt(truth, word)
  const lane = Math.floor((way.node.findIndex((byte, i) => byte !== expected[i]) * lanes) / WORD)
  const descent = { kind: 'descendTensor', expected: view.node, ...way, lane } as const
  const element = word * lanes + lane
  if (element >= count) return [descent]
  const at = { ...view, phase: 'LANE', element, position: positionOf(truth.depth, word), node: way.node } as const
  return [descent, ...(await proof(at, own, served))]
}

async function fromElement(view: GameView, own: TraceProvider, served: Served): Promise<ProofMove[]> {
  const { blocks } = own.facts(view.kernel)
  if (blocks <= 1) return [attack(view, own, NOTHING)]
  const what = `the totals of element ${view.element} of kernel ${view.kernel}`
  const { content: totals, signature } = present(await served.totals(view.kernel, view.element), what)
  if (totals.length !== blocks) throw notServed(`${what}, ${blocks} of them`)
  const oath = signature ? [{ kind: 'swearTotals', totals, signature } as const] : []
  return [...oath, attack(view, own, { ...NOTHING, totals: () => totals })]
}

/** @property seal  what the tree's root becomes before it is the node at `position`; nothing if left out */
type Start = { readonly position: number; readonly node: Uint8Array; readonly seal?: (root: Uint8Array) => Uint8Array }

/**
 * Follows the first difference from a position down to a leaf, asking for one span of nodes after the other.
 * @returns the leaf, its number among the leaves below the position, its content, and its siblings up to the position, bottom up
 */
async function descend(
  start: Start,
  truth: Tree,
  span: number,
  ask: (position: number) => Promise<readonly Uint8Array[] | undefined>,
  what: string,
) {
  let { position, node, seal } = start
  let siblings: Uint8Array[] = []
  do {
    const levels = levelsBelow(truth.depth, position, span)
    const nodes = present(await ask(position), what)
    if (nodes.length !== 2 ** levels || nodes.some(({ length }) => length !== WORD))
      throw notServed(`${what}, ${levels} levels below ${position}`)
    const root = rootOf(treeOfLeaves(concatBytes(...nodes), levels))
    if (!equalBytes(seal ? seal(root) : root, node)) throw notServed(`${what} as it was asserted`)
    const { child, path } = differing(truth, position, span, nodes)
    siblings = [...path, ...siblings]
    node = nodes[child]!
    position = descendant(position, levels, child)
    seal = undefined
  } while (depthOf(position) < truth.depth)
  const leaf = indexOf(position)
  return { leaf, child: leaf % 2 ** (truth.depth - depthOf(start.position)), node, siblings }
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
