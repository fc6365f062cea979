import { OpineError } from '@opine/dispute-game/errors.ts'

/**
 * A protobuf wire reader that is total: any bytes give fields or one OpineError with the offset in the file, `TRUNCATED_FILE` where
 * a field ends past its message, `MALFORMED_FILE` otherwise. Nothing is copied or allocated but the field's own view.
 * Source: protobuf.dev/programming-guides/encoding.
 */

/** A part of the file; offsets in errors count from the file's start. */
export type Slice = { readonly file: Uint8Array; readonly start: number; readonly end: number }

export const wholeFile = (file: Uint8Array): Slice => ({ file, start: 0, end: file.length })

export const sliceBytes = (slice: Slice): Uint8Array => slice.file.subarray(slice.start, slice.end)

/** One field; `slice` covers the payload: the varint's bytes, four or eight fixed bytes, or the length-delimited content. */
export type Field = { readonly number: number; readonly wire: number; readonly slice: Slice }

export function* fields(message: Slice): Generator<Field> {
  const { file, end } = message
  let offset = message.start
  while (offset < end) {
    const tag = readVarint(file, offset, end)
    const wire = tag.low & 7
    const number = (tag.low >>> 3) + (tag.high & 7) * 0x20000000
    if (number === 0 || tag.high > 7) throw malformed('a field number out of range', offset)
    offset = tag.next
    let next: number
    if (wire === 0) next = readVarint(file, offset, end).next
    else if (wire === 1) next = offset + 8
    else if (wire === 5) next = offset + 4
    else if (wire === 2) {
      const length = readVarint(file, offset, end)
      if (length.high !== 0) throw truncated(offset)
      offset = length.next
      next = offset + length.low
    } else throw malformed(`wire type ${wire}`, offset)
    if (next > end) throw truncated(offset)
    yield { number, wire, slice: { file, start: offset, end: next } }
    offset = next
  }
}

/** An `int64` or `int32` field; exact up to 2^53 - 1, saturated there. */
export function integer(field: Field): number {
  expectWire(field, 0)
  const { file, start, end } = field.slice
  return toNumber(readVarint(file, start, end))
}

/** The same as 64 bits, two's complement. */
export function bigInteger(field: Field): bigint {
  expectWire(field, 0)
  const { file, start, end } = field.slice
  return toBigInt(readVarint(file, start, end))
}

export function float(field: Field): number {
  expectWire(field, 5)
  const { file, start } = field.slice
  return new DataView(file.buffer, file.byteOffset + start, 4).getFloat32(0, true)
}

export function content(field: Field): Slice {
  expectWire(field, 2)
  return field.slice
}

/** UTF-8 text; malformed sequences become U+FFFD, since old files hold any bytes in documentation and names. */
export const text = (field: Field): string => new TextDecoder().decode(sliceBytes(content(field)))

/** The 64-bit integers of a repeated field, packed or one alone. */
export function* packedIntegers(field: Field): Generator<bigint> {
  if (field.wire === 0) return yield bigInteger(field)
  const { file, start, end } = content(field)
  let offset = start
  while (offset < end) {
    const value = readVarint(file, offset, end)
    offset = value.next
    yield toBigInt(value)
  }
}

/** The bytes of a repeated fixed-size field, packed or one element alone; `size` is 4 or 8. */
export function packedFixed(field: Field, size: 4 | 8): Uint8Array {
  if (field.wire !== (size === 4 ? 5 : 1)) expectWire(field, 2)
  const bytes = sliceBytes(field.slice)
  if (bytes.length % size !== 0) throw malformed(`${bytes.length} bytes of elements of ${size}`, field.slice.start)
  return bytes
}

type Varint = { readonly low: number; readonly high: number; readonly next: number }

function readVarint(file: Uint8Array, start: number, end: number): Varint {
  let low = 0
  let high = 0
  for (let index = 0; index < 10; index += 1) {
    if (start + index >= end) throw truncated(start)
    const byte = file[start + index]!
    const bits = byte & 0x7f
    const shift = 7 * index
    if (shift < 28) low |= bits << shift
    else if (shift === 28) {
      low |= bits << 28
      high |= bits >>> 4
    } else high |= bits << (shift - 32)
    if (byte < 0x80) return { low: low >>> 0, high: high >>> 0, next: start + index + 1 }
  }
  throw malformed('a varint of more than ten bytes', start)
}

function toNumber({ low, high }: Varint): number {
  const value = (high | 0) * 0x100000000 + low
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
}

const toBigInt = ({ low, high }: Varint): bigint => BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low))

function expectWire(field: Field, wire: number): void {
  if (field.wire !== wire) throw malformed(`wire type ${field.wire} in field ${field.number}, which wants ${wire}`, field.slice.start)
}

export function malformed(what: string, offset: number): OpineError {
  return new OpineError('MALFORMED_FILE', `The file is no well-formed ONNX model: ${what} at byte ${offset}.`, { offset })
}

function truncated(offset: number): OpineError {
  return new OpineError('TRUNCATED_FILE', `The file ends too early: the field at byte ${offset} is longer than what is left.`, { offset })
}
