import { product } from '../../ir/types.ts'
import { packTensor } from '../../onnx/encode.ts'
import type { ElementType } from '../../onnx/types.ts'
import { bigintsOf, constantOf } from '../constant.ts'
import type { Value } from '../node.ts'
import { countOf, shapeOf } from '../view.ts'

/** A tensor of integers that is known while compiling, exact in all 64 bits. Shapes, axes and positions are computed with these. */
export type Integers = { readonly type: ElementType; readonly shape: readonly number[]; readonly values: readonly bigint[] }

/** Tensors with more elements go through kernels, as data does, unless their values need all 64 bits. */
const MAX_ELEMENTS = 65_536

const isInteger = (type: ElementType): boolean => type !== 'f32' && type !== 'f16' && type !== 'f64'

/** Null for what is computed at run time, for floats, and for tensors too large. */
export function integersOf({ type, view }: Value): Integers | null {
  const { buffer } = view
  if (!isInteger(type) || buffer.kind !== 'constant' || (countOf(view) > MAX_ELEMENTS && !buffer.wide)) return null
  const values = bigintsOf(view)
  return values && { type, shape: shapeOf(view), values }
}

/** A constant of the program with these values, wrapped to its type. */
export function valueFrom({ type, shape, values }: Integers, name: string): Value {
  return { type, view: constantOf(packTensor({ name, type, shape, data: values.map((value) => wrap(type, value)) })) }
}

function wrap(type: ElementType, value: bigint): bigint {
  if (type === 'i64') return BigInt.asIntN(64, value)
  if (type === 'i32') return BigInt.asIntN(32, value)
  if (type === 'i8') return BigInt.asIntN(8, value)
  if (type === 'u8') return BigInt.asUintN(8, value)
  return type === 'bool' ? truth(value !== 0n) : value
}

export const truth = (holds: boolean): bigint => (holds ? 1n : 0n)

/** The element of each operand at every point of the broadcast; null where shapes do not fit or the result is too large. */
export function overBroadcast(
  operands: readonly Integers[],
  combine: (values: readonly bigint[]) => bigint,
): { readonly shape: readonly number[]; readonly values: bigint[] } | null {
  const rank = Math.max(...operands.map(({ shape }) => shape.length))
  const padded = operands.map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape])
  const shape = Array.from({ length: rank }, (_, dim) => padded.map((own) => own[dim]!).find((extent) => extent !== 1) ?? 1)
  if (padded.some((own) => own.some((extent, dim) => extent !== 1 && extent !== shape[dim]))) return null
  if (product(shape) > MAX_ELEMENTS) return null
  const values = Array.from({ length: product(shape) }, (_, index) =>
    combine(operands.map(({ values: own }, operand) => own[offsetOf(index, shape, padded[operand]!)]!)),
  )
  return { shape, values }
}

/** Row-major offset in `own`, an extent of 1 standing for all, of the element with row-major number `index` in `shape`. */
export function offsetOf(index: number, shape: readonly number[], own: readonly number[]): number {
  let rest = index
  let offset = 0
  let stride = 1
  for (let dim = shape.length - 1; dim >= 0; dim -= 1) {
    const position = rest % shape[dim]!
    rest = Math.floor(rest / shape[dim]!)
    if (own[dim] === 1) continue
    offset += position * stride
    stride *= own[dim]!
  }
  return offset
}
