import { OpineError } from '../errors.ts'
import { concatBytes, equalBytes } from '../merkle/bytes.ts'
import { interiorTree } from '../merkle/interior.ts'
import { depthOf, indexOf } from '../merkle/position.ts'
import { WORD } from '../merkle/sha256.ts'
import { branch, descendants, type Tree, treeOfLeaves } from '../merkle/tree.ts'
import { levelsBelow } from './defend.ts'
import type { TraceProvider } from './provider.ts'
import type { ChallengerMove, GameView } from './types.ts'

/** What the asserter has posted at the game's place; each is asked for in its own phase alone. */
export type Posted = {
  readonly nodes: () => readonly Uint8Array[]
  readonly interior: () => readonly Uint8Array[]
  readonly totals: () => readonly number[]
}

/**
 * The challenger's move when it is in turn: it follows the first difference, in the order in which values are computed. Every operand of
 * the value that it ends at then equals its own, so that it can open them all by itself.
 * @param own  the true trace, under the asserter's salt
 * @throws {OpineError} `NOTHING_DIFFERS` when what is posted equals the own trace: then there is nothing to win
 */
export function attack(view: GameView, own: TraceProvider, posted: Posted): ChallengerMove {
  switch (view.phase) {
    case 'TRACE':
      return attackTrace(view, own, posted.nodes())
    case 'KERNEL':
      return attackSegment(view, own, posted.interior())
    case 'TENSOR':
      return attackTensor(view, own, posted)
    case 'LANE':
      return attackElement(view, own, posted)
  }
}

function attackTrace(view: GameView, own: TraceProvider, nodes: readonly Uint8Array[]): ChallengerMove {
  const { tree, child, path } = differing(own.traceTree(), view.position, own.levels, nodes)
  const levels = levelsBelow(tree.depth, view.position, own.levels)
  const leaf = depthOf(view.position) + levels === tree.depth ? indexOf(view.position) * 2 ** levels + child : null
  const program = leaf !== null && leaf < own.kernels ? leaf : null
  return { kind: 'descendTrace', expected: view.node, child, node: nodes[child]!, siblings: path, program }
}

function attackSegment(view: GameView, own: TraceProvider, sworn: readonly Uint8Array[]): ChallengerMove {
  const { first, length } = own.facts(view.kernel)
  const truth = own.interior(first, length)
  for (let kernel = first; kernel < view.kernel; kernel++) {
    const root = sworn[kernel - first]!
    if (own.facts(kernel).committed || equalBytes(root, truth[kernel - first]!)) continue
    const siblings = branch(interiorTree(sworn), kernel - first)
    return { kind: 'pick', expected: view.node, kernel, root, siblings, program: kernel }
  }
  return { kind: 'pick', expected: view.node, kernel: view.kernel, root: new Uint8Array(WORD), siblings: [], program: null }
}

function attackTensor(view: GameView, own: TraceProvider, posted: Posted): ChallengerMove {
  const { committed, lanes, depth } = own.facts(view.kernel)
  // An interior tensor of one word was sworn as that word; nothing more is posted of it.
  const nodes = !committed && depth === 0 ? [view.node] : posted.nodes()
  const { tree, child, path } = differing(own.tensorTree(view.kernel), view.position, own.levels, nodes)
  const levels = levelsBelow(tree.depth, view.position, own.levels)
  let lane = 0
  if (depthOf(view.position) + levels === tree.depth) {
    const truth = descendants(tree, view.position, levels)[child]!
    lane = Math.floor((nodes[child]!.findIndex((byte, i) => byte !== truth[i]) * lanes) / WORD)
  }
  return { kind: 'descendTensor', expected: view.node, child, node: nodes[child]!, siblings: path, lane }
}

function attackElement({ kernel, element }: GameView, own: TraceProvider, posted: Posted): ChallengerMove {
  if (own.facts(kernel).blocks <= 1) return { kind: 'step', kernel, element, evaluation: 'ELEMENT', block: 0, totals: [] }
  const totals = posted.totals()
  const truth = own.totals(kernel, element)
  const block = totals.findIndex((total, i) => total !== truth[i])
  if (block < 0) return { kind: 'step', kernel, element, evaluation: 'RESULT', block: 0, totals }
  return { kind: 'step', kernel, element, evaluation: 'BLOCK', block, totals }
}

/**
 * The first of the posted nodes that differs from the own tree's, and its path up to the game's node.
 * @throws {OpineError} `NOTHING_DIFFERS`
 */
export function differing(tree: Tree, position: number, span: number, nodes: readonly Uint8Array[]) {
  const levels = levelsBelow(tree.depth, position, span)
  const truth = descendants(tree, position, levels)
  const child = nodes.findIndex((node, i) => !equalBytes(node, truth[i]!))
  if (child < 0 || nodes.length !== truth.length) {
    throw new OpineError('NOTHING_DIFFERS', `what was posted at position ${position} equals the own trace`, { position })
  }
  return { tree, child, path: branch(treeOfLeaves(concatBytes(...nodes), levels), child) }
}
