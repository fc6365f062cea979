/** What this life of the process knows of pending intents, by key: since when they pend, and when a node last took them. */
export class OfferAges {
  /** What a former process offered is not in it. */
  readonly #offered = new Map<string, number>()
  /** The oldest first. */
  readonly #known = new Map<string, number>()

  get size(): number {
    return this.#known.size
  }

  /** Milliseconds for which the oldest is known to pend; negative infinity if there is none. */
  get oldest(): number {
    const [since = Infinity] = this.#known.values()
    return performance.now() - since
  }

  /** It pends. */
  know(key: string): void {
    if (!this.#known.has(key)) this.#known.set(key, performance.now())
  }

  /** The node is told of it. @param answered  false if it said nothing */
  offered(key: string, answered: boolean): void {
    this.know(key)
    if (answered) this.#offered.set(key, performance.now())
    else this.#offered.delete(key)
  }

  /** Milliseconds since a node last took it; infinity if none did in this life. */
  of(key: string): number {
    return performance.now() - (this.#offered.get(key) ?? -Infinity)
  }

  forget(key: string): void {
    this.#known.delete(key)
    this.#offered.delete(key)
  }
}
