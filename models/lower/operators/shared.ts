import { product, type StoreType, scalarOf } from '../../ir/types.ts'
import { bitsOf } from '../../numerics/bits.ts'
import { packTensor } from '../../onnx/encode.ts'
import type { ElementType } from '../../onnx/types.ts'
import { constantOf } from '../constant.ts'
import { reshapeOrCopy } from '../factors.ts'
import type { NodeReader, Value } from '../node.ts'
import { countOf, type View } from '../view.ts'

/** A tensor without elements: what shape computations make, and nothing can be calculated with. */
export const emptyOf = (node: NodeReader, type: ElementType, shape: readonly number[]): Value => ({
  type,
  view: constantOf(packTensor({ name: node.label, type, shape, data: [] })),
})

/** Whole numbers known while compiling. */
export const integers = (node: NodeReader, shape: readonly number[], data: readonly number[]): Value => ({
  type: 'i64',
  view: constantOf(packTensor({ name: node.label, type: 'i64', shape, data })),
})

/** The value in another shape of as many elements. */
export function reshaped(node: NodeReader, value: Value, shape: readonly number[]): Value {
  if (countOf(value.view) === 0 && product(shape) === 0) return emptyOf(node, value.type, shape)
  return { type: value.type, view: reshapeOrCopy(node.builder, value.view, shape) }
}

/** The type of a value once a kernel has written it: halves are widened. */
export const writtenType = (type: ElementType): ElementType => (type === 'f16' ? 'f32' : type)

/** The type of a value after an operator that may or may not have written it. */
export const typeOf = (type: ElementType, view: View): ElementType => (type === 'f16' && view.buffer.type !== 'f16' ? 'f32' : type)

/** In what a kernel stores elements of this store type. */
export const writtenStore = (type: StoreType): Exclude<StoreType, 'f16'> => (type === 'f16' ? 'f32' : type)

/** Bits that a load of this store type gives for the number. */
export const fillBits = (type: StoreType, value: number): number =>
  scalarOf(type) === 'f32' ? bitsOf(Math.fround(value)) : (value | 0) >>> 0
