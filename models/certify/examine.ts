import { type Kernel, type ScalarType, type StoreType, product as volume } from '../ir/types.ts'
import { EXACT, LEAST_EXPONENT } from './classes.ts'
import { evaluate } from './code.ts'
import { alike, type Contents, groupedContents, STORED } from './contents.ts'
import { type Fault, fault } from './fault.ts'
import { folder } from './fold.ts'
import { unusable } from './linear.ts'
import { remembering } from './remember.ts'
import { each, free } from './space.ts'
import { surround } from './surround.ts'
import type { Addend } from './total.ts'
import { ANY_INTEGER, atom, either, units, type Value } from './value.ts'
import { varying } from './vary.ts'
import { type Walk, walkOf } from './walk.ts'
import { Watch } from './watch.ts'

/**
 * What the elements of a kernel are, group by group.
 * @property contents  as they are stored
 * @property faults   what is wrong and where: the coordinates of the group
 */
export type Examined = {
  readonly contents: Contents
  readonly watch: Watch
  readonly faults: readonly { readonly fault: Fault; readonly channel: readonly (number | null)[] }[]
}

/** More groups than these are taken together. */
const MAX_GROUPS = 1 << 20
/** More faults than these say no more. */
const MAX_FAULTS = 1 << 16

/**
 * Follows a valid kernel through everything that its operands may be.
 * @param operands  what each load reads from
 * @param fills     the scalar type of each load
 */
export function examine(kernel: Kernel, operands: readonly Contents[], fills: readonly ScalarType[]): Examined {
  const { shape, reduce } = kernel
  const extents = [...shape, ...(reduce?.extents ?? [])]
  const chosen = varying(kernel, operands)
  const space = { least: extents.map(() => 0), greatest: extents.map((extent) => extent - 1) }
  const watch = new Watch()
  const around = surround(kernel, operands, fills, space, watch)
  const { enter, surroundings } = around
  const faults: { fault: Fault; channel: (number | null)[] }[] = []
  const digits = shape.flatMap((extent, axis) => (chosen[axis] ? [{ stride: volume(shape.slice(axis + 1)), extent }] : []))
  const groups = volume(digits.map(({ extent }) => extent))
  const values: Value[] = []
  const outer = shape.flatMap((_, axis) => (chosen[axis] ? [axis] : []))
  const inner = extents.flatMap((_, axis) => (axis >= shape.length && chosen[axis] ? [axis] : []))
  const times = volume(extents.filter((_, axis) => axis >= shape.length && !chosen[axis]))
  const walk = (): Walk<Addend> | null => walkOf(kernel, operands, around, space, extents, chosen, inner)
  const fold = reduce ? folder(kernel, surroundings, enter, space, inner, extents, times, walk) : null
  const finished = (total: Value | null): { readonly found: Fault | null; readonly kept: Value } => {
    const value = evaluate(kernel.result, { ...surroundings, fold: total, folded: false })
    return { found: value.fault ?? storable(value, kernel.storeType), kept: stored(value, kernel.storeType, watch) }
  }
  const whole = remembering(kernel.result, surroundings, () => finished(null))
  each(space, outer, extents, () => {
    const total = fold?.() ?? null
    for (const axis of inner) free(space, axis, extents)
    enter()
    const { found, kept } = total ? finished(total) : whole()
    if (found && faults.length < MAX_FAULTS) {
      faults.push({ fault: found, channel: shape.map((_, axis) => (chosen[axis] ? space.least[axis]! : null)) })
    }
    if (groups <= MAX_GROUPS) values.push(kept)
    else values[0] = values[0] ? either(values[0], kept) : kept
  })
  const count = volume(shape)
  const contents = groups <= MAX_GROUPS ? groupedContents(count, digits, values) : alike(count, values[0]!)
  return { contents, watch, faults }
}

/** Floats that are copied as they are may be flushed to zero on the way, lose the sign of zero, or be another NaN. */
function storable(value: Value, type: StoreType): Fault | null {
  if (type !== 'f32') return null
  if (value.nan || value.exponent < LEAST_EXPONENT) return unusable(value)
  return value.minusZero ? fault('SIGN_OF_ZERO', 0) : null
}

/** The element as it lies in the buffer: of bytes the low 8 bits. */
function stored(value: Value, type: StoreType, watch: Watch): Value {
  if (type === 'f16' || type === 'f32') return { ...value, literal: false }
  const [least, greatest] = STORED[type]
  if (units(value) > EXACT) watch.integersOnly()
  if (value.least >= least && value.greatest <= greatest) return { ...value, literal: false }
  watch.integersOnly()
  return type === 'i32' ? { ...ANY_INTEGER, fault: value.fault } : atom(least, greatest, 0, { fault: value.fault })
}
