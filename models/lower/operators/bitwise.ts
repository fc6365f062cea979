import { i32, load, op } from '../../ir/expression.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { type Forms, map, present, tabled } from './elementwise.ts'

const pair = (name: string): Forms => ({ i32: [load(0), load(1), op(name)] })

/** Of unsigned integers, hence of `u8`: a shift by its width or more gives 0, for none of its bits is left. */
function bitShift(node: NodeReader): Value[] {
  const values = present(node)
  const direction = node.text('direction', '')
  if (values.length !== 2 || (direction !== 'LEFT' && direction !== 'RIGHT')) throw node.invalid(`has the direction '${direction}'`)
  if (values.some(({ type }) => type !== 'u8'))
    throw node.unsupported(`inputs of type ${values.map(({ type }) => type)}`, 'the same with uint8')
  return [map(node, values, { i32: [load(0), load(1), i32(31), op('i32.min'), op(direction === 'LEFT' ? 'i32.shl' : 'i32.shr_u')] })]
}

export const BITWISE: OperatorTable = {
  ...tabled({
    BitwiseAnd: pair('i32.and'),
    BitwiseOr: pair('i32.or'),
    BitwiseXor: pair('i32.xor'),
    BitwiseNot: { i32: [load(0), i32(-1), op('i32.xor')] },
  }),
  BitShift: bitShift,
}
