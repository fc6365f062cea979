import { byteSize, type ScalarType, type StoreType } from '../../ir/types.ts'
import { bitsOf, fromBits, fromHalf } from '../../numerics/bits.ts'

/** The value of an element as arithmetic knows it: a binary32 value, or a signed 32-bit integer. */
export type Reader = (element: number) => number
/** Stores a value of the scalar type that belongs to the store type. */
export type Writer = (element: number, value: number) => void

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Reads a raw little-endian buffer. The caller keeps `element` below the buffer's count; JavaScript's NaN stands for every NaN pattern. */
export function readerOf(type: StoreType, bytes: Uint8Array): Reader {
  const view = viewOf(bytes)
  switch (type) {
    case 'f32':
      return (element) => view.getFloat32(4 * element, true)
    case 'f16':
      return (element) => fromHalf(view.getUint16(2 * element, true))
    case 'i32':
      return (element) => view.getInt32(4 * element, true)
    case 'i8':
      return (element) => view.getInt8(element)
    case 'u8':
      return (element) => view.getUint8(element)
  }
}

/** Writes a raw little-endian buffer: NaN as the one NaN, the low 8 bits of an integer for `i8` and `u8`. No kernel stores `f16`. */
export function writerOf(type: Exclude<StoreType, 'f16'>, bytes: Uint8Array): Writer {
  const view = viewOf(bytes)
  switch (type) {
    case 'f32':
      return (element, value) => view.setUint32(4 * element, bitsOf(value), true)
    case 'i32':
      return (element, value) => view.setInt32(4 * element, value, true)
    case 'i8':
    case 'u8':
      return (element, value) => view.setUint8(element, value)
  }
}

/** 32 bits, 0 .. 2^32 - 1, of a value of this scalar type. */
export const bitsOfScalar = (type: ScalarType, value: number): number => (type === 'f32' ? bitsOf(value) : value >>> 0)

/** The value of 32 bits of this scalar type. */
export const scalarOfBits = (type: ScalarType, bits: number): number => (type === 'f32' ? fromBits(bits) : bits | 0)

/** The bits that an element of this store type holds for 32 bits of its scalar type, zero-extended. */
export const laneOf = (type: StoreType, bits: number): number => (byteSize(type) === 1 ? bits & 0xff : bits >>> 0)

/** The lane of element `element`, zero-extended: its bytes as they lie in the buffer. */
export function readLane(type: StoreType, bytes: Uint8Array, element: number): number {
  const view = viewOf(bytes)
  const size = byteSize(type)
  return size === 4 ? view.getUint32(4 * element, true) : size === 2 ? view.getUint16(2 * element, true) : view.getUint8(element)
}

/** Overwrites the lane of an element. */
export function writeLane(type: StoreType, bytes: Uint8Array, element: number, bits: number): void {
  const view = viewOf(bytes)
  const size = byteSize(type)
  if (size === 4) view.setUint32(4 * element, bits, true)
  else if (size === 2) view.setUint16(2 * element, bits, true)
  else view.setUint8(element, bits)
}
