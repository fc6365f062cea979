import { packValues } from '@opine/client/values.ts'
import type { StoreType } from '@opine/models/ir/types.ts'
import { storeTypeOf } from '@opine/models/lower/constant.ts'
import type { Tensor } from '@opine/models/onnx/types.ts'

/** What a program is fed for an ONNX tensor: bool as `u8`, 64-bit integers as `i32`, whose range every element must be in. */
export function tensorBytes({ name, type, data }: Tensor, source = `'${name}'`): { readonly type: StoreType; readonly bytes: Uint8Array } {
  const store = storeTypeOf(type, name)
  return { type: store, bytes: type === 'i64' ? narrowed(data, source) : data.slice() }
}

/** Little-endian int64 elements as `i32`. @throws {OpineError} `INPUT_VALUE` naming the element */
export function narrowed(data: Uint8Array, source: string): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const values = Array.from({ length: Math.floor(data.length / 8) }, (_, index) => Number(view.getBigInt64(8 * index, true)))
  return packValues('i32', values, source)
}
