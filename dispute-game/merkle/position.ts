import { OpineError } from '../errors.ts'

/**
 * A node of a binary tree as its generalised index, `2^depth + index at that depth`; the root is 1. A number below 2^53, so that
 * multiplication and flooring stand where a 32-bit shift would overflow.
 */
export type Position = number

export const ROOT: Position = 1

/** @throws {OpineError} `POSITION_OUT_OF_RANGE` unless `0 <= index < 2^depth` and `depth <= 52` */
export function positionOf(depth: number, index: number): Position {
  const width = 2 ** depth
  if (!Number.isInteger(depth) || depth < 0 || depth > 52 || !Number.isInteger(index) || index < 0 || index >= width) {
    throw new OpineError('POSITION_OUT_OF_RANGE', `index ${index} is not a node at depth ${depth}`, { depth, index })
  }
  return width + index
}

/** Distance from the root. */
export function depthOf(position: Position): number {
  if (!Number.isSafeInteger(position) || position < 1) {
    throw new OpineError('POSITION_OUT_OF_RANGE', `${position} is not a position: positions are integers from 1`, { position })
  }
  let depth = 0
  for (let rest = position; rest > 1; rest = Math.floor(rest / 2)) depth += 1
  return depth
}

/** Place among the nodes of the same depth, from the left. */
export const indexOf = (position: Position): number => position - 2 ** depthOf(position)

/** @throws {OpineError} `POSITION_OUT_OF_RANGE` for the root */
export function parent(position: Position): Position {
  if (depthOf(position) === 0) throw new OpineError('POSITION_OUT_OF_RANGE', 'the root has no parent', { position })
  return Math.floor(position / 2)
}

/** The node `which` (0 .. 2^levels - 1, from the left) of those `levels` below. */
export function descendant(position: Position, levels: number, which: number): Position {
  return positionOf(depthOf(position) + levels, indexOf(position) * 2 ** levels + indexOf(positionOf(levels, which)))
}

/** The left (0) or right (1) child. */
export const child = (position: Position, which: 0 | 1): Position => descendant(position, 1, which)

/** The other child of the same parent. */
export const sibling = (position: Position): Position => 2 * parent(position) + (position % 2 === 0 ? 1 : 0)

/** The node `levels` above. */
export function ancestor(position: Position, levels: number): Position {
  let node = position
  for (let i = 0; i < levels; i++) node = parent(node)
  return node
}
