/** A source of uniform numbers in [0, 1): multiples of 2^-24, so that every engine draws the same ones. */
export type Random = () => number

/** Marsaglia's xorshift32 (Journal of Statistical Software 8(14), 2003), its upper 24 bits. `seed` is a non-zero 32-bit integer. */
export function xorshift(seed: number): Random {
  let state = seed | 0
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 8) / 0x1000000
  }
}

/** An integer in `0 .. bound - 1`. */
export const below = (random: Random, bound: number): number => Math.floor(random() * bound)

/** The numbers `0 .. count - 1` in an order drawn by Fisher and Yates' method. */
export function shuffled(random: Random, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = below(random, last + 1)
    const kept = order[last]!
    order[last] = order[other]!
    order[other] = kept
  }
  return order
}

/** Nearly normal with mean 0 and deviation 1, between -6 and 6: a sum of twelve uniform numbers, exact in binary64. */
export function bell(random: Random): number {
  let sum = -6
  for (let n = 0; n < 12; n++) sum += random()
  return sum
}
