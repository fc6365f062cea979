import { LINE } from './queue.ts'
import { pause } from './waiting.ts'

const [BELL, SLEEPERS, ORDERS, CURRENT, ACTIVE] = [0, LINE, 2 * LINE, 2 * LINE + 1, 2 * LINE + 2]
const WORDS = 3 * LINE

/** Looks at the bell before a thread sleeps, some thirty in a microsecond: while a run goes on, for as long as most steps take; between runs, about as long as being woken takes. */
const [PATIENT, HASTY] = [4000, 1500]

/** How a team's master wakes its helpers, and tells them which share of work is worked on; 0 for none. */
export class Bell {
  readonly #words: Int32Array

  /** @param memory  what the threads share; made anew where it is left out */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4 * WORDS)) {
    this.#words = new Int32Array(memory)
  }

  get memory(): SharedArrayBuffer {
    return this.#words.buffer as SharedArrayBuffer
  }

  /** Messages that were sent to every helper. */
  get orders(): number {
    return Atomics.load(this.#words, ORDERS)
  }

  get current(): number {
    return Atomics.load(this.#words, CURRENT)
  }

  get rings(): number {
    return Atomics.load(this.#words, BELL)
  }

  /** Master: there is something to do. */
  ring(): void {
    Atomics.add(this.#words, BELL, 1)
    // A helper counts itself before it looks for the last time, so that none is missed.
    if (Atomics.load(this.#words, SLEEPERS) > 0) Atomics.notify(this.#words, BELL)
  }

  /** Master: a message was sent to every helper. */
  ordered(): void {
    Atomics.add(this.#words, ORDERS, 1)
    this.ring()
  }

  /** Master: a run of this share begins. */
  begin(share: number): void {
    Atomics.store(this.#words, CURRENT, share)
    Atomics.store(this.#words, ACTIVE, 1)
  }

  /** Master: it has ended. */
  end(): void {
    Atomics.store(this.#words, ACTIVE, 0)
  }

  /** Helper: until the bell has rung more often than `rings`. */
  wait(rings: number): void {
    const words = this.#words
    for (let look = 0; look < (Atomics.load(words, ACTIVE) === 0 ? HASTY : PATIENT); look++) {
      if (Atomics.load(words, BELL) !== rings) return
      pause()
    }
    Atomics.add(words, SLEEPERS, 1)
    Atomics.wait(words, BELL, rings)
    Atomics.sub(words, SLEEPERS, 1)
  }
}
