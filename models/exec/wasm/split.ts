import { product } from '../../ir/types.ts'
import { type Form, rangeOf } from './form.ts'
import { type Node, rewritten } from './graph.ts'
import { alwaysHolds, changeForms, type Guard, type Nest, type Source } from './nest.ts'
import { simplify } from './simplify.ts'

/** Below this many elements a call more costs more than guards do. */
const LEAST = 1024
const MOST_PIECES = 9

/**
 * Loops without a fold, cut where guards change that follow one variable alone: in each piece these always hold or never do, and what they choose
 * between is chosen before the loops run. A concatenation becomes copies, a padding an interior and borders.
 */
export function split(nest: Nest): Nest[] {
  if (nest.reduce || product(nest.extents) < LEAST) return [nest]
  let pieces: Nest[] = [nest]
  for (let v = 0; v < nest.outputs; v++) {
    const cuts = cutsOf(nest, v)
    if (cuts.length === 1 || pieces.length * cuts.length > MOST_PIECES) continue
    pieces = pieces.flatMap((piece) => cuts.map(([from, to]) => restricted(piece, v, from, to)))
  }
  return pieces.length === 1 ? [nest] : pieces.map((piece) => simplify(decided(piece)))
}

/** Parts of a variable's range, from and up to. */
function cutsOf({ loads, extents }: Nest, v: number): (readonly [number, number])[] {
  const extent = extents[v]!
  const alone = ({ form }: Guard): boolean => form.terms.every((term, other) => (other === v ? term > 0 : term === 0))
  const bounds = loads
    .flatMap(({ guards }) => guards.filter(alone))
    .flatMap(({ form, extent: room }) => [0, room].map((coordinate) => Math.ceil((coordinate - form.constant) / form.terms[v]!)))
    .filter((bound) => bound > 0 && bound < extent)
  const sorted = [0, ...[...new Set(bounds)].sort((a, b) => a - b), extent]
  return sorted.slice(1).map((to, at) => [sorted[at]!, to] as const)
}

function restricted(nest: Nest, v: number, from: number, to: number): Nest {
  const moved = changeForms(nest, ({ constant, terms }): Form => ({ constant: constant + from * terms[v]!, terms }))
  return { ...moved, extents: nest.extents.with(v, to - from) }
}

/** Replaces what is the same everywhere: range bits, and loads that are never in range. */
function decided(nest: Nest): Nest {
  const always = ({ guards, lookups }: Source): boolean => lookups.length === 0 && guards.every((guard) => alwaysHolds(guard, nest.extents))
  const never = ({ guards }: Source): boolean =>
    guards.some(({ form, extent }) => {
      const [low, high] = rangeOf(form, nest.extents)
      return high < 0 || low >= extent
    })
  const constant = (op: string, arg: number): Node => ({ op, args: [], arg })
  const result = rewritten(nest.result, (node) => {
    if (node.op !== 'load' && node.op !== 'inrange') return node
    const load = nest.loads[node.arg]!
    if (node.op === 'inrange') return always(load) ? constant('i32.const', 1) : never(load) ? constant('i32.const', 0) : node
    return never(load) ? constant(load.type === 'f32' ? 'f32.const' : 'i32.const', load.fill) : node
  })
  return { ...nest, result }
}
