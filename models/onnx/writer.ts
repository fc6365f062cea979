/**
 * A protobuf message in the making: fields are appended in the order of the calls.
 * Source: protobuf.dev/programming-guides/encoding (wire types 0, 2 and 5).
 */
export class MessageWriter {
  #parts: Uint8Array[] = []

  /** Wire type 0; negative values take ten bytes, as for every `int64`. */
  integer(field: number, value: number | bigint): this {
    this.#parts.push(varint(BigInt(field) << 3n), varint(BigInt(value)))
    return this
  }

  /** Wire type 5, an IEEE 754 binary32. */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    this.#parts.push(varint((BigInt(field) << 3n) | 5n), bytes)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#parts.push(varint((BigInt(field) << 3n) | 2n), varint(BigInt(value.length)), value)
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish())
  }

  finish(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((total, part) => total + part.length, 0))
    let offset = 0
    for (const part of this.#parts) {
      whole.set(part, offset)
      offset += part.length
    }
    return whole
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest === 0n ? low : low | 0x80)
  } while (rest !== 0n)
  return Uint8Array.from(bytes)
}
