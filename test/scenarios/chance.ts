/** Numbers that a seed fixes: where a scenario leaves something to chance, it can be played again. */
export class Chance {
  readonly seed: number
  #state: number

  constructor(seed: number) {
    this.seed = seed
    this.#state = seed >>> 0
  }

  /** By OPINE_SEED if it is set, else another one each time. The scenario prints it. */
  static ofTheDay(): Chance {
    return new Chance(Number(process.env.OPINE_SEED ?? Math.floor(Math.random() * 2 ** 31)))
  }

  /** At least 0, less than 1: mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `least` to `most`. */
  whole = (least: number, most: number): number => least + Math.floor(this.next() * (most - least + 1))

  /** Whether something happens that does so in this part of all cases. */
  happens = (part: number): boolean => this.next() < part

  pick = <T>(choices: readonly T[]): T => choices[this.whole(0, choices.length - 1)]!
}
