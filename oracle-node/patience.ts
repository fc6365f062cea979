import type { Hex } from '@opine/dispute-game/merkle/hex.ts'

/** Milliseconds for a game's challenger to come to the trace server, and for one that was served to use it, of the operator's own clock. */
const [ARRIVAL, PATIENCE] = [3_000, 30_000] as const
/** What may go by at most, of the time that is left when it is looked at: who comes back late has none to give away. */
const SHARE = 1 / 8

/**
 * Whether to wait before the first post in a game: who is served, or may be in a moment, may prove at once what else takes turns and gas of
 * both. Once for each game of this life.
 */
export class Patience {
  readonly #hasServed: (gameId: Hex, within: number) => boolean
  readonly #most: number
  readonly #seen = new Map<Hex, number>()

  /** @param hasServed  whether a game's challenger was served within so many milliseconds */
  constructor(hasServed: (gameId: Hex, within: number) => boolean, most: number = PATIENCE) {
    this.#hasServed = hasServed
    this.#most = most
  }

  /** @param left  seconds until this side's time is over */
  lasts(gameId: Hex, left: number): boolean {
    const now = performance.now()
    const begun = this.#seen.get(gameId) ?? now
    this.#seen.set(gameId, begun)
    const most = Math.min(this.#most, left * 1000 * SHARE)
    const arrival = Math.min(ARRIVAL, most)
    return now - begun < (this.#hasServed(gameId, most) ? most : arrival)
  }
}
