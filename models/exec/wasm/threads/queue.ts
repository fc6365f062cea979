/** 32-bit words a cache line has, and its neighbour that machines fetch along: who waits for one word is not disturbed by another. */
export const LINE = 32

const [NEXT, LIMIT, DONE, BASE, WAITING] = [0, LINE, 2 * LINE, 3 * LINE, 3 * LINE + 1]

/** Words that a queue takes. */
export const QUEUE_WORDS = 4 * LINE

/**
 * Numbered tickets that several threads take, each ticket once, in order. One thread, the master, gives them out; tickets of one run are numbered
 * from 0. The words only ever grow (and wrap around): what a thread that was held up has read of an earlier run can never be taken for the present.
 */
export class TicketQueue {
  readonly #words: Int32Array

  /** @param words  of shared memory, zero at first */
  constructor(words: Int32Array) {
    this.#words = words
  }

  /** The next ticket that is given out, or -1. Who takes one must `finish` it. */
  take(): number {
    const words = this.#words
    for (;;) {
      const next = Atomics.load(words, NEXT)
      if (((Atomics.load(words, LIMIT) - next) | 0) <= 0) return -1
      // While a ticket is out its run cannot end: the base is that of its run.
      if (Atomics.compareExchange(words, NEXT, next, (next + 1) | 0) === next) return (next - Atomics.load(words, BASE)) | 0
    }
  }

  finish(): void {
    Atomics.add(this.#words, DONE, 1)
    if (Atomics.load(this.#words, WAITING) !== 0) Atomics.notify(this.#words, DONE)
  }

  /** Master: a run begins. All tickets of the one before are done. */
  begin(): void {
    Atomics.store(this.#words, BASE, Atomics.load(this.#words, LIMIT))
  }

  /** Master: gives out the tickets below `end`. */
  give(end: number): void {
    Atomics.store(this.#words, LIMIT, (Atomics.load(this.#words, BASE) + end) | 0)
  }

  /** Master: how many tickets that were given out are not done. */
  get open(): number {
    return (Atomics.load(this.#words, LIMIT) - Atomics.load(this.#words, DONE)) | 0
  }

  /** Master: sleeps until a ticket is done, or for so long. Not where threads must not sleep. @returns whether one was done */
  sleep(milliseconds: number): boolean {
    const words = this.#words
    Atomics.store(words, WAITING, 1)
    const done = Atomics.load(words, DONE)
    const slept = ((Atomics.load(words, LIMIT) - done) | 0) > 0 ? Atomics.wait(words, DONE, done, milliseconds) : 'not-equal'
    Atomics.store(words, WAITING, 0)
    return slept !== 'timed-out'
  }
}
