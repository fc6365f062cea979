import type { Hex } from '@opine/dispute-game/merkle/hex.ts'

/** Milliseconds for a game's challenger to come to the trace server, and for one that was served to use it, of the operator's own clock. */
const [ARRIVAL, PATIENCE] = [3_000, 30_000] as const
/** What of the clock may go by at most. */
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

  /** @param clock  seconds that this side had when its turn began */
  lasts(gameId: Hex, clock: number): boolean {
    const now = performance.now()
    const begun = this.#seen.get(gameId) ?? now
    this.#seen.set(gameId, begun)
    const most = Math.min(this.#most, clock * 1000 * SHARE)
    const arrival = Math.min(ARRIVAL, most)
    return now - begun < (this.#hasServed(gameId, most) ? most : arrival)
  }
}
