/** Operations of binary32 beyond sums and products: roundings, clips, comparisons, conversions. They end a linear region. */
import { fromBits } from '../numerics/bits.ts'
import { SCALAR_OPS } from '../numerics/scalar.ts'
import { isPower, power } from './binary.ts'
import { EXACT, LEAST_EXPONENT } from './classes.ts'
import { type Fault, fault } from './fault.ts'
import { negated, rounded, sum, unusable } from './linear.ts'
import { product } from './product.ts'
import {
  ANY_EXPONENT,
  ANY_INTEGER,
  ANYTHING,
  atom,
  BIT,
  closed,
  constant,
  isBounded,
  isConstant,
  mass,
  mayBeZero,
  units,
  type Value,
} from './value.ts'
import { excessOf, type Watch } from './watch.ts'

/** The value of an `f32` operation, or of a conversion. @param folded  whether it is part of the term of a sum */
export function floatOperation(name: string, a: Value, b: Value, folded: boolean, watch: Watch): Value {
  switch (name) {
    case 'f32.add':
      return sum(a, b, 'f32', watch)
    case 'f32.sub':
      return sum(a, negated(b), 'f32', watch)
    case 'f32.mul':
      return product(a, b, 'f32', folded, watch)
    case 'f32.div':
      return quotient(a, b, folded, watch)
    case 'f32.neg':
      return negated(a)
    case 'f32.abs':
      return absolute(a)
    case 'f32.floor':
    case 'f32.ceil':
    case 'f32.trunc':
    case 'f32.nearest':
      return whole(name, a)
    case 'f32.min':
    case 'f32.max':
      return extreme(name, a, b)
    case 'f32.lt':
    case 'f32.le':
    case 'f32.eq':
      return { ...BIT, fault: comparable(a) ?? comparable(b) }
    case 'i32.from_f32':
      return toInteger(a)
    case 'f32.from_i32':
      return fromInteger(a)
    case 'f32.sqrt':
      return { ...ANYTHING, fault: unusable(a) ?? fault('ROOT', 0) }
    case 'i32.bits':
      return { ...ANY_INTEGER, fault: unusable(a) ?? fault('BITS', 0) }
    default:
      return { ...ANYTHING, fault: a.fault ?? fault('BITS', 0) }
  }
}

/** Infinities may be compared and clipped, as the masks of models and the padding of pools have them; NaN and the subnormal may not. */
const comparable = (value: Value): Fault | null => value.fault ?? (value.nan || value.exponent < LEAST_EXPONENT ? unusable(value) : null)

/**
 * By a power of two the product with its inverse, which is exact where neither is subnormal; else one rounding, of which the place is
 * anybody's choice.
 */
function quotient(a: Value, b: Value, folded: boolean, watch: Watch): Value {
  const size = Math.abs(b.least)
  const inverse = size >= power(LEAST_EXPONENT) && size <= power(-LEAST_EXPONENT)
  if (b.literal && isPower(b.least) && inverse && !b.fault) return product(a, constant(1 / b.least), 'f32', folded, watch)
  const wrong = unusable(a) ?? unusable(b) ?? fault('DIVISION', isConstant(b) ? b.least : 0)
  if (mayBeZero(b) || !isBounded(a) || !isBounded(b)) return { ...ANYTHING, fault: wrong }
  const corners = [a.least / b.least, a.least / b.greatest, a.greatest / b.least, a.greatest / b.greatest]
  const [least, greatest] = [Math.min(...corners), Math.max(...corners)]
  return rounded(atom(least, greatest, ANY_EXPONENT), wrong)
}

function absolute(a: Value): Value {
  const [low, high] = [Math.abs(a.least), Math.abs(a.greatest)]
  const least = a.least <= 0 && a.greatest >= 0 ? 0 : Math.min(low, high)
  return { ...closed({ ...a, least, greatest: Math.max(low, high), minusZero: false }), source: a.source }
}

/** Rounded to a whole number. What is whole already is left alone, also by a runtime, so that its region goes on. */
function whole(name: string, a: Value): Value {
  const wrong = unusable(a)
  if (a.exponent >= 0) return { ...a, literal: false, fault: wrong }
  const round = SCALAR_OPS[name]!
  const minusZero = a.minusZero || (name !== 'f32.floor' && a.least < 0 && a.greatest > -1)
  return atom(round(a.least, 0), round(a.greatest, 0), 0, { minusZero, nan: a.nan, source: a.source, fault: wrong })
}

/** The lesser or the greater; a clip that changes nothing may be dropped by a runtime, so that the region goes on. */
function extreme(name: 'f32.min' | 'f32.max', a: Value, b: Value): Value {
  const wrong = comparable(a) ?? comparable(b)
  const flip = name === 'f32.min' ? -1 : 1
  const above = (x: Value, y: Value): boolean => !x.nan && !y.nan && (flip > 0 ? x.least >= y.greatest : x.greatest <= y.least)
  for (const [x, y] of [
    [a, b],
    [b, a],
  ] as const) {
    if (above(x, y) && !(mayBeZero(x) && mayBeZero(y))) return { ...x, literal: false, fault: wrong }
  }
  const choose = flip > 0 ? Math.max : Math.min
  const meets = (x: Value, y: Value): boolean => x.minusZero && (flip > 0 ? y.least < 0 || y.minusZero : y.greatest >= 0)
  return atom(choose(a.least, b.least), choose(a.greatest, b.greatest), Math.min(a.exponent, b.exponent), {
    minusZero: meets(a, b) || meets(b, a),
    source: Math.max(a.source, b.source),
    nan: a.nan || b.nan,
    fault: wrong,
  })
}

/** Truncated; saturates, which runtimes do not. NaN is 0 in the reference alone. */
function toInteger(a: Value): Value {
  const convert = SCALAR_OPS['i32.from_f32']!
  const [least, greatest] = [convert(a.least, 0), convert(a.greatest, 0)]
  const saturates = a.least < -0x80000000 || a.greatest >= 0x80000000
  const wrong = unusable(a) ?? (saturates ? fault('OVERFLOW', mass(a)) : null)
  if (a.exponent >= 0 && !saturates && !wrong) return { ...a, literal: false, minusZero: false, source: -1 }
  const [low, high] = a.nan ? [Math.min(0, least), Math.max(0, greatest)] : [least, greatest]
  return atom(low, high, 0, { fault: wrong })
}

/** Integers of at most 24 bits are floats as they are, also where a fault lets a provider choose which: the reference stores these. */
function fromInteger(a: Value): Value {
  const size = units(a)
  if (size > EXACT) return rounded(a, a.fault ?? fault('BOUND', size, excessOf(size, EXACT)))
  return { ...a, source: -1 }
}

/** The binary32 value of these bits as it stands in code or fills a load. */
export const constantBits = (bits: number): Value => constant(fromBits(bits))
