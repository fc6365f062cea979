import { code, floats } from '@opine/models/exec/reference/sample.ts'
import { byteSize, type Constant, type Load, type Program, type StoreType } from '@opine/models/ir/types.ts'
import { alone } from './bench.ts'

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

export const numbers = (count: number): Constant => floats(upTo(count).map((i) => (i % 61) / 8 + 1))

/** A constant all of whose elements have the same bits. */
export function alike(type: StoreType, count: number, bits: number): Constant {
  const size = byteSize(type)
  const bytes = new Uint8Array(count * size)
  const view = new DataView(bytes.buffer)
  for (const i of upTo(count)) {
    if (size === 4) view.setUint32(4 * i, bits, true)
    else if (size === 2) view.setUint16(2 * i, bits, true)
    else view.setUint8(i, bits)
  }
  return { type, count, bytes }
}

/** A maximum over terms that mostly do not read. */
export const fold = (
  extents: readonly number[],
  loads: readonly Load[] = [],
  term = 'f32.const 0x3f800000',
  constants: readonly Constant[] = [],
): Program => alone({ reduce: { op: 'max', extents, block: 128 }, loads, term: code(term), result: code('fold') }, constants)

/** A sum of products of loads 0 and 1. */
export const product = (extents: readonly number[], loads: readonly Load[], constants: readonly Constant[], block = 128): Program =>
  alone({ reduce: { op: 'sum', extents, block }, loads, term: code('load 0 load 1 f32.mul'), result: code('fold') }, constants)

/** A kernel that reads load 0, scalar 1 of its constants unless others are given. */
export const read = (loads: readonly Load[], shape: readonly number[] = [1], constants: readonly Constant[] = [numbers(1)]): Program =>
  alone({ shape, loads, result: code('load 0') }, constants)
