import { type Memory, memoryOf, PAGE } from '../engine.ts'

/** All smaller memories have this size, so that any of them serves again: pages that nobody touches cost nothing. */
const SMALL = 64 * PAGE
/** Memories that wait for another program. */
const MOST = 8

/**
 * Shared memories of a team. Engines give few of them, for each takes gigabytes of addresses, and take one back only when every thread has
 * collected its garbage: small ones are used again.
 */
export class Memories {
  readonly #free: Memory[] = []

  /** At least so many bytes, all zero. @throws {OpineError} `WASM_NO_MEMORY` */
  take(bytes: number): Memory {
    if (bytes > SMALL) return memoryOf(bytes, true)
    const memory = this.#free.pop()
    if (!memory) return memoryOf(SMALL, true)
    new Uint8Array(memory.buffer).fill(0)
    return memory
  }

  /** Nobody reads or writes it any more. */
  giveBack(memory: Memory): void {
    if (memory.buffer.byteLength === SMALL && this.#free.length < MOST) this.#free.push(memory)
  }
}
