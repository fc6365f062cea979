import { readerOf } from '../exec/reference/buffer.ts'
import type { InputSpec, Program } from '../ir/types.ts'
import { bitsOf, fromBits } from '../numerics/bits.ts'
import { power } from './binary.ts'
import type { InputCondition } from './certificate.ts'
import { alike, anyStored, type Contents } from './contents.ts'
import { atom } from './value.ts'

/**
 * What an input may be where nothing is said. Integers are what their type holds. Of floats nearly everything that there is, so that a scale and
 * a rounding of it stay exact: multiples of 2^-100 up to 2^64 (all of `f16` that is finite). What lies outside, NaN and the infinities are looked
 * for before an input is given to a provider.
 */
export function conditionOf({ type }: InputSpec, input: number): InputCondition {
  if (type === 'f32') return { input, exponent: -100, least: -power(64), greatest: power(64) }
  if (type === 'f16') return { input, exponent: -24, least: -65504, greatest: 65504 }
  const { least, greatest } = anyStored(type)
  return { input, exponent: 0, least, greatest }
}

/** An input's elements, under its condition. */
export function inputContents({ type, count }: InputSpec, { input, exponent, least, greatest }: InputCondition): Contents {
  const minusZero = (type === 'f32' || type === 'f16') && least <= 0 && greatest >= 0
  return alike(count, atom(least, greatest, exponent, { minusZero, source: input }))
}

/** Typed arrays have the machine's byte order, buffers are little-endian. */
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
/** The greatest binary32 number; of the finer unit all of them are multiples, of the coarser one none but 0. */
const [GREATEST, FINEST, COARSEST] = [0xffffff * power(104), -149, 128]

/**
 * Whether inputs are what a certificate takes for granted, so that it holds for this execution.
 * @param inputs  one raw little-endian buffer an input
 */
export function inputsMeet(program: Program, conditions: readonly InputCondition[], inputs: readonly Uint8Array[]): boolean {
  return conditions.every(({ input, exponent, least, greatest }) => {
    const { type, count } = program.inputs[input]!
    const [from, to] = [Math.max(least, -GREATEST), Math.min(greatest, GREATEST)]
    const perUnit = power(-Math.max(FINEST, Math.min(exponent, COARSEST)))
    if (type === 'f32' && LITTLE_ENDIAN) return floatsMeet(inputs[input]!, exponent, from, to, perUnit)
    const read = readerOf(type, inputs[input]!)
    for (let element = 0; element < count; element++) if (!meets(read(element), from, to, perUnit)) return false
    return true
  })
}

/** Exact: a binary32 number times a power of two, and what is between the limits is finite. */
function meets(value: number, from: number, to: number, perUnit: number): boolean {
  const units = value * perUnit
  return value >= from && value <= to && Math.floor(units) === units
}

/** Elements that are looked at together. */
const BLOCK = 1024
/** Bits of a binary32 number that follow its first one. */
const FRACTION = 23
const MAGNITUDE = 0x7fffffff

/**
 * Block by block: a number whose first bit stands so high that its last one is a unit or more is a multiple, and so is 0. By the order of their bits
 * all magnitudes from there to the nearer limit meet the condition; only blocks that have others are looked at by the numbers themselves.
 */
function floatsMeet(bytes: Uint8Array, exponent: number, from: number, to: number, perUnit: number): boolean {
  // A copy by the constructor: `slice` of a Buffer is a view.
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  const [floats, words] = [new Float32Array(buffer, byteOffset, length / 4), new Int32Array(buffer, byteOffset, length / 4)]
  const least = bitsOf(Math.fround(power(exponent + FRACTION)))
  const greatest = from <= 0 && to >= 0 ? magnitudeBelow(Math.min(-from, to)) : -1
  for (let first = 0; first < floats.length; first += BLOCK) {
    const end = Math.min(first + BLOCK, floats.length)
    // The sign of `below`: whether a magnitude is, and is not 0. No magnitude is greater than all bits of all of them.
    let [below, bits] = [end - first < BLOCK ? -1 : 0, 0]
    for (let element = first; below >= 0 && element < end; element += 4) {
      const a = words[element]! & MAGNITUDE
      const b = words[element + 1]! & MAGNITUDE
      const c = words[element + 2]! & MAGNITUDE
      const d = words[element + 3]! & MAGNITUDE
      bits |= a | b | c | d
      below = ((a - least) & -a) | ((b - least) & -b) | ((c - least) & -c) | ((d - least) & -d)
    }
    if (below >= 0 && bits <= greatest) continue
    for (let element = first; element < end; element++) if (!meets(floats[element]!, from, to, perUnit)) return false
  }
  return true
}

/** Bits of the greatest binary32 number that is not above a limit; -1 if that is not positive. */
function magnitudeBelow(limit: number): number {
  if (limit <= 0) return -1
  const bits = bitsOf(Math.fround(limit))
  return fromBits(bits) > limit ? bits - 1 : bits
}
