import { f32, i32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import type { NodeReader, Operator, OperatorTable, Value } from '../node.ts'
import { arithmeticType, type Forms, type FormTable, floatOnly, map, present, tabled } from './elementwise.ts'

const pair = (name: string): Expression => [load(0), load(1), op(name)]
const binary = (name: string): Forms => ({ f32: pair(`f32.${name}`), i32: pair(`i32.${name}`) })
const unary = (name: string): Forms => ({ f32: [load(0), op(`f32.${name}`)] })

const TABLE: FormTable = {
  Add: binary('add'),
  Sub: binary('sub'),
  Mul: binary('mul'),
  Div: binary('div'),
  Neg: { ...unary('neg'), i32: [i32(0), load(0), op('i32.sub')] },
  Abs: { ...unary('abs'), i32: [load(0), i32(0), load(0), op('i32.sub'), op('i32.max')] },
  Relu: { f32: [load(0), f32(0), op('f32.max')], i32: [load(0), i32(0), op('i32.max')] },
  Sign: {
    // 1, else x itself, which is 0 or NaN where it is not negative
    f32: [...[f32(-1), f32(1), load(0), f32(0), load(0), op('f32.lt'), op('select')], ...[load(0), f32(0), op('f32.lt'), op('select')]],
    i32: [load(0), i32(-1), op('i32.max'), i32(1), op('i32.min')],
  },
  Sqrt: unary('sqrt'),
  Floor: unary('floor'),
  Ceil: unary('ceil'),
  Round: unary('nearest'),
  Reciprocal: { f32: [f32(1), load(0), op('f32.div')] },
}

/** Operators of any number of inputs, combined from the left. */
const VARIADIC: Readonly<Record<string, Forms>> = { Max: binary('max'), Min: binary('min'), Sum: binary('add') }

const total = (node: NodeReader, forms: Forms): Value => present(node).reduce((left, right) => map(node, [left, right], forms))

const fromVariadic =
  (forms: Forms): Operator =>
  (node) => [total(node, forms)]

function mean(node: NodeReader): Value[] {
  floatOnly(node, ...present(node))
  const sum = total(node, binary('add'))
  return [node.inputCount > 1 ? map(node, [sum], { f32: [load(0), f32(node.inputCount), op('f32.div')] }) : sum]
}

// minus and plus the greatest finite binary32 number
const LIMITS = [
  { op: 'f32.const', arg: 0xff7fffff },
  { op: 'f32.const', arg: 0x7f7fffff },
] as const

/**
 * Bounds are attributes up to operator set 10, then optional inputs of one element. Without one it is the greatest number of the type, so
 * that infinities become that.
 */
function clip(node: NodeReader): Value[] {
  const limits = node.opset >= 11 ? [node.optional(1), node.optional(2)] : []
  const values = [node.input(0), ...limits.filter((limit) => limit !== null)]
  const type = arithmeticType(node, values)
  const bound = (index: 0 | 1, name: string): Expression => {
    const limit = limits[index]
    if (limit) return [load(values.indexOf(limit))]
    return node.opset < 11 && node.attribute(name) ? [f32(node.float(name, 0))] : type === 'f32' ? [LIMITS[index]] : []
  }
  const step = (limit: Expression, name: string): Expression => (limit.length > 0 ? [...limit, op(name)] : [])
  const code = (scalar: string): Expression => [
    load(0),
    ...step(bound(0, 'min'), `${scalar}.max`),
    ...step(bound(1, 'max'), `${scalar}.min`),
  ]
  return [map(node, values, { f32: code('f32'), i32: code('i32') }, type)]
}

const variadic = Object.entries(VARIADIC).map(([name, forms]) => [name, fromVariadic(forms)] as const)

export const ARITHMETIC: OperatorTable = { ...tabled(TABLE), ...Object.fromEntries(variadic), Mean: mean, Clip: clip }
