import { readerOf } from '../exec/reference/buffer.ts'
import { type Constant, product, type StoreType } from '../ir/types.ts'
import { power } from './binary.ts'
import { distinct, sameValue } from './distinct.ts'
import { ANY_EXPONENT, atom, either, constant as known, type Value } from './value.ts'

/** One digit of an address: `floor(address / stride) mod extent`. */
export type Digit = { readonly stride: number; readonly extent: number }

/** Values of a constant's numbers that are one object each. */
export type Numbers = Map<number, Value>

/**
 * What is known of a buffer's elements. Elements whose addresses agree in all digits are of one group; groups are numbered row-major over
 * the digits.
 * @property group  `numbers`: of a constant, equal numbers are to be the same object; else they need not be
 * @property span   of a constant, what its elements from the first to the last may be, where they are more than one
 * @property all    of all elements
 * @property constant  where that is all that they are
 */
export type Contents = {
  readonly count: number
  readonly digits: readonly Digit[]
  readonly group: (index: number, numbers?: Numbers) => Value
  readonly span?: (first: number, last: number) => Value
  readonly all: () => Value
  readonly constant?: Constant
}

/** All elements alike. */
export const alike = (count: number, value: Value): Contents => ({ count, digits: [], group: () => value, all: () => value })

/** Of a constant's numbers, so many are kept as objects. */
const MOST_NUMBERS = 1 << 16
/** To a map both zeros are one; this is no number of a buffer. */
const MINUS_ZERO = power(-1074)

/** Every element by itself. */
export function constantContents(constant: Constant, buffer: number): Contents {
  const { type, count, bytes } = constant
  const read = readerOf(type, bytes)
  const group = (index: number, numbers?: Numbers): Value => {
    const number = read(index)
    if (!numbers) return known(number, buffer)
    const key = Object.is(number, -0) ? MINUS_ZERO : number
    let value = numbers.get(key)
    if (!value) {
      value = known(number, buffer)
      if (numbers.size < MOST_NUMBERS) numbers.set(key, value)
    }
    return value
  }
  const span = spans(group)
  let whole: Value | null = null
  const all = (): Value => {
    whole ??= count === 1 ? group(0) : span(0, count - 1)
    return whole
  }
  return { count, digits: count > 1 ? [{ stride: 1, extent: count }] : [], group, span, all, constant }
}

/** Blocks of a level that are one of the next. */
const FAN = 16

/** What a run of elements may be, from blocks of them that are looked at once. Which of several it is, is no constant any more. */
function spans(group: Contents['group']): (first: number, last: number) => Value {
  const levels: Map<number, Value>[] = []
  const numbers: Numbers = new Map()
  const block = (level: number, index: number): Value => {
    if (level === 0) return group(index, numbers)
    levels[level] ??= new Map()
    let value = levels[level].get(index)
    if (!value) {
      value = block(level - 1, index * FAN)
      for (let part = 1; part < FAN; part++) value = either(value, block(level - 1, index * FAN + part))
      levels[level].set(index, value)
    }
    return value
  }
  return (first, last) => {
    let value: Value | null = null
    for (let at = first; at <= last; ) {
      let [level, size] = [0, 1]
      while (at % (size * FAN) === 0 && at + size * FAN - 1 <= last) {
        size *= FAN
        level++
      }
      const found = block(level, at / size)
      value = value ? either(value, found) : found
      at += size
    }
    return { ...value!, literal: false }
  }
}

/** @param values  one for each group */
export function groupedContents(count: number, digits: readonly Digit[], values: readonly Value[]): Contents {
  const whole = values.reduce(either)
  if (values.every((value) => sameValue(value, whole))) return alike(count, whole)
  return groups(count, digits, distinct(values), whole)
}

const groups = (count: number, digits: readonly Digit[], values: readonly Value[], whole: Value): Contents => ({
  count,
  digits,
  group: (index) => values[index]!,
  all: () => whole,
})

/** What is known of each group. */
export const valuesOf = ({ digits, group }: Contents): Value[] =>
  Array.from({ length: product(digits.map(({ extent }) => extent)) }, (_, index) => group(index))

/** Other values in their place, such that equal ones stay equal. */
export function mapped(contents: Contents, change: (value: Value) => Value): Contents {
  const changed = new Map<Value, Value>()
  const once = (value: Value): Value => {
    const known = changed.get(value) ?? change(value)
    changed.set(value, known)
    return known
  }
  const { count, digits } = contents
  if (digits.length === 0) return alike(count, once(contents.group(0)))
  return groups(count, digits, valuesOf(contents).map(once), once(contents.all()))
}

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
