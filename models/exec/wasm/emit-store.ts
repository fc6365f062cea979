import { LANES } from './choose.ts'
import { type Context, offsetAt, type Place } from './context.ts'
import { canonicalize } from './emit-operation.ts'
import type { ValueEmitter } from './emit-value.ts'

/**
 * Writes the values of some places of a tile. All values come first, then all stores, the highest address first: an engine that joins neighbouring
 * vectors into wider ones may then do so, for nothing happens between what it joins.
 */
export function emitStores(context: Context, places: readonly Place[], values: readonly ValueEmitter[]): void {
  const { code, nest, store, wide } = context
  if (!wide || nest.storeType === 'i8' || nest.storeType === 'u8' || context.laneStep(store.address) !== 4) {
    values.forEach((value, at) => {
      emitStore(context, places[at]!, value)
    })
    return
  }
  const results = values.map((value) => {
    const local = code.local('v128')
    evaluate(context, value)
    code.set(local)
    return local
  })
  for (let at = results.length - 1; at >= 0; at--) {
    const offset = store.bias + offsetAt(store.address, places[at]!)
    // In halves where vectors are not to be joined: engines start joining from stores of whole vectors.
    for (const half of context.halves ? [1, 0] : [null]) {
      context.tracker.push(store.address)
      code.get(results[at]!)
      if (half === null) code.memory('v128.store', offset)
      else code.memory('v128.store64_lane', offset + 8 * half, half)
    }
  }
}

function evaluate(context: Context, value: ValueEmitter): void {
  value.emit()
  if (context.nest.resultType === 'f32') canonicalize(context)
}

function emitStore(context: Context, place: Place, value: ValueEmitter): void {
  const { code, tracker, nest, wide, store } = context
  const bytes = nest.storeType === 'i8' || nest.storeType === 'u8'
  const offset = store.bias + offsetAt(store.address, place)
  const step = context.laneStep(store.address)
  if (!wide) {
    tracker.push(store.address)
    evaluate(context, value)
    code.memory(bytes ? 'i32.store8' : nest.resultType === 'f32' ? 'f32.store' : 'i32.store', offset)
    return
  }
  if (bytes && step === 1) {
    tracker.push(store.address)
    evaluate(context, value)
    const low = code.local('v128')
    code.tee(low)
    code.get(low)
    code.shuffle(Array.from({ length: 16 }, (_, byte) => (4 * byte) % 16))
    code.memory('v128.store32_lane', offset, 0)
    return
  }
  const result = code.local('v128')
  evaluate(context, value)
  code.set(result)
  for (let lane = 0; lane < LANES; lane++) {
    tracker.push(store.address)
    code.get(result)
    code.memory(bytes ? 'v128.store8_lane' : 'v128.store32_lane', offset + step * lane, bytes ? 4 * lane : lane)
  }
}
