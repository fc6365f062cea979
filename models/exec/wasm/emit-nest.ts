import type { Choice } from './choose.ts'
import { Context } from './context.ts'
import { emitFold, placesOf } from './emit-fold.ts'
import { emitLoops, tilesIn } from './emit-loops.ts'
import { emitStores } from './emit-store.ts'
import { ValueEmitter } from './emit-value.ts'
import { isLong } from './graph.ts'
import type { ModuleFunction } from './module.ts'
import type { Nest } from './nest.ts'
import type { Width } from './width.ts'

/**
 * @property operands  what the addresses after the output's are of, in order
 * @property tiles     iterations of the two outermost loops together: any range of them may be run by itself
 */
export type NestFunction = ModuleFunction & { readonly operands: readonly number[]; readonly tiles: number }

/** Loops as a function `(begin, end, output, ...operands)` that runs the two outermost loops' tiles from `begin` up to `end`. */
export function emitNest(nest: Nest, choice: Choice, width: Width): NestFunction {
  const context = new Context(nest, choice, width)
  const { code, operands } = context
  emitLoops(context, () => emitTile(context))
  return { params: 3 + operands.length, code: code.finish(), operands, tiles: tilesIn(nest, choice) }
}

/** Places whose long calculations are written in turns. */
const TOGETHER = 6

function emitTile(context: Context): void {
  const { nest } = context
  const places = placesOf(context)
  const folds = nest.term ? emitFold(context, places) : []
  const shared = new Map<string, number>()
  const values = places.map((place, at) => new ValueEmitter(context, nest.result, place, shared, folds[at] ?? null))
  for (let first = 0; first < places.length; first += TOGETHER) {
    const group = values.slice(first, first + TOGETHER)
    // A long calculation waits for itself at every operation; several in turns do not.
    if (context.wide && group.length > 1 && isLong(nest.result)) {
      nest.result.nodes.forEach((_, node) => {
        for (const value of group) value.prepare(node)
      })
    }
    emitStores(context, places.slice(first, first + TOGETHER), group)
  }
}
