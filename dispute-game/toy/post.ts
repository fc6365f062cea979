import { levelsBelow } from '../game/defend.ts'
import type { DefenderMove } from '../game/types.ts'
import { concatBytes, equalBytes } from '../merkle/bytes.ts'
import { rootOf, treeOfLeaves } from '../merkle/tree.ts'
import { refuseUnless, revealKey, sealed, type ToyBoard, type ToyState, treeDepth } from './board.ts'
import { blocksOf, segmentOf } from './program.ts'
import { oathKey } from './trace.ts'

/** The state after a reveal or an oath, which ends the asserter's turn. @throws {OpineError} `ILLEGAL_MOVE` */
export function post(board: ToyBoard, state: ToyState, move: DefenderMove): ToyState {
  const { view } = state
  const { phase, kernel, element, position } = view
  const { length, first } = segmentOf(board.program, kernel)
  const turn = 'CHALLENGER'
  switch (move.kind) {
    case 'reveal': {
      refuseUnless(phase === 'TRACE' || phase === 'TENSOR', `nothing is revealed in phase ${phase}`)
      const levels = levelsBelow(treeDepth(board, view), position, board.levels)
      refuseUnless(move.nodes.length === 2 ** levels, `${2 ** levels} nodes are wanted`)
      const root = rootOf(treeOfLeaves(concatBytes(...move.nodes), levels))
      refuseUnless(equalBytes(sealed(board, view, root), view.node), 'the nodes do not hash up to the game’s')
      return { ...state, turn, revealed: new Map([...state.revealed, [revealKey(view), move.nodes]]) }
    }
    case 'swearInterior':
      refuseUnless(phase === 'KERNEL' && move.roots.length === length, 'no list of this length is wanted')
      return { ...state, turn, interiors: new Map([...state.interiors, [first, move.roots]]) }
    case 'swearTotals':
      refuseUnless(
        phase === 'LANE' && move.totals.length === blocksOf(board.program.kernels[kernel]!),
        'no totals of this number are wanted',
      )
      return { ...state, turn, totals: new Map([...state.totals, [oathKey(kernel, element), move.totals]]) }
  }
}
