import { WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { functionsOf, type Memory, type Module } from '../engine.ts'
import { partRoot, ROOM } from './leaves.ts'
import { QUEUE_WORDS, TicketQueue } from './queue.ts'

/** A function over memory: tiles from, up to; address of the output; one address an operand. */
export type TileFunction = (begin: number, end: number, output: number, ...operands: readonly number[]) => void

/** A call with addresses in the place of slots. */
export type PlacedCall = { readonly fn: number; readonly addresses: readonly number[] }

/**
 * All that a thread needs to take part in the runs of one compiled program; can be sent to other threads.
 * @property id       the team's number for it, not 0
 * @property memory   shared
 * @property control  two queues, of parts of kernels and of leaves to hash; then a word that is not 0 once a thread failed
 * @property tickets  of the first queue, three words each: call, first tile, end of the tiles
 * @property leaves   of the second queue, three words each: address, bytes, depth of the tree over them
 * @property tops     32 bytes a ticket of the second queue: the root of its tree
 */
export type ShareParts = {
  readonly id: number
  readonly module: Module
  readonly memory: Memory
  readonly control: SharedArrayBuffer
  readonly calls: readonly PlacedCall[]
  readonly tickets: Int32Array
  readonly leaves: Uint32Array
  readonly tops: SharedArrayBuffer
}

const FAILED = 2 * QUEUE_WORDS
/** What a failure says: its length, then UTF-16 units. */
const [TEXT, TEXT_UNITS] = [FAILED + 1, 200]

export const newControl = (): SharedArrayBuffer => new SharedArrayBuffer(4 * (TEXT + 1 + TEXT_UNITS))

/** A thread's part in the runs of one compiled program. */
export class Share {
  readonly parts: ShareParts
  readonly kernels: TicketQueue
  readonly hashes: TicketQueue
  readonly #control: Int32Array
  readonly #functions: readonly TileFunction[]
  readonly #bytes: Uint8Array
  readonly #tops: Uint8Array
  readonly #room = new Uint8Array(ROOM)

  constructor(parts: ShareParts) {
    this.parts = parts
    this.#control = new Int32Array(parts.control)
    this.kernels = new TicketQueue(this.#control.subarray(0, QUEUE_WORDS))
    this.hashes = new TicketQueue(this.#control.subarray(QUEUE_WORDS, 2 * QUEUE_WORDS))
    const exports = functionsOf(parts.module, parts.memory)
    this.#functions = Object.keys(exports).map((_, fn) => exports[fn] as TileFunction)
    this.#bytes = new Uint8Array(parts.memory.buffer)
    this.#tops = new Uint8Array(parts.tops)
  }

  /** Computes some tiles of a call. */
  call(call: number, begin: number, end: number): void {
    const { fn, addresses } = this.parts.calls[call]!
    const [output, ...operands] = addresses
    this.#functions[fn]!(begin, end, output!, ...operands)
  }

  /** Takes one ticket and does what it says, parts of kernels first. @returns whether there was one */
  workOnce(): boolean {
    return this.computeOnce() || this.hashOnce()
  }

  computeOnce(): boolean {
    const ticket = this.kernels.take()
    if (ticket < 0) return false
    try {
      const { tickets } = this.parts
      this.call(tickets[3 * ticket]!, tickets[3 * ticket + 1]!, tickets[3 * ticket + 2]!)
    } catch (error) {
      this.fail(error)
    }
    this.kernels.finish()
    return true
  }

  hashOnce(): boolean {
    const ticket = this.hashes.take()
    if (ticket < 0) return false
    try {
      const { leaves } = this.parts
      const [address, bytes, depth] = leaves.subarray(3 * ticket) as unknown as readonly [number, number, number]
      this.#tops.set(partRoot(this.#bytes.subarray(address, address + bytes), depth, this.#room), WORD * ticket)
    } catch (error) {
      this.fail(error)
    }
    this.hashes.finish()
    return true
  }

  /** What a thread failed with, if one did. */
  get failure(): string | null {
    if (Atomics.load(this.#control, FAILED) === 0) return null
    const units = this.#control.subarray(TEXT + 1, TEXT + 1 + this.#control[TEXT]!)
    return String.fromCharCode(...units)
  }

  /** Tells all threads that the run failed here. */
  fail(error: unknown): void {
    const text = String(error instanceof Error ? error.message : error).slice(0, TEXT_UNITS)
    for (let at = 0; at < text.length; at++) this.#control[TEXT + 1 + at] = text.charCodeAt(at)
    this.#control[TEXT] = text.length
    Atomics.store(this.#control, FAILED, 1)
  }
}
