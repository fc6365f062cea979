import { randomWords, SPECIAL_BITS } from '../numerics/cases.ts'

/** Repeatable choices for fuzz tests: equal seeds, equal streams on every machine. */
export class Random {
  readonly #words: () => number

  constructor(seed: number) {
    // Neighbouring seeds would begin alike: scattered first, and the first words thrown away.
    this.#words = randomWords(Math.imul(seed + 1, 0x9e3779b1))
    for (let skip = 0; skip < 8; skip++) this.#words()
  }

  /** Any 32 bits. */
  word(): number {
    return this.#words()
  }

  /** An integer from 0 to `bound - 1`. */
  below(bound: number): number {
    return Math.floor((this.#words() / 0x100000000) * bound)
  }

  /** An integer from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  chance(probability: number): boolean {
    return this.#words() < probability * 0x100000000
  }

  /** One of a list that is not empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** Bits that find mistakes, or any. */
  bits(): number {
    return this.chance(0.4) ? this.pick(SPECIAL_BITS) : this.word()
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.word() >>> 24)
  }
}
