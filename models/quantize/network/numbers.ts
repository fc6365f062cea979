import type { Tensor } from '../../onnx/types.ts'

/** The numbers of a float constant. */
export function numbersIn(tensor: Tensor): Float64Array {
  const { data, type } = tensor
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  if (type === 'f32') return Float64Array.from({ length: data.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
  if (type === 'f16') return Float64Array.from({ length: data.length / 2 }, (_, index) => view.getFloat16(index * 2, true))
  if (type === 'i64') return Float64Array.from({ length: data.length / 8 }, (_, index) => Number(view.getBigInt64(index * 8, true)))
  if (type === 'i32') return Float64Array.from({ length: data.length / 4 }, (_, index) => view.getInt32(index * 4, true))
  if (type === 'i8') return Float64Array.from(data, (_, index) => view.getInt8(index))
  return Float64Array.from(data)
}
