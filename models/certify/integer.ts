/** Operations of `i32`. They are exact and wrap, so that no kernel is refused for them; what a float can do instead is noted. */
import { highBit, lowBit, power } from './binary.ts'
import { EXACT } from './classes.ts'
import { negated, sum } from './linear.ts'
import { product } from './product.ts'
import { ANY_INTEGER, atom, BIT, constant, isConstant, isZero, NO_EXPONENT, units, type Value } from './value.ts'
import { Watch } from './watch.ts'

const LEAST = -0x80000000
const GREATEST = 0x7fffffff

/**
 * The value of an `i32` operation. What a provider may choose for an operand is of no account for its range, which is that of the reference.
 * @param folded  whether it is part of the term of a sum
 */
export function integerOperation(name: string, a: Value, b: Value, folded: boolean, watch: Watch): Value {
  const fault = a.fault ?? b.fault
  if (fault) return { ...operated(name, { ...a, fault: null }, { ...b, fault: null }, false, new Watch()), literal: false, fault }
  return operated(name, a, b, folded, watch)
}

function operated(name: string, a: Value, b: Value, folded: boolean, watch: Watch): Value {
  if (units(a) > EXACT || units(b) > EXACT) watch.integersOnly()
  switch (name) {
    case 'i32.add':
      return wrapped(sum(a, b, 'i32', watch), watch)
    case 'i32.sub':
      return wrapped(sum(a, { ...negated(b), minusZero: false }, 'i32', watch), watch)
    case 'i32.mul':
      return wrapped({ ...product(a, b, 'i32', folded, watch), minusZero: false }, watch)
    case 'i32.shl':
      return isConstant(b) ? shiftedUp(a, b.least & 31, watch) : anyInteger(watch)
    case 'i32.shr_s':
      return isConstant(b) ? floored(a, power(b.least & 31)) : anyInteger(watch)
    case 'i32.min':
    case 'i32.max':
      return extreme(name === 'i32.min' ? Math.min : Math.max, a, b)
    case 'i32.lt':
    case 'i32.eq':
      return BIT
    case 'i32.div':
      return divided(a, b, watch)
    case 'i32.rem':
      return remainder(a, b, watch)
    default:
      return bitwise(name, a, b, watch)
  }
}

/** Of 32 bits, as the reference has it. A sum that wraps is no float, and of no region. */
export function wrapped(value: Value, watch: Watch): Value {
  if (value.least >= LEAST && value.greatest <= GREATEST) return value
  return { ...anyInteger(watch), fault: value.fault }
}

const shiftedUp = (a: Value, places: number, watch: Watch): Value => ({
  ...wrapped(product(a, constant(power(places)), 'i32', false, watch), watch),
  literal: false,
})

function anyInteger(watch: Watch): Value {
  watch.integersOnly()
  return ANY_INTEGER
}

function floored(a: Value, divisor: number): Value {
  const exponent = a.exponent - lowBit(divisor)
  const floor = (value: number): number => Math.floor(value / divisor)
  return atom(floor(a.least), floor(a.greatest), Math.max(0, exponent))
}

function extreme(choose: (a: number, b: number) => number, a: Value, b: Value): Value {
  const [least, greatest] = [choose(a.least, b.least), choose(a.greatest, b.greatest)]
  for (const x of [a, b])
    if (x.least === least && x.greatest === greatest && (x === a ? isBeyond(a, b, choose) : isBeyond(b, a, choose)))
      return { ...x, literal: false }
  return atom(least, greatest, Math.min(a.exponent, b.exponent))
}

/** Whether `a` is the extreme of both, whatever they are. */
const isBeyond = (a: Value, b: Value, choose: (a: number, b: number) => number): boolean =>
  choose(1, 2) === 2 ? a.least >= b.greatest : a.greatest <= b.least

/** Truncating, and 0 by 0. */
function divided(a: Value, b: Value, watch: Watch): Value {
  watch.integersOnly()
  if (!isConstant(b) || b.least <= 0) return ANY_INTEGER
  const quotient = (value: number): number => Math.trunc(value / b.least)
  return atom(quotient(a.least), quotient(a.greatest), 0)
}

function remainder(a: Value, b: Value, watch: Watch): Value {
  watch.integersOnly()
  if (!isConstant(b) || b.least <= 0) return ANY_INTEGER
  const most = b.least - 1
  return atom(a.least < 0 ? Math.max(-most, a.least) : 0, a.greatest > 0 ? Math.min(most, a.greatest) : 0, 0)
}

/** Of bits 0 and 1 these are logic, which a runtime has on any type. */
function bitwise(name: string, a: Value, b: Value, watch: Watch): Value {
  const bit = (value: Value): boolean => value.least >= 0 && value.greatest <= 1
  const known = ['i32.and', 'i32.or', 'i32.xor'].includes(name)
  if (!known || !bit(a) || !bit(b)) watch.integersOnly()
  if (isConstant(a) && isConstant(b)) return constant(exactBits(name, a.least, b.least))
  if (name === 'i32.and' && (a.least >= 0 || b.least >= 0)) {
    const most = Math.min(a.least >= 0 ? a.greatest : GREATEST, b.least >= 0 ? b.greatest : GREATEST)
    return atom(0, most, 0)
  }
  if (known && a.least >= 0 && b.least >= 0) {
    const most = Math.max(a.greatest, b.greatest)
    return atom(0, most === 0 ? 0 : power(highBit(most) + 1) - 1, most === 0 ? NO_EXPONENT : 0)
  }
  if (name === 'i32.shr_u' && isConstant(b) && (b.least & 31) > 0) return shifted(a, b.least & 31)
  return ANY_INTEGER
}

const shifted = (a: Value, places: number): Value =>
  a.least >= 0 ? atom(Math.floor(a.least / power(places)), Math.floor(a.greatest / power(places)), 0) : atom(0, power(32 - places) - 1, 0)

function exactBits(name: string, a: number, b: number): number {
  switch (name) {
    case 'i32.and':
      return a & b
    case 'i32.or':
      return a | b
    case 'i32.xor':
      return a ^ b
    default:
      return (a >>> (b & 31)) | 0
  }
}

/** Whether an integer is certain to be 0, certain not to be, or neither. */
export const truth = (value: Value): boolean | null => (isZero(value) ? false : value.least > 0 || value.greatest < 0 ? true : null)
