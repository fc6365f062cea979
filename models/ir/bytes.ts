import { OpineError } from '@opine/dispute-game/errors.ts'

/** Appends big-endian integers; each value is checked against its width. */
export class ByteWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  /** @param capacity  bytes to set aside at first */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  /** @throws {OpineError} `NUMBER_OUT_OF_RANGE` */
  u8(value: number, what: string): void {
    const at = this.#reserve(1)
    this.#view.setUint8(at, checked(value, 0, 0xff, what))
  }

  u16(value: number, what: string): void {
    const at = this.#reserve(2)
    this.#view.setUint16(at, checked(value, 0, 0xffff, what))
  }

  u32(value: number, what: string): void {
    const at = this.#reserve(4)
    this.#view.setUint32(at, checked(value, 0, 0xffffffff, what))
  }

  i32(value: number, what: string): void {
    const at = this.#reserve(4)
    this.#view.setInt32(at, checked(value, -0x80000000, 0x7fffffff, what))
  }

  bytes(value: Uint8Array): void {
    const at = this.#reserve(value.length)
    this.#bytes.set(value, at)
  }

  /** All that was written; the writer is not used any more. */
  finish(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length)
  }

  /** May replace the array: call it before looking at that. */
  #reserve(size: number): number {
    const at = this.#length
    this.#length += size
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length))
      grown.set(this.#bytes)
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return at
  }
}

/** Reads big-endian integers; reading past the end, or leaving bytes behind, is one error with the given code. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #code: string
  #at = 0

  constructor(bytes: Uint8Array, code: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#code = code
  }

  get offset(): number {
    return this.#at
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  u8(what: string): number {
    return this.#view.getUint8(this.#take(1, what))
  }

  u16(what: string): number {
    return this.#view.getUint16(this.#take(2, what))
  }

  u32(what: string): number {
    return this.#view.getUint32(this.#take(4, what))
  }

  i32(what: string): number {
    return this.#view.getInt32(this.#take(4, what))
  }

  /** A view of the next `size` bytes, not a copy. */
  bytes(size: number, what: string): Uint8Array {
    const at = this.#take(size, what)
    return this.#bytes.subarray(at, at + size)
  }

  /** Calls `read` `count` times. No space is set aside before the bytes are there. */
  list<T>(count: number, read: (index: number) => T): T[] {
    const items: T[] = []
    for (let index = 0; index < count; index++) items.push(read(index))
    return items
  }

  /** The error for a field whose value has no meaning. */
  refuse(what: string, value: unknown): OpineError {
    return new OpineError(this.#code, `${what} is ${String(value)} before byte ${this.#at}, which the format does not allow`, {
      what,
      value,
      offset: this.#at,
    })
  }

  end(): void {
    if (this.remaining > 0) {
      throw new OpineError(this.#code, `${this.remaining} bytes follow the end at byte ${this.#at}; cut them off`, { offset: this.#at })
    }
  }

  #take(size: number, what: string): number {
    if (size > this.remaining) {
      const text = `${what} needs ${size} bytes at byte ${this.#at}, but only ${this.remaining} are left; the bytes are cut short`
      throw new OpineError(this.#code, text, { what, offset: this.#at })
    }
    const at = this.#at
    this.#at += size
    return at
  }
}

function checked(value: number, low: number, high: number, what: string): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value
  throw new OpineError('NUMBER_OUT_OF_RANGE', `${what} is ${value}; it must be an integer from ${low} to ${high}`, { what, value })
}
