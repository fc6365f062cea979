import { OpineError } from '../errors.ts'
import type { GameView, Side } from '../game/types.ts'
import { ROOT } from '../merkle/position.ts'
import { depthFor, tensorDepth } from '../merkle/tree.ts'
import type { ToyProgram } from './program.ts'
import { saltedLeaf } from './trace.ts'

/** What everybody knows before the first move. */
export type ToyBoard = {
  readonly program: ToyProgram
  readonly text: Uint8Array
  readonly salt: Uint8Array
  readonly traceRoot: Uint8Array
  readonly levels: number
}

/** A game as the chain would hold it, without clocks. @property turns  moves made so far */
export type ToyState = {
  readonly view: GameView
  readonly status: 'IN_PROGRESS' | 'CHALLENGER_WINS'
  readonly turn: Side
  readonly turns: number
  readonly revealed: ReadonlyMap<string, readonly Uint8Array[]>
  readonly interiors: ReadonlyMap<number, readonly Uint8Array[]>
  readonly totals: ReadonlyMap<string, readonly number[]>
}

export const openToy = ({ traceRoot }: ToyBoard): ToyState => ({
  view: { phase: 'TRACE', kernel: 0, element: 0, position: ROOT, node: traceRoot },
  status: 'IN_PROGRESS',
  turn: 'ASSERTER',
  turns: 0,
  revealed: new Map(),
  interiors: new Map(),
  totals: new Map(),
})

/** Key of the place at which hashed nodes are posted. */
export const revealKey = ({ phase, kernel, position }: GameView): string => `${phase}:${phase === 'TENSOR' ? kernel : ''}:${position}`

/** @throws {OpineError} `ILLEGAL_MOVE` */
export function refuseUnless(allowed: boolean, fact: string): asserts allowed {
  if (!allowed) throw new OpineError('ILLEGAL_MOVE', `the move is refused: ${fact}`)
}

const isSealed = ({ program }: ToyBoard, { phase, kernel, position }: GameView): boolean =>
  phase === 'TENSOR' && position === ROOT && program.kernels[kernel]!.committed

/** What the game's node is for a tree root: at the root of a committed tensor the salted leaf, elsewhere the root itself. */
export const sealed = (board: ToyBoard, view: GameView, root: Uint8Array): Uint8Array =>
  isSealed(board, view) ? saltedLeaf(board.salt, root) : root

/** Depth of the tree in which the game descends. */
export function treeDepth({ program }: ToyBoard, { phase, kernel }: GameView): number {
  if (phase === 'TRACE') return depthFor(program.kernels.length)
  return tensorDepth(program.kernels[kernel]!.count * program.kernels[kernel]!.size)
}
