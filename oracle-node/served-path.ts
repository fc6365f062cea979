import type { TraceProvider } from '@opine/dispute-game/game/provider.ts'
import type { GameView } from '@opine/dispute-game/game/types.ts'
import { depthOf, indexOf, ROOT } from '@opine/dispute-game/merkle/position.ts'

/**
 * The one path of a game along which a trace is handed out below its leaves: what the game itself would bring to light on chain, and no more.
 * @property from      position in the trace tree below which its leaf must lie
 * @property leaf      committed kernel at which the path crosses into a segment; null while it is not known
 * @property tensor    kernel whose tensor tree it enters
 * @property positions of the spans handed out of that tree, each below the one before
 * @property element   whose totals it ends at
 */
export type ServedPath = {
  readonly from: number
  readonly leaf: number | null
  readonly tensor: number | null
  readonly positions: readonly number[]
  readonly element: number | null
}

export type Step =
  | { readonly kind: 'interior'; readonly kernel: number }
  | { readonly kind: 'tensorNodes'; readonly kernel: number; readonly position: number }
  | { readonly kind: 'totals'; readonly kernel: number; readonly element: number }

/** Where the path of a game begins that is at this place on chain. */
export function beginPath({ phase, kernel, element, position }: GameView, trace: TraceProvider): ServedPath {
  const path = { from: ROOT, leaf: null, tensor: null, positions: [], element: null }
  if (phase === 'TRACE') return { ...path, from: position }
  const leaf = trace.facts(kernel).committed ? kernel : null
  if (phase === 'KERNEL') return { ...path, leaf }
  if (phase === 'TENSOR') return { ...path, leaf, tensor: kernel, positions: [position] }
  return { ...path, leaf, tensor: kernel, positions: [position], element }
}

/** The path with one more step; undefined where the step leaves it. A step that was taken before changes nothing. */
export function stepOn(path: ServedPath, step: Step, trace: TraceProvider): ServedPath | undefined {
  if (step.kernel >= trace.kernels) return undefined
  switch (step.kind) {
    case 'interior':
      return trace.facts(step.kernel).length > 1 ? cross(path, step.kernel, trace) : undefined
    case 'tensorNodes':
      return descend(path, step, trace)
    case 'totals':
      return end(path, step, trace)
  }
}

/** At one committed kernel, below where the game is. */
function cross(path: ServedPath, kernel: number, trace: TraceProvider): ServedPath | undefined {
  if (path.leaf !== null) return path.leaf === kernel ? path : undefined
  const levels = trace.traceTree().depth - depthOf(path.from)
  const below = levels >= 0 && Math.floor(kernel / 2 ** levels) === indexOf(path.from)
  return trace.facts(kernel).committed && below && path.tensor === null ? { ...path, leaf: kernel } : undefined
}

/** Into one buffer: the committed kernel's own, or an interior one's that feeds it. */
function enter(path: ServedPath, kernel: number, trace: TraceProvider): ServedPath | undefined {
  if (path.tensor !== null) return path.tensor === kernel ? path : undefined
  const { length } = trace.facts(kernel)
  const crossed = path.leaf === null && length === 1 ? cross(path, kernel, trace) : path
  if (crossed === undefined || crossed.leaf === null) return undefined
  const { first, committed } = trace.facts(kernel)
  const feeds = !committed && kernel < crossed.leaf && trace.facts(crossed.leaf).first === first
  return kernel === crossed.leaf || feeds ? { ...crossed, tensor: kernel } : undefined
}

/** Down its tree, span by span. */
function descend(path: ServedPath, { kernel, position }: Step & { kind: 'tensorNodes' }, trace: TraceProvider): ServedPath | undefined {
  const inside = enter(path, kernel, trace)
  if (!inside || position < ROOT) return undefined
  if (inside.positions.includes(position)) return inside
  const last = inside.positions.at(-1)
  const { depth } = trace.tensorTree(kernel)
  const next = last === undefined ? position === ROOT : depthOf(position) < depth && spanBelow(last, position, trace.levels)
  return inside.element === null && next ? { ...inside, positions: [...inside.positions, position] } : undefined
}

/** To one element, in a word that the last span shows. */
function end(path: ServedPath, { kernel, element }: Step & { kind: 'totals' }, trace: TraceProvider): ServedPath | undefined {
  const inside = enter(path, kernel, trace)
  const { count, lanes, blocks, committed } = trace.facts(kernel)
  if (!inside || blocks <= 1 || element >= count) return undefined
  if (inside.element !== null) return inside.element === element ? inside : undefined
  const { depth } = trace.tensorTree(kernel)
  // An interior tensor of one word was sworn as that word: no span shows it.
  const last = inside.positions.at(-1) ?? (!committed && depth === 0 ? ROOT : undefined)
  if (last === undefined || depth - depthOf(last) > trace.levels) return undefined
  const word = Math.floor(element / lanes)
  return Math.floor(word / 2 ** (depth - depthOf(last))) === indexOf(last) ? { ...inside, element } : undefined
}

/** Whether a position is one of the nodes that the span at another shows. */
function spanBelow(above: number, position: number, levels: number): boolean {
  const down = depthOf(position) - depthOf(above)
  return down === levels && Math.floor(position / 2 ** levels) === above
}
