import { f32, i32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { arithmeticType, type Forms, type FormTable, map, tabled } from './elementwise.ts'

const not = (code: Expression): Expression => [...code, i32(0), op('i32.eq')]
const pair = (name: string, swapped = false): Expression => [load(swapped ? 1 : 0), load(swapped ? 0 : 1), op(name)]

/** Integers know no `le`: a <= b is not b < a. Comparisons with NaN are false. */
const COMPARISONS: FormTable = {
  Equal: { f32: pair('f32.eq'), i32: pair('i32.eq'), bool: pair('i32.eq') },
  Less: { f32: pair('f32.lt'), i32: pair('i32.lt') },
  LessOrEqual: { f32: pair('f32.le'), i32: not(pair('i32.lt', true)) },
  Greater: { f32: pair('f32.lt', true), i32: pair('i32.lt', true) },
  GreaterOrEqual: { f32: pair('f32.le', true), i32: not(pair('i32.lt')) },
  And: { bool: pair('i32.and') },
  Or: { bool: pair('i32.or') },
  Xor: { bool: pair('i32.xor') },
  Not: { bool: not([load(0)]) },
  IsNaN: { f32: not([load(0), load(0), op('f32.eq')]) },
  IsInf: isInfinite,
}

/** By default of either sign. */
function isInfinite(node: NodeReader): Forms {
  const [negative, positive] = [node.int('detect_negative', 1), node.int('detect_positive', 1)]
  const sign = (value: Expression): Forms => ({ f32: [...value, f32(Number.POSITIVE_INFINITY), op('f32.eq')] })
  if (negative && positive) return sign([load(0), op('f32.abs')])
  if (!negative && !positive) return { f32: [load(0), load(0), op('f32.lt')] }
  return sign(positive ? [load(0)] : [load(0), op('f32.neg')])
}

/** `condition ? x : y`, of any one type. */
function where(node: NodeReader): Value[] {
  const [condition, x, y] = [node.input(0), node.input(1), node.input(2)]
  if (condition.type !== 'bool') throw node.invalid(`has a condition of type ${condition.type} instead of bool`)
  const code = [load(1), load(2), load(0), op('select')]
  const type = arithmeticType(node, [x, y])
  return [map(node, [condition, x, y], { f32: code, i32: code, bool: code }, type)]
}

export const LOGIC: OperatorTable = { ...tabled(COMPARISONS, 'bool'), Where: where }
