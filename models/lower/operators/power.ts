import { f32, get, i32, load, op, set } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { POW } from '../../numerics/pow.ts'
import { numbersOf } from '../constant.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { countOf } from '../view.ts'
import { map } from './elementwise.ts'

const isFloat = ({ type }: Value): boolean => type === 'f32' || type === 'f16'

/** `x^(1/2)` as IEEE 754 has it, which is not the square root for -0 and -infinity. */
const ROOT: Expression = [
  ...[f32(Number.POSITIVE_INFINITY), load(0), f32(0), op('f32.add'), op('f32.sqrt')],
  ...[load(0), f32(Number.NEGATIVE_INFINITY), op('f32.eq'), op('select')],
]

const SQUARE: Expression = [load(0), load(0), op('f32.mul')]

/** Exponents for which a few operations give the power, at least as exactly. */
const SIMPLE: ReadonlyMap<number, Expression> = new Map<number, Expression>([
  [1, [load(0)]],
  [2, SQUARE],
  [3, [...SQUARE, load(0), op('f32.mul')]],
  [0.5, ROOT],
  [-1, [f32(1), load(0), op('f32.div')]],
  [-0.5, [f32(1), ...ROOT, op('f32.div')]],
])

const [BASE, LEFT, POWER] = [0, 1, 2] as const

/**
 * By squaring, five times: powers beyond the 31st do not fit 32 bits unless the base is 0, 1 or -1, for which the 30th and 31st are the
 * same ones. A negative exponent gives 1 / x^-y without its fraction, which is 0 for all but 1 and -1.
 */
const INTEGER_POWER: Expression = [
  ...[load(0), set(BASE), load(1), load(1), i32(1), op('i32.and'), i32(30), op('i32.add'), op('i32.min'), set(LEFT), i32(1), set(POWER)],
  ...[1, 2, 4, 8, 16].flatMap(
    (bit): Expression => [
      ...[get(POWER), get(BASE), op('i32.mul'), get(POWER), get(LEFT), i32(bit), op('i32.and'), op('select'), set(POWER)],
      ...[get(BASE), get(BASE), op('i32.mul'), set(BASE)],
    ],
  ),
  ...[load(0), i32(1), load(1), i32(1), op('i32.and'), op('select'), i32(0)],
  ...[load(0), load(0), op('i32.mul'), i32(1), op('i32.eq'), op('select')],
  ...[get(POWER), load(1), i32(0), op('i32.lt'), op('select')],
]

/** The type of the base is that of the result; the exponent may be of another type. */
function power(node: NodeReader): Value[] {
  const [x, y] = [node.input(0), node.input(1)]
  const type = x.type === 'f16' ? 'f32' : x.type
  const exponent = countOf(y.view) === 1 ? numbersOf(y.view)?.[0] : undefined
  const simple = exponent === undefined ? undefined : SIMPLE.get(exponent)
  const operands: Expression = [
    ...(isFloat(x) ? [load(0)] : [load(0), op('f32.from_i32')]),
    ...(isFloat(y) ? [load(1)] : [load(1), op('f32.from_i32')]),
  ]
  const float = simple ?? [...operands, ...POW]
  const integer = isFloat(y) ? [...operands, ...POW, op('i32.from_f32')] : INTEGER_POWER
  return [map(node, [x, y], { f32: float, i32: integer }, type)]
}

export const POWER_OF: OperatorTable = { Pow: power }
