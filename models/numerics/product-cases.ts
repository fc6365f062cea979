import { randomWords, SPECIAL_BITS } from './cases.ts'

/**
 * Factors of sums of products that find mistakes: terms that cancel what was summed, in whole or but for a unit; terms of all distances from
 * it, up to where one is nothing beside the other; products and sums at both ends of the range; ties; rarely an infinity or NaN. For tests.
 */

const SIGN = 0x80000000
const FRACTION = 0x7fffff
type Random = () => number

/** A number of random sign with an exponent field of `from .. from + span - 1`, and as few fraction bits as `mask` leaves. */
const around = (random: Random, from: number, span: number, mask = FRACTION): number =>
  ((random() & SIGN) | ((from + (random() % span)) << 23) | (random() & mask)) >>> 0

/** Exponents whose products are just finite, or not. */
const TOP = 186

/** Where the exponents of the factors of one sum lie. */
const RANGES: readonly (readonly [from: number, span: number])[] = [
  [121, 8],
  [121, 8],
  [110, 30],
  [64, 10],
  [56, 9],
  [60, 30],
  [TOP, 10],
  [0, 254],
  [40, 170],
]

/** The greatest number as a product, or a half or a quarter of its last unit: sums of these end just below, at or above infinity. */
function atTheTop(random: Random): readonly [number, number] {
  const sign = (random() & 3) === 0 ? SIGN : 0
  const e = 178 + (random() % 20)
  if (random() & 1) return [(sign | (e << 23) | FRACTION) >>> 0, (254 + 127 - e) << 23]
  return [(sign | (e << 23)) >>> 0, (357 - (random() & 1) - e) << 23]
}

/** Fills `pairs` (a, b, a, b, ...) for sums of `length` products each. The same seed gives the same cases. */
export function productCases(seed: number, length: number, pairs: Uint32Array): void {
  const random = randomWords(Math.imul(seed, 0x9e3779b1))
  for (let sum = 0; sum < pairs.length; sum += 2 * length) {
    const [from, span] = RANGES[random() % RANGES.length]!
    const mask = random() & 3 ? FRACTION : 0x7f8000
    for (let index = sum; index < Math.min(pairs.length, sum + 2 * length); index += 2) {
      const kind = random() & 31
      let a = around(random, from, span, mask)
      let b = around(random, from, span, mask)
      if (kind < 8 && index > sum) {
        // an earlier term with the other sign, or one unit beside it
        const earlier = index - 2 * (1 + (random() % ((index - sum) / 2)))
        a = (pairs[earlier]! ^ SIGN) >>> 0
        b = (pairs[earlier + 1]! + (kind < 4 ? 0 : (random() % 3) - 1)) >>> 0
      } else if (kind === 8 && random() % length === 0) a = SPECIAL_BITS[random() % SPECIAL_BITS.length]!
      if (from === TOP && kind > 15) [a, b] = atTheTop(random)
      pairs[index] = a
      pairs[index + 1] = b
    }
  }
}
