import { f32, get, i32, load, op, set } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { map, present } from './elementwise.ts'

/** The remainder with the sign of the divisor: that of the truncated quotient where it is 0 or has this sign. */
const FLOOR_REMAINDER: Expression = [
  ...[load(0), load(1), op('i32.rem'), set(0)],
  ...[get(0), get(0), load(1), op('i32.add'), get(0), get(0), load(1), op('i32.xor'), i32(0), op('i32.lt'), op('select')],
  ...[get(0), i32(0), op('i32.eq'), op('select')],
]

const [R, Y, HIGH, Q, SCALE] = [0, 1, 2, 3, 4] as const

/**
 * One digit of the quotient, at most 2^11, times `place`; takes its product off the remainder exactly, because each half of the divisor
 * times the digit has 24 bits, and what is left after the first has at most 24 too.
 */
const digit = (place: number): Expression => [
  ...[get(R), get(Y), op('f32.div'), f32(1 / place), op('f32.mul'), op('f32.nearest'), f32(place), op('f32.mul'), set(Q)],
  ...[get(R), get(Q), get(HIGH), op('f32.mul'), op('f32.sub')],
  ...[get(Q), get(Y), get(HIGH), op('f32.sub'), op('f32.mul'), op('f32.sub'), set(R)],
]

/**
 * C's `fmod`: the remainder of the truncated quotient, with the sign of the dividend. It is exact where the quotient is below 2^32; beyond,
 * where binary32 arguments have lost all that a remainder could mean, it is some number of no use, the same everywhere.
 * Long division in digits to the base 2^11 (as Cody and Waite's argument reduction), of a quarter of both where the dividend is huge.
 */
const FLOAT_REMAINDER: Expression = [
  ...[f32(0.25), f32(1), { op: 'f32.const', arg: 0x7e800000 }, load(0), op('f32.abs'), op('f32.le'), op('select'), set(SCALE)],
  ...[load(0), op('f32.abs'), get(SCALE), op('f32.mul'), set(R), load(1), op('f32.abs'), get(SCALE), op('f32.mul'), set(Y)],
  ...[get(Y), op('i32.bits'), i32(0xfffff800), op('i32.and'), op('f32.bits'), set(HIGH)],
  ...[...digit(4194304), ...digit(2048), ...digit(1)],
  // into 0 .. y; |x| where y is infinite, NaN where both are
  ...[load(0), op('f32.abs'), load(0), f32(0), op('f32.mul'), op('f32.abs'), op('f32.add')],
  ...[get(R), get(Y), op('f32.add'), get(R), get(R), f32(0), op('f32.lt'), op('select'), get(SCALE), op('f32.div')],
  ...[load(1), op('f32.abs'), f32(Number.POSITIVE_INFINITY), op('f32.eq'), op('select')],
  ...[
    op('i32.bits'),
    i32(0x7fffffff),
    op('i32.and'),
    load(0),
    op('i32.bits'),
    i32(0x80000000),
    op('i32.and'),
    op('i32.or'),
    op('f32.bits'),
  ],
]

/** The remainder with the sign of the divisor, also of 0: the one above, plus the divisor where the signs differ. */
const FLOAT_FLOOR_REMAINDER: Expression = [
  ...[...FLOAT_REMAINDER, set(R), load(1), op('i32.bits'), i32(0x80000000), op('i32.and'), op('f32.bits')],
  ...[get(R), load(1), op('f32.add'), get(R), get(R), f32(0), op('f32.lt'), load(1), f32(0), op('f32.lt'), op('i32.xor'), op('select')],
  ...[get(R), f32(0), op('f32.eq'), op('select')],
]

/** `fmod` chooses the sign: that of the dividend (1), or that of the divisor (0). */
function modulo(node: NodeReader): Value[] {
  const values = present(node)
  if (values.length !== 2) throw node.invalid(`has ${values.length} inputs instead of 2`)
  const truncates = node.int('fmod', 0) === 1
  const forms = truncates
    ? { f32: FLOAT_REMAINDER, i32: [load(0), load(1), op('i32.rem')] }
    : { f32: FLOAT_FLOOR_REMAINDER, i32: FLOOR_REMAINDER }
  return [map(node, values, forms)]
}

export const MODULO: OperatorTable = { Mod: modulo }
