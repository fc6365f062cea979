import { LANES } from './choose.ts'
import { type Context, offsetAt, type Place, type TrackedLoad } from './context.ts'
import { emitAddress, emitOne, NARROW, reachable, whenInRange } from './emit-one.ts'
import { addConstant } from './emit-operation.ts'
import type { Lookup } from './nest.ts'

/** Pushes a load's value at a place of the tile: four lanes where the function has lanes, else one. */
export function emitLoad(context: Context, number: number, place: Place): void {
  const load = context.loads.get(number)!
  if (!context.wide) {
    emitOne(context, load, place, false)
    return
  }
  if (load.stepping === 'apart') {
    emitApart(context, load, place)
    return
  }
  if (load.stepping === 'next') {
    whenInRange(context, load, place, 'v128', () => neighbours(context, load, place))
    return
  }
  emitOne(context, load, place, true)
}

function neighbours(context: Context, load: TrackedLoad, place: Place): void {
  const { code } = context
  const { type } = load.source
  const offset = emitAddress(context, load, place)
  if (type === 'f32' || type === 'i32') {
    code.memory('v128.load', offset)
    return
  }
  code.memory('v128.load32_zero', offset)
  code.op(type === 'i8' ? 'i16x8.extend_low_i8x16_s' : 'i16x8.extend_low_i8x16_u')
  code.op(type === 'i8' ? 'i32x4.extend_low_i16x8_s' : 'i32x4.extend_low_i16x8_u')
}

/** Lanes whose addresses lie anywhere. Those that are out of range read the first word of the memory, which is nobody's, and then get the fill. */
function emitApart(context: Context, load: TrackedLoad, place: Place): void {
  const { code, tracker } = context
  const { source, address, bias } = load
  if (source.guards.length === 0 && source.lookups.length === 0) {
    const step = context.laneStep(address)
    const pointer = code.local('i32')
    tracker.push(address)
    code.set(pointer)
    const first = bias + offsetAt(address, place)
    gather(context, load, (lane) => {
      code.get(pointer)
      return first + step * lane
    })
    return
  }
  const mask = code.local('v128')
  const addresses = code.local('v128')
  emitMask(context, load, place)
  code.set(mask)
  spread(context, () => tracker.push(address, bias + offsetAt(address, place)), context.laneStep(address))
  for (const lookup of source.lookups) {
    coordinates(context, lookup, place)
    code.int(lookup.stride * (source.type === 'f32' || source.type === 'i32' ? 4 : 1))
    code.op('i32x4.splat')
    code.op('i32x4.mul')
    code.op('i32x4.add')
  }
  code.get(mask)
  code.op('v128.and')
  code.set(addresses)
  gather(context, load, (lane) => {
    code.get(addresses)
    code.op('i32x4.extract_lane', lane)
    return 0
  })
  context.splat(source.fill)
  code.get(mask)
  code.op('v128.bitselect')
}

/** @param locate  pushes a lane's address and gives its immediate offset */
function gather({ code }: Context, { source }: TrackedLoad, locate: (lane: number) => number): void {
  const words = source.type === 'f32' || source.type === 'i32'
  const gathered = code.local('v128')
  code.vector([0, 0, 0, 0])
  code.set(gathered)
  for (let lane = 0; lane < LANES; lane++) {
    if (words) {
      const offset = locate(lane)
      code.get(gathered)
      code.memory('v128.load32_lane', offset, lane)
    } else {
      code.get(gathered)
      code.memory(NARROW[source.type], locate(lane))
      code.op('i32x4.replace_lane', lane)
    }
    code.set(gathered)
  }
  code.get(gathered)
}

/** Pushes a vector: what `push` pushes in the first lane, `step` more from lane to lane. */
export function spread(context: Context, push: () => void, step: number): void {
  push()
  context.code.op('i32x4.splat')
  if (step === 0) return
  addConstant(
    context,
    Array.from({ length: LANES }, (_, lane) => Math.imul(step, lane) >>> 0),
  )
}

function coordinates(context: Context, { load, offset }: Lookup, place: Place): void {
  emitLoad(context, load, place)
  if (offset === 0) return
  const bits = offset >>> 0
  addConstant(context, [bits, bits, bits, bits])
}

/** Pushes all ones in the lanes that are in range. */
export function emitMask(context: Context, load: TrackedLoad, place: Place): void {
  const { code, tracker } = context
  const { guards, lookups } = load.source
  const checks = [
    ...guards.map(({ extent }, at) => () => {
      const guard = load.guards[at]!
      spread(context, () => tracker.push(guard, offsetAt(guard, place)), context.laneStep(guard))
      context.splat(extent)
      lessUnsigned(context)
    }),
    ...lookups.map((lookup) => () => {
      coordinates(context, lookup, place)
      context.splat(reachable(lookup))
      lessUnsigned(context)
    }),
  ]
  if (checks.length === 0) context.splat(0xffffffff)
  checks.forEach((check, at) => {
    check()
    if (at > 0) code.op('v128.and')
  })
}

const lessUnsigned = ({ code }: Context): void => code.op('i32x4.lt_u')
