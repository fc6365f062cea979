/** What element-wise operators share: one expression of their inputs for each kind of element. */
import type { Expression } from '../../ir/types.ts'
import type { ElementType } from '../../onnx/types.ts'
import { storeTypeOf } from '../constant.ts'
import { broadcastShape } from '../factors.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader, Operator, OperatorTable, Value } from '../node.ts'

/**
 * Kinds of elements that expressions tell apart. `i32` is any integer, calculated in 32 bits and cut when stored, which is wrapping
 * arithmetic. `bool` is 0 or 1.
 */
const KINDS = { f32: 'f32', f16: 'f32', i32: 'i32', i8: 'i32', u8: 'i32', i64: 'i32', bool: 'bool', f64: 'f64' } as const

type Kind = (typeof KINDS)[ElementType]

export type Forms = { readonly [kind in Kind]?: Expression }

/**
 * Element-wise kernel over the broadcast of values of one type.
 * @param gives  type of the result, if another
 */
export function map(
  node: NodeReader,
  values: readonly Value[],
  forms: Forms,
  type: ElementType = arithmeticType(node, values),
  gives: ElementType = type,
): Value {
  const views = values.map((value) => value.view)
  const shape = broadcastShape(views)
  if (!shape) throw node.invalid('has inputs that cannot be broadcast to one shape')
  const form = forms[KINDS[type]]
  if (!form) throw node.unsupported(`inputs of type ${type}`, `the same with ${Object.keys(forms).join(' or ')}`)
  const store = storeTypeOf(gives, node.label)
  return { type: gives, view: mapElements(node.builder, views, shape, form, store === 'f16' ? 'f32' : store) }
}

/**
 * The type in which values of one type are calculated and stored: `f16` as `f32`, the others as themselves.
 * @throws {OpineError} `INVALID_NODE`
 */
export function arithmeticType(node: NodeReader, values: readonly Value[]): ElementType {
  const types = [...new Set(values.map(({ type }) => (type === 'f16' ? 'f32' : type)))]
  const [type] = types
  if (types.length !== 1 || type === undefined) throw node.invalid(`has inputs of different types (${types.join(', ')})`)
  return type
}

/** @throws {OpineError} `UNSUPPORTED_OPERATOR` unless all are float32 or float16 */
export function floatOnly(node: NodeReader, ...values: readonly Value[]): void {
  const type = arithmeticType(node, values)
  if (type !== 'f32') throw node.unsupported(`inputs of type ${type}`, 'the same with float32')
}

/** Operators that are one expression, which may depend on attributes. */
export type FormTable = Readonly<Record<string, Forms | ((node: NodeReader) => Forms)>>

/** @param gives  type of the results, if another than that of the inputs */
export function tabled(table: FormTable, gives?: ElementType): OperatorTable {
  const operator = (entry: FormTable[string]): Operator => {
    return (node) => {
      const forms = typeof entry === 'function' ? entry(node) : entry
      const reads = Object.values(forms).flatMap((form) => form.flatMap((step) => (step.op === 'load' ? [step.arg! + 1] : [])))
      const arity = Math.max(...reads)
      if (node.inputCount !== arity) throw node.invalid(`has ${node.inputCount} inputs instead of ${arity}`)
      const values = present(node)
      return [map(node, values, forms, arithmeticType(node, values), gives)]
    }
  }
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, operator(entry)]))
}

/** All inputs, which for these operators are never optional. */
export const present = (node: NodeReader): Value[] => Array.from({ length: Math.max(1, node.inputCount) }, (_, index) => node.input(index))
