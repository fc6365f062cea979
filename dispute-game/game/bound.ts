/** How long a game can be: the numbers behind the promise that a lie delays an honest answer by a bounded time. */

const rounds = (depth: number, levels: number): number => Math.max(1, Math.ceil(depth / levels))

/**
 * The most turns of one game, both sides' counted. Each round of the trace tree and of the tensor tree is a reveal and a descent; a segment
 * with interiors adds an oath and a pick, an element an oath on its totals and the step.
 * @param traceDepth   of the trace tree
 * @param tensorDepth  of the deepest tensor tree
 * @param levels       of a tree that one reveal spans
 */
export const mostTurns = (traceDepth: number, tensorDepth: number, levels: number): number =>
  2 * (rounds(traceDepth, levels) + 1 + rounds(tensorDepth, levels) + 1)

/**
 * The most seconds from a game's opening to the moment at which it can be ended: each side has its clock, and each turn may add the extension.
 * @param clock      seconds of each side in all
 * @param extension  seconds that a turn has at least
 */
export const longestGame = (turns: number, clock: number, extension: number): number => 2 * clock + turns * extension
