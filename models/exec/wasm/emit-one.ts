import { type Context, offsetAt, type Place, type TrackedLoad } from './context.ts'
import type { Lookup } from './nest.ts'
import type { Mnemonic } from './opcodes.ts'

/** Loads by which one value is read, by how it lies in memory. */
export const NARROW = { f32: 'f32.load', i32: 'i32.load', i8: 'i32.load8_s', u8: 'i32.load8_u' } as const satisfies Record<string, Mnemonic>

/** One value, in all lanes if `splat`. */
export function emitOne(context: Context, load: TrackedLoad, place: Place, splat: boolean): void {
  const { code } = context
  const { type } = load.source
  whenInRange(context, load, place, splat ? 'v128' : type === 'f32' ? 'f32' : 'i32', () => {
    const offset = emitAddress(context, load, place)
    if (splat && type !== 'i8' && type !== 'u8') return code.memory('v128.load32_splat', offset)
    code.memory(NARROW[type], offset)
    if (splat) code.op('i32x4.splat')
  })
}

/** Pushes the address and gives the immediate offset that goes with it. Out of range the sum may wrap, so only plain loads use the immediate. */
export function emitAddress(context: Context, { source, address, bias }: TrackedLoad, place: Place): number {
  const offset = bias + offsetAt(address, place)
  if (source.guards.length === 0 && source.lookups.length === 0) {
    context.tracker.push(address)
    return offset
  }
  context.tracker.push(address, offset)
  for (const lookup of source.lookups) {
    emitCoordinate(context, lookup, place)
    stepBy(context, lookup, source.type)
    context.code.op('i32.add')
  }
  return 0
}

function stepBy({ code }: Context, { stride }: Lookup, type: string): void {
  code.int(stride * (type === 'f32' || type === 'i32' ? 4 : 1))
  code.op('i32.mul')
}

function emitCoordinate(context: Context, { load, offset }: Lookup, place: Place): void {
  emitOne(context, context.loads.get(load)!, place, false)
  context.code.int(offset)
  context.code.op('i32.add')
}

/**
 * Coordinates do not wrap (SPEC section 4), but sums of WebAssembly do: the places of an axis that an index can reach without wrapping.
 * They are the coordinates 0 .. extent - 1 that are at most INT_MAX + offset, and none where no index is -offset or more.
 */
export const reachable = ({ offset, extent }: Lookup): number => Math.max(0, Math.min(extent, 0x80000000 + offset))

/** Pushes 1 where the load is in range, else 0; for loads that all lanes share. */
export function emitInRange(context: Context, number: number, place: Place): void {
  emitCondition(context, context.loads.get(number)!, place)
}

function emitCondition(context: Context, { source, guards }: TrackedLoad, place: Place): void {
  const { code, tracker } = context
  const checks = [
    ...source.guards.map(({ extent }, at) => () => {
      tracker.push(guards[at]!, offsetAt(guards[at]!, place))
      code.int(extent)
      code.op('i32.lt_u')
    }),
    ...source.lookups.map((lookup) => () => {
      emitCoordinate(context, lookup, place)
      code.int(reachable(lookup))
      code.op('i32.lt_u')
    }),
  ]
  if (checks.length === 0) code.int(1)
  checks.forEach((check, at) => {
    check()
    if (at > 0) code.op('i32.and')
  })
}

export function whenInRange(context: Context, load: TrackedLoad, place: Place, type: 'v128' | 'f32' | 'i32', read: () => void): void {
  const { code } = context
  const { guards, lookups, fill } = load.source
  if (guards.length === 0 && lookups.length === 0) {
    read()
    return
  }
  emitCondition(context, load, place)
  code.open('if', type)
  read()
  code.op('else')
  if (type === 'v128') context.splat(fill)
  else if (type === 'f32') code.float(fill)
  else code.int(fill)
  code.end()
}
