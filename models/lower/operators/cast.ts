import { f32, get, i32, load, op, set } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { elementType } from '../../onnx/decode-tensor.ts'
import type { ElementType } from '../../onnx/types.ts'
import { storeTypeOf } from '../constant.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { shapeOf } from '../view.ts'

const [X, SIZE, HALF] = [0, 1, 2] as const

/**
 * The binary16 value nearest to the `f32` on the stack, ties to even. In the normal range half a unit is added to the bits; below, under
 * 2^-14, adding 1/2 rounds to its unit, which is that of the subnormals, 2^-24. From 65520 on it is infinite.
 */
const TO_HALF: Expression = [
  ...[set(X), get(X), op('f32.abs'), set(SIZE)],
  ...[get(SIZE), op('i32.bits'), i32(13), op('i32.shr_u'), i32(1), op('i32.and'), i32(0xfff), op('i32.add')],
  ...[get(SIZE), op('i32.bits'), op('i32.add'), i32(0xffffe000), op('i32.and'), op('f32.bits'), set(HALF)],
  ...[get(HALF), f32(Number.POSITIVE_INFINITY), get(SIZE), f32(65520), op('f32.lt'), op('select'), set(HALF)],
  ...[
    get(SIZE),
    f32(0.5),
    op('f32.add'),
    f32(0.5),
    op('f32.sub'),
    get(HALF),
    get(SIZE),
    f32(0.00006103515625),
    op('f32.lt'),
    op('select'),
    set(HALF),
  ],
  // NaN fails every comparison
  ...[get(HALF), get(SIZE), get(SIZE), get(SIZE), op('f32.eq'), op('select'), op('i32.bits')],
  ...[get(X), op('i32.bits'), i32(0x80000000), op('i32.and'), op('i32.or'), op('f32.bits')],
]

/** Whether loads of one type are values of the other as they are. */
const SAME: Readonly<Record<string, readonly ElementType[]>> = { i32: ['i64'], i64: ['i32'], u8: ['bool'], f32: ['f16'], f16: ['f16'] }

function codeOf(old: ElementType, type: ElementType): Expression {
  const isFloat = old === 'f32' || old === 'f16'
  const number: Expression = isFloat ? [load(0)] : [load(0), op('f32.from_i32')]
  if (type === 'f32') return number
  if (type === 'f16') return [...number, ...TO_HALF]
  if (type === 'bool') return [load(0), ...(isFloat ? [f32(0), op('f32.eq')] : [i32(0), op('i32.eq')]), i32(0), op('i32.eq')]
  return isFloat ? [load(0), op('i32.from_f32')] : [load(0)]
}

/**
 * From floats to integers it truncates, and saturates at 32 bits, in which `i64` lies too; NaN gives 0. Narrower integers keep the low
 * bits, as in C. Half precision is rounded to, and stored as `f32`.
 */
function castTo(node: NodeReader, { type: old, view }: Value, type: ElementType): Value[] {
  const gives = type === 'f16' ? 'f32' : type
  if (old === type || SAME[type]?.includes(old)) return [{ type: old === type ? old : gives, view }]
  const store = storeTypeOf(gives, node.label) as Exclude<ReturnType<typeof storeTypeOf>, 'f16'>
  return [{ type: gives, view: mapElements(node.builder, [view], shapeOf(view), codeOf(old, type), store) }]
}

export const CAST: OperatorTable = {
  Cast: (node) => castTo(node, node.input(0), elementType(node.int('to', 0), `the result of node '${node.label}'`)),
  CastLike: (node) => castTo(node, node.input(0), node.input(1).type),
}
