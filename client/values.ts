import { OpineError } from '@opine/dispute-game/errors.ts'
import { readerOf } from '@opine/models/exec/reference/buffer.ts'
import { byteSize, type StoreType } from '@opine/models/ir/types.ts'

const RANGES = { i32: [-(2 ** 31), 2 ** 31 - 1], i8: [-128, 127], u8: [0, 255] } as const

/**
 * Little-endian elements. Floats are rounded to nearest; integers must fit.
 * @throws {OpineError} `INPUT_VALUE` naming the element
 */
export function packValues(type: StoreType, values: readonly number[], source: string): Uint8Array {
  const bytes = new Uint8Array(values.length * byteSize(type))
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) {
    if (type === 'f32') view.setFloat32(4 * index, value, true)
    else if (type === 'f16') view.setFloat16(2 * index, value, true)
    else {
      const [low, high] = RANGES[type]
      if (!Number.isInteger(value) || value < low || value > high) {
        throw new OpineError('INPUT_VALUE', `element ${index} of ${source} is ${value}; ${type} takes whole numbers from ${low} to ${high}`)
      }
      if (type === 'i32') view.setInt32(4 * index, value, true)
      else view.setUint8(index, value)
    }
  }
  return bytes
}

/** The values of a raw little-endian buffer, as arithmetic knows them. */
export function unpackValues(type: StoreType, bytes: Uint8Array): number[] {
  const read = readerOf(type, bytes)
  return Array.from({ length: bytes.length / byteSize(type) }, (_, element) => read(element))
}
