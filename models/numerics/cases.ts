/** Operands that find mistakes in a binary32 implementation, as bits. For tests. */

/** Zeros, subnormals, the edges of every range, ties, infinities and NaNs of several payloads, in both signs. */
export const SPECIAL_BITS: readonly number[] = [
  0x00000000, 0x00000001, 0x00000002, 0x00000003, 0x00400000, 0x007ffffe, 0x007fffff, 0x00800000, 0x00800001, 0x00ffffff, 0x01000000,
  0x0c000000, 0x0c800001, 0x1fffffff, 0x20000000, 0x33000000, 0x33800000, 0x33800001, 0x34000000, 0x3effffff, 0x3f000000, 0x3f000001,
  0x3f7fffff, 0x3f800000, 0x3f800001, 0x3fbfffff, 0x3fc00000, 0x3fc00001, 0x40000000, 0x40200000, 0x40490fdb, 0x40600000, 0x4affffff,
  0x4b000000, 0x4b000001, 0x4b7fffff, 0x4b800000, 0x4effffff, 0x4f000000, 0x4f000001, 0x5f7fffff, 0x5f800000, 0x7e7fffff, 0x7e800000,
  0x7f000000, 0x7f7ffffe, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fa00000, 0x7fbfffff, 0x7fc00000, 0x7fc00001, 0x7fffffff,
].flatMap((bits) => [bits, (bits | 0x80000000) >>> 0])

/** A repeatable stream of 32-bit words (xorshift32, G. Marsaglia 2003). */
export function randomWords(seed: number): () => number {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/**
 * `count` pairs of words: every pair of special values first, then pairs of random patterns, of near exponents (cancellation, ties), of few
 * set bits (exact ties and exact quotients), of small exponents (subnormal results) and of halves of whole numbers.
 */
export function operandPairs(count: number, seed: number): Uint32Array {
  const pairs = new Uint32Array(2 * count)
  const random = randomWords(seed)
  const specials = SPECIAL_BITS.length
  for (let index = 0; index < count; index++) {
    const [a, b] =
      index < specials * specials ? [SPECIAL_BITS[index % specials]!, SPECIAL_BITS[(index / specials) | 0]!] : drawPair(random, index % 6)
    pairs[2 * index] = a
    pairs[2 * index + 1] = b
  }
  return pairs
}

function drawPair(random: () => number, kind: number): readonly [number, number] {
  const a = random()
  const b = random()
  const near = ((a + ((((b >>> 24) % 56) - 28) << 23)) & 0x7f800000) | (b & 0x807fffff)
  if (kind === 0) return [a, b]
  if (kind === 1) return [a, near]
  if (kind === 2) return [a & 0xfff80000, b & 0xff8ff000]
  if (kind === 3) return [a & ~(random() & 0x7fffff), near & ~(random() & 0x7fffff)]
  if (kind === 4) return [(a & 0x807fffff) | (((a >>> 23) % 150) << 23), (b & 0x807fffff) | (((b >>> 23) % 150) << 23)]
  return [(a & 0x807fffff) | ((((a >>> 23) % 40) + 120) * 0x800000), (b & 0x80700000) | ((((b >>> 23) % 40) + 110) * 0x800000)]
}
