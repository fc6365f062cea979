import { type Choice, LANES } from './choose.ts'
import { Context, offsetAt, type Place } from './context.ts'
import { emitFold, placesOf } from './emit-fold.ts'
import { emitLoops, tilesIn } from './emit-loops.ts'
import { canonicalize } from './emit-operation.ts'
import { ValueEmitter } from './emit-value.ts'
import { isLong } from './graph.ts'
import type { ModuleFunction } from './module.ts'
import type { Nest } from './nest.ts'

/**
 * @property operands  what the addresses after the output's are of, in order
 * @property tiles     iterations of the two outermost loops together: any range of them may be run by itself
 */
export type NestFunction = ModuleFunction & { readonly operands: readonly number[]; readonly tiles: number }

/** Loops as a function `(begin, end, output, ...operands)` that runs the two outermost loops' tiles from `begin` up to `end`. */
export function emitNest(nest: Nest, choice: Choice): NestFunction {
  const context = new Context(nest, choice)
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
    group.forEach((value, at) => {
      emitStore(context, places[first + at]!, value)
    })
  }
}

function emitStore(context: Context, place: Place, value: ValueEmitter): void {
  const { code, tracker, nest, wide, store } = context
  const bytes = nest.storeType === 'i8' || nest.storeType === 'u8'
  const offset = store.bias + offsetAt(store.address, place)
  const evaluate = (): void => {
    value.emit()
    if (nest.resultType === 'f32') canonicalize(context)
  }
  const step = context.laneStep(store.address)
  const dense = step === (bytes ? 1 : 4)
  if (!wide || dense) {
    tracker.push(store.address)
    evaluate()
    if (!wide) {
      code.memory(bytes ? 'i32.store8' : nest.resultType === 'f32' ? 'f32.store' : 'i32.store', offset)
      return
    }
    if (!bytes) {
      code.memory('v128.store', offset)
      return
    }
    const low = code.local('v128')
    code.tee(low)
    code.get(low)
    code.shuffle(Array.from({ length: 16 }, (_, byte) => (4 * byte) % 16))
    code.memory('v128.store32_lane', offset, 0)
    return
  }
  const result = code.local('v128')
  evaluate()
  code.set(result)
  for (let lane = 0; lane < LANES; lane++) {
    tracker.push(store.address)
    code.get(result)
    code.memory(bytes ? 'v128.store8_lane' : 'v128.store32_lane', offset + step * lane, bytes ? 4 * lane : lane)
  }
}
