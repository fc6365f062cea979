import { levelsBelow } from '../game/defend.ts'
import { type ChallengerMove, type DefenderMove, EVALUATIONS, type GameView } from '../game/types.ts'
import { equalBytes } from '../merkle/bytes.ts'
import { interiorTree } from '../merkle/interior.ts'
import { depthOf, descendant, indexOf, ROOT } from '../merkle/position.ts'
import { WORD } from '../merkle/sha256.ts'
import { depthFor, rootFromBranch, rootOf } from '../merkle/tree.ts'
import { refuseUnless, revealKey, sealed, type ToyBoard, type ToyState, treeDepth } from './board.ts'
import { addUp, evaluateElement, letterOf } from './evaluate.ts'
import { post } from './post.ts'
import { blocksOf, segmentOf } from './program.ts'
import { oathKey } from './trace.ts'
import { openToyWitness, type ToyWitness } from './witness.ts'

/** The state after a move; every hash is checked as the contract does. @throws {OpineError} `ILLEGAL_MOVE` */
export function referee(board: ToyBoard, state: ToyState, move: DefenderMove | ChallengerMove, witness: ToyWitness = []): ToyState {
  refuseUnless(state.status === 'IN_PROGRESS', 'the game is over')
  const defends = move.kind === 'reveal' || move.kind === 'swearInterior' || move.kind === 'swearTotals'
  refuseUnless(state.turn === (defends ? 'ASSERTER' : 'CHALLENGER') || jumps(board, state, move), `it is the turn of ${state.turn}`)
  const after = { ...(defends ? post(board, state, move) : go(board, state, move, witness)), turns: state.turns + 1 }
  return after
}

/** Hashed nodes prove themselves whoever shows them: a descent to the bottom of a tree need not wait for a reveal. */
function jumps(board: ToyBoard, { view }: ToyState, move: DefenderMove | ChallengerMove): boolean {
  const descends = (move.kind === 'descendTrace' && view.phase === 'TRACE') || (move.kind === 'descendTensor' && view.phase === 'TENSOR')
  return descends && depthOf(view.position) + move.siblings.length === treeDepth(board, view)
}

function go(board: ToyBoard, state: ToyState, move: ChallengerMove, witness: ToyWitness): ToyState {
  const { view } = state
  if (move.kind === 'step') return takeStep(board, state, move, witness)
  refuseUnless(equalBytes(move.expected, view.node), 'it expects another node')
  if (move.kind === 'pick') return pick(board, state, move)
  refuseUnless(view.phase === (move.kind === 'descendTrace' ? 'TRACE' : 'TENSOR'), `the phase is ${view.phase}`)
  const depth = treeDepth(board, view)
  const { child, node, siblings } = move
  const levels = jumps(board, state, move) ? siblings.length : levelsBelow(depth, view.position, board.levels)
  refuseUnless(siblings.length === levels && child < 2 ** levels, 'the path has another length')
  refuseUnless(equalBytes(sealed(board, view, rootFromBranch(node, child, siblings)), view.node), 'the path leads elsewhere')
  const position = descendant(view.position, levels, child)
  if (depthOf(position) < depth) return pass(board, state, { ...view, position, node })
  if (move.kind === 'descendTrace') return atLeaf(board, state, indexOf(position), node)
  const { count, size } = board.program.kernels[view.kernel]!
  const element = (indexOf(position) * WORD) / size + move.lane
  refuseUnless(move.lane < WORD / size, 'the word has no such lane')
  if (element >= count) return winByPadding(state, node.subarray(move.lane * size, (move.lane + 1) * size))
  return pass(board, state, { ...view, phase: 'LANE', element, position, node })
}

function atLeaf(board: ToyBoard, state: ToyState, kernel: number, node: Uint8Array): ToyState {
  if (!board.program.kernels[kernel]?.committed) return winByPadding(state, node)
  const phase = segmentOf(board.program, kernel).length > 1 ? 'KERNEL' : 'TENSOR'
  return pass(board, state, { ...state.view, phase, kernel, position: ROOT, node })
}

function winByPadding(state: ToyState, value: Uint8Array): ToyState {
  refuseUnless(
    value.some((byte) => byte !== 0),
    'the padding is zero',
  )
  return { ...state, status: 'CHALLENGER_WINS' }
}

function pick(board: ToyBoard, state: ToyState, move: ChallengerMove & { readonly kind: 'pick' }): ToyState {
  const { view } = state
  refuseUnless(view.phase === 'KERNEL', `the phase is ${view.phase}`)
  if (move.kernel === view.kernel) return pass(board, state, { ...view, phase: 'TENSOR' })
  const { first, length } = segmentOf(board.program, view.kernel)
  const interior = move.kernel >= first && move.kernel < view.kernel && !board.program.kernels[move.kernel]!.committed
  refuseUnless(interior, `kernel ${move.kernel} is no interior below the committed one`)
  const list = rootOf(interiorTree(state.interiors.get(first)!))
  refuseUnless(move.siblings.length === depthFor(length), 'the path has another length')
  refuseUnless(equalBytes(rootFromBranch(move.root, move.kernel - first, move.siblings), list), 'this was not sworn')
  return pass(board, state, { ...view, phase: 'TENSOR', kernel: move.kernel, node: move.root })
}

function takeStep(board: ToyBoard, state: ToyState, move: ChallengerMove & { readonly kind: 'step' }, witness: ToyWitness): ToyState {
  const { program, text } = board
  const { phase, kernel, element, node } = state.view
  const { size } = program.kernels[kernel]!
  const totals = state.totals.get(oathKey(kernel, element)) ?? []
  const fits = totals.length > 0 ? move.evaluation !== 'ELEMENT' && move.block < totals.length : move.evaluation === 'ELEMENT'
  refuseUnless(phase === 'LANE' && EVALUATIONS.includes(move.evaluation) && fits, 'there is no such transition here')
  const roots = state.interiors.get(segmentOf(program, kernel).first)
  const interiorRoot = roots && rootOf(interiorTree(roots))
  const read = openToyWitness(program, text, witness, { ...board, interiorRoot })
  refuseUnless(read !== undefined, 'an operand does not stand where it should')
  const lane = (element * size) % WORD
  const claimed = node.subarray(lane, lane + size)
  const transition = { ...move, kernel, element }
  const isTrue =
    move.evaluation === 'BLOCK'
      ? addUp(program, read, transition, totals[move.block - 1] ?? 0) === totals[move.block]
      : equalBytes(totals.length > 0 ? letterOf(program, kernel, totals.at(-1)!) : evaluateElement(program, read, kernel, element), claimed)
  refuseUnless(!isTrue, 'the transition shows no fraud')
  return { ...state, status: 'CHALLENGER_WINS' }
}

/** The asserter is in turn, unless all that it could post stands already. */
function pass(board: ToyBoard, state: ToyState, view: GameView): ToyState {
  const { committed } = board.program.kernels[view.kernel]!
  const posted = {
    TRACE: state.revealed.has(revealKey(view)),
    KERNEL: state.interiors.has(segmentOf(board.program, view.kernel).first),
    TENSOR: state.revealed.has(revealKey(view)) || (!committed && treeDepth(board, view) === 0),
    LANE: blocksOf(board.program.kernels[view.kernel]!) <= 1,
  }[view.phase]
  return { ...state, view, turn: posted ? 'CHALLENGER' : 'ASSERTER' }
}
