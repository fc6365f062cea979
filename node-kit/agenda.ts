/**
 * Milliseconds after which what rests is looked at all the same: first, and at most; four times as long whenever that finds nothing else. What
 * was read of the latest blocks may be gone before any of them was seen as a head, so that no reorganisation is noticed.
 */
const [FIRST, LONGEST] = [4000, 60_000] as const

type Rest = { readonly until: number; readonly since: number; readonly length: number }

/**
 * Which of many things may rest, as nothing can be done about them before something happens: an event about one of them, a block's time, a
 * reorganisation. What nobody laid to rest is looked at with every block.
 */
export class Agenda<Id extends string> {
  readonly #resting = new Map<Id, Rest>()
  readonly #looking = new Set<Id>()
  readonly #now: () => number

  /** @param now  milliseconds of a clock that only goes forward */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** @param time  of the latest block, unix seconds */
  rests(id: Id, time: number): boolean {
    const rest = this.#resting.get(id)
    return rest !== undefined && time <= rest.until && this.#now() - rest.since < rest.length
  }

  /**
   * Looks at one thing; if something happened to it meanwhile, it does not rest.
   * @param look  returns the last block time, unix seconds, at which there is nothing to do unless something happens; undefined for none
   */
  async look(id: Id, look: () => Promise<number | undefined>): Promise<void> {
    const before = this.#resting.get(id)
    this.#resting.delete(id)
    this.#looking.add(id)
    try {
      const until = await look()
      if (until === undefined || !this.#looking.has(id)) return
      const length = before?.until === until ? Math.min(LONGEST, 4 * before.length) : FIRST
      this.#resting.set(id, { until, since: this.#now(), length })
    } finally {
      this.#looking.delete(id)
    }
  }

  /** Something happened to it. */
  wake(id: Id): void {
    this.#resting.delete(id)
    this.#looking.delete(id)
  }

  /** What was seen may not hold any more. */
  wakeAll(): void {
    this.#resting.clear()
    this.#looking.clear()
  }
}
