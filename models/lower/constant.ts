import { OpineError } from '@opine/dispute-game/errors.ts'
import { byteSize, product, type StoreType } from '../ir/types.ts'
import { fromBits, fromHalf } from '../numerics/bits.ts'
import type { ElementType, Tensor } from '../onnx/types.ts'
import type { ConstantBuffer } from './draft.ts'
import { contiguous, countOf, type Factor, type View } from './view.ts'

/**
 * The store type of an ONNX element type. `bool` is `u8` 0 or 1; `i64` is `i32`, so whoever maps it proves the range.
 * @throws {OpineError} `UNSUPPORTED_TYPE` for `f64`, which is never narrowed silently
 */
export function storeTypeOf(type: ElementType, name: string): StoreType {
  if (type === 'f64') {
    const message = `Tensor '${name}' is float64, which is not supported: convert the model to float32.`
    throw new OpineError('UNSUPPORTED_TYPE', message, { tensor: name, type })
  }
  return type === 'i64' ? 'i32' : type === 'bool' ? 'u8' : type
}

/** A tensor of the file as a constant. */
export function constantOf(tensor: Tensor): View {
  const { name, shape, data } = tensor
  const type = storeTypeOf(tensor.type, name)
  const count = product(shape)
  const buffer: ConstantBuffer = { kind: 'constant', name, type, count, bytes: data, wide: null }
  return contiguous(tensor.type === 'i64' ? narrowed(buffer) : buffer, shape)
}

function narrowed(buffer: ConstantBuffer): ConstantBuffer {
  const view = new DataView(buffer.bytes.buffer, buffer.bytes.byteOffset, buffer.bytes.length)
  const values = BigInt64Array.from({ length: buffer.count }, (_, index) => view.getBigInt64(index * 8, true))
  if (!values.every((value) => value === BigInt.asIntN(32, value))) return { ...buffer, bytes: new Uint8Array(), wide: values }
  const bytes = new Uint8Array(buffer.count * 4)
  const target = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) target.setInt32(index * 4, Number(value), true)
  return { ...buffer, bytes }
}

/** Elements of one tensor that are looked at, or laid out anew, while compiling: what a small file asks for must stay small work. */
export const MAX_KNOWN = 16_777_216

/** Calls `visit` with the address of each element in row-major order, or -1 where a guard fails. */
export function walk(view: View, visit: (address: number) => void): void {
  const factors = view.dims.flat()
  const count = product(factors.map((factor) => factor.extent))
  const position = factors.map(() => 0)
  const coordinates = view.guards.map((guard) => guard.offset)
  let linear = view.base
  const move = (factor: Factor, by: number): void => {
    linear += by * factor.stride
    for (const [index, step] of factor.guards.entries()) coordinates[index]! += by * step
  }
  for (let element = 0; element < count; element += 1) {
    let address = linear
    for (const [index, guard] of view.guards.entries()) {
      const coordinate = coordinates[index]!
      if (coordinate < 0 || coordinate >= guard.extent) address = Number.NEGATIVE_INFINITY
      else address += guard.stride * coordinate
    }
    visit(address < 0 ? -1 : address)
    for (let index = factors.length - 1; index >= 0; index -= 1) {
      const factor = factors[index]!
      position[index]! += 1
      move(factor, 1)
      if (position[index]! < factor.extent) break
      move(factor, -factor.extent)
      position[index] = 0
    }
  }
}

/** Constants that are not repeated beyond the limit; those of the file are as large as the file. */
const isSmall = (view: View): boolean => countOf(view) <= Math.max(MAX_KNOWN, view.buffer.count)

/** The elements of a constant in row-major order, as numbers; null for what is not known while compiling. */
export function numbersOf(view: View): number[] | null {
  const { buffer } = view
  if (buffer.kind !== 'constant' || !isSmall(view)) return null
  const bytes = new DataView(buffer.bytes.buffer, buffer.bytes.byteOffset, buffer.bytes.length)
  const isFloat = buffer.type === 'f32' || buffer.type === 'f16'
  const fill = isFloat ? fromBits(view.fill) : view.fill | 0
  const read = (index: number): number => {
    if (buffer.wide) return Number(buffer.wide[index]!)
    if (buffer.type === 'f32') return bytes.getFloat32(index * 4, true)
    if (buffer.type === 'f16') return fromHalf(bytes.getUint16(index * 2, true))
    if (buffer.type === 'i32') return bytes.getInt32(index * 4, true)
    return buffer.type === 'i8' ? bytes.getInt8(index) : bytes.getUint8(index)
  }
  const numbers: number[] = []
  walk(view, (address) => numbers.push(address < 0 ? fill : read(address)))
  return numbers
}

/** The elements of a constant of integers in row-major order, exactly; null for what is not known while compiling. */
export function bigintsOf(view: View): bigint[] | null {
  const wide = view.buffer.kind === 'constant' && isSmall(view) ? view.buffer.wide : null
  if (!wide) return numbersOf(view)?.map(BigInt) ?? null
  const values: bigint[] = []
  walk(view, (address) => values.push(address < 0 ? BigInt(view.fill | 0) : wide[address]!))
  return values
}

/** A constant laid out anew, row-major over the view's shape; null for a view that has guards, is too large, or of no constant. */
export function repack(view: View): View | null {
  if (view.buffer.kind !== 'constant' || view.guards.length > 0 || !isSmall(view)) return null
  const { buffer } = view
  const size = byteSize(buffer.type)
  const count = countOf(view)
  const shape = view.dims.map((factors) => product(factors.map((factor) => factor.extent)))
  if (buffer.wide) {
    return contiguous({ ...buffer, count, wide: BigInt64Array.from(bigintsOf(view)!) }, shape)
  }
  const bytes = new Uint8Array(count * size)
  let target = 0
  walk(view, (address) => {
    for (let byte = 0; byte < size; byte += 1) bytes[target + byte] = buffer.bytes[address * size + byte]!
    target += size
  })
  return contiguous({ ...buffer, count, bytes }, shape)
}
