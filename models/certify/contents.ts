import { readerOf } from '../exec/reference/buffer.ts'
import type { Constant, StoreType } from '../ir/types.ts'
import { ANY_EXPONENT, atom, constant, either, type Value } from './value.ts'

/** One digit of an address: `floor(address / stride) mod extent`. */
export type Digit = { readonly stride: number; readonly extent: number }

/**
 * What is known of a buffer's elements. Elements whose addresses agree in all digits are of one group; groups are numbered row-major over
 * the digits.
 */
export type Contents = {
  readonly count: number
  readonly digits: readonly Digit[]
  readonly group: (index: number) => Value
  /** Of all elements. */
  readonly all: () => Value
}

/** All elements alike. */
export const alike = (count: number, value: Value): Contents => ({ count, digits: [], group: () => value, all: () => value })

/** Every element by itself. */
export function constantContents({ type, count, bytes }: Constant, buffer: number): Contents {
  const read = readerOf(type, bytes)
  const element = (index: number): Value => constant(read(index), buffer)
  let whole: Value | null = null
  const all = (): Value => {
    if (whole) return whole
    let value = element(0)
    for (let index = 1; index < count; index++) value = either(value, element(index))
    whole = value
    return value
  }
  return { count, digits: count > 1 ? [{ stride: 1, extent: count }] : [], group: element, all }
}

/** @param values  one for each group */
export function groupedContents(count: number, digits: readonly Digit[], values: readonly Value[]): Contents {
  const whole = values.reduce(either)
  if (values.every((value) => sameValue(value, whole))) return alike(count, whole)
  return { count, digits, group: (index) => values[index]!, all: () => whole }
}

const sameValue = (a: Value, b: Value): boolean =>
  a.least === b.least &&
  a.greatest === b.greatest &&
  a.exponent === b.exponent &&
  a.positive === b.positive &&
  a.negative === b.negative &&
  a.odd === b.odd &&
  a.low === b.low &&
  a.high === b.high &&
  a.largest === b.largest &&
  a.finest === b.finest &&
  a.products === b.products &&
  a.open === b.open &&
  a.minusZero === b.minusZero &&
  a.nan === b.nan

/** What a store type holds of integers. */
export const STORED: Readonly<Record<Exclude<StoreType, 'f16'>, readonly [number, number]>> = {
  f32: [-Infinity, Infinity],
  i32: [-0x80000000, 0x7fffffff],
  i8: [-128, 127],
  u8: [0, 255],
}

/** Any element of an input of integers. */
export function anyStored(type: Exclude<StoreType, 'f16'>): Value {
  const [least, greatest] = STORED[type]
  return atom(least, greatest, type === 'f32' ? ANY_EXPONENT : 0)
}
