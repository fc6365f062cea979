import { f32, get, i32, load, op, set } from '../../ir/expression.ts'
import { type Expression, type ScalarType, scalarOf } from '../../ir/types.ts'
import { EXP } from '../../numerics/exp.ts'
import type { ElementType } from '../../onnx/types.ts'
import { storeTypeOf } from '../constant.ts'
import { broadcastShape } from '../factors.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader, Operator, OperatorTable, Value } from '../node.ts'

type Forms = { readonly [type in ScalarType]?: Expression }

const binary = (name: string): Forms => ({ f32: [load(0), load(1), op(`f32.${name}`)], i32: [load(0), load(1), op(`i32.${name}`)] })
const unary = (name: string): Forms => ({ f32: [load(0), op(`f32.${name}`)] })

/** Operators that are one expression of their inputs, for each arithmetic type that they take. */
const EXPRESSIONS: Readonly<Record<string, Forms>> = {
  Add: binary('add'),
  Sub: binary('sub'),
  Mul: binary('mul'),
  Div: binary('div'),
  Neg: { ...unary('neg'), i32: [i32(0), load(0), op('i32.sub')] },
  Abs: { ...unary('abs'), i32: [load(0), set(0), get(0), i32(0), get(0), op('i32.sub'), op('i32.max')] },
  Relu: { f32: [load(0), f32(0), op('f32.max')], i32: [load(0), i32(0), op('i32.max')] },
  Sqrt: unary('sqrt'),
  Floor: unary('floor'),
  Ceil: unary('ceil'),
  Round: unary('nearest'),
  Reciprocal: { f32: [f32(1), load(0), op('f32.div')] },
  Exp: { f32: [load(0), ...EXP] },
}

/** Operators of any number of inputs, combined from the left. */
const VARIADIC: Readonly<Record<string, string>> = { Max: 'max', Min: 'min', Sum: 'add' }

/**
 * Element-wise kernel over the broadcast of values of one type. Unsigned and narrow integers are calculated as `i32` and keep their
 * low bits when stored, which is their own wrapping arithmetic.
 */
export function map(node: NodeReader, values: readonly Value[], forms: Forms, type: ElementType = arithmeticType(node, values)): Value {
  const views = values.map((value) => value.view)
  const shape = broadcastShape(views)
  if (!shape) throw node.invalid('has inputs that cannot be broadcast to one shape')
  const store = storeTypeOf(type, node.label)
  const form = forms[scalarOf(store)]
  if (!form) throw node.unsupported(`inputs of type ${type}`, 'the same with float32')
  return { type, view: mapElements(node.builder, views, shape, form, store === 'f16' ? 'f32' : store) }
}

/** The type in which values of one type are calculated and stored: `f16` as `f32`, the others as themselves. */
export function arithmeticType(node: NodeReader, values: readonly Value[]): ElementType {
  const types = [...new Set(values.map(({ type }) => (type === 'f16' ? 'f32' : type)))]
  const [type] = types
  if (types.length !== 1 || type === undefined) throw node.invalid(`has inputs of different types (${types.join(', ')})`)
  return type
}

const fromTable = (forms: Forms): Operator => {
  const reads = Object.values(forms).flatMap((form) => form.flatMap((step) => (step.op === 'load' ? [step.arg! + 1] : [])))
  const arity = Math.max(...reads)
  return (node) => {
    if (node.inputCount !== arity) throw node.invalid(`has ${node.inputCount} inputs instead of ${arity}`)
    return [map(node, present(node), forms)]
  }
}

const fromVariadic =
  (name: string): Operator =>
  (node) => [present(node).reduce((total, value) => map(node, [total, value], binary(name)))]

/** All inputs, which for these operators are never optional. */
const present = (node: NodeReader): Value[] => Array.from({ length: Math.max(1, node.inputCount) }, (_, index) => node.input(index))

/** Bounds are attributes up to operator set 10, then optional inputs. */
function clip(node: NodeReader): Value[] {
  const limits = node.opset >= 11 ? [node.optional(1), node.optional(2)] : []
  const values = [node.input(0), ...limits.filter((limit) => limit !== null)]
  const scalar = scalarOf(storeTypeOf(arithmeticType(node, values), node.label))
  const bound = (index: 0 | 1, name: string): Expression => {
    const limit = limits[index]
    if (limit) return [load(values.indexOf(limit))]
    return node.opset < 11 && node.attribute(name) ? [f32(node.float(name, 0))] : []
  }
  const step = (limit: Expression, name: string): Expression => (limit.length > 0 ? [...limit, op(`${scalar}.${name}`)] : [])
  const code = [load(0), ...step(bound(0, 'min'), 'max'), ...step(bound(1, 'max'), 'min')]
  return [map(node, values, { [scalar]: code })]
}

function leakyRelu(node: NodeReader): Value[] {
  const slope = f32(node.float('alpha', 0.01))
  return [
    map(node, [node.input(0)], {
      f32: [load(0), set(0), get(0), slope, op('f32.mul'), get(0), get(0), f32(0), op('f32.lt'), op('select')],
    }),
  ]
}

const tabled = Object.entries(EXPRESSIONS).map(([name, forms]) => [name, fromTable(forms)] as const)
const variadic = Object.entries(VARIADIC).map(([name, form]) => [name, fromVariadic(form)] as const)

export const ELEMENTWISE: OperatorTable = {
  ...Object.fromEntries([...tabled, ...variadic]),
  Clip: clip,
  LeakyRelu: leakyRelu,
}
