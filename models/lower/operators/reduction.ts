import { f32, i32, load, op } from '../../ir/expression.ts'
import { type Expression, product, type ReduceOp, type StoreType, scalarOf } from '../../ir/types.ts'
import { EXP } from '../../numerics/exp.ts'
import { LOG } from '../../numerics/log.ts'
import type { ElementType } from '../../onnx/types.ts'
import type { Builder } from '../builder.ts'
import { storeTypeOf } from '../constant.ts'
import { foldAxes, mapElements, reduceAxes } from '../kernels.ts'
import type { NodeReader, Operator, OperatorTable, Value } from '../node.ts'
import { shapeOf, type View } from '../view.ts'
import { arithmeticType, floatOnly } from './elementwise.ts'

type Scalar = 'f32' | 'i32'
type Store = Exclude<StoreType, 'f16'>

/** A fold of `term`s and what becomes of it; `terms` is their number. Types are those that ONNX allows, where 32 bits hold the result. */
type Entry = {
  readonly op: ReduceOp
  readonly types: readonly ElementType[]
  readonly term: (type: Scalar) => Expression
  readonly result: (type: Scalar, terms: number) => Expression
  /** First operator set whose axes are an input instead of an attribute. */
  readonly axesInput: number
}

const ITSELF = (): Expression => [load(0)]
const SQUARE = (type: Scalar): Expression => [load(0), load(0), op(`${type}.mul`)]
const SIZE = (type: Scalar): Expression =>
  type === 'f32' ? [load(0), op('f32.abs')] : [load(0), i32(0), load(0), op('i32.sub'), op('i32.max')]
const TOTAL = (): Expression => [op('fold')]

const SUMS: readonly ElementType[] = ['f32', 'i32', 'i64']
const ORDERED: readonly ElementType[] = ['f32', 'i32', 'i64', 'i8', 'u8', 'bool']

const ENTRIES: Readonly<Record<string, Entry>> = {
  ReduceSum: { op: 'sum', types: SUMS, term: ITSELF, result: TOTAL, axesInput: 13 },
  ReduceProd: { op: 'prod', types: SUMS, term: ITSELF, result: TOTAL, axesInput: 18 },
  ReduceMax: { op: 'max', types: ORDERED, term: ITSELF, result: TOTAL, axesInput: 18 },
  ReduceMin: { op: 'min', types: ORDERED, term: ITSELF, result: TOTAL, axesInput: 18 },
  ReduceMean: {
    op: 'sum',
    types: SUMS,
    term: ITSELF,
    result: (type, terms) => [op('fold'), type === 'f32' ? f32(terms) : i32(terms), op(`${type}.div`)],
    axesInput: 18,
  },
  ReduceL1: { op: 'sum', types: SUMS, term: SIZE, result: TOTAL, axesInput: 18 },
  ReduceL2: {
    op: 'sum',
    types: SUMS,
    term: SQUARE,
    result: (type) =>
      type === 'f32' ? [op('fold'), op('f32.sqrt')] : [op('fold'), op('f32.from_i32'), op('f32.sqrt'), op('i32.from_f32')],
    axesInput: 18,
  },
  ReduceLogSum: { op: 'sum', types: ['f32'], term: ITSELF, result: () => [op('fold'), ...LOG], axesInput: 18 },
  ReduceSumSquare: { op: 'sum', types: SUMS, term: SQUARE, result: TOTAL, axesInput: 18 },
}

/** The axes to reduce: all where none are given, unless `noop_with_empty_axes` says that each element is then reduced by itself. */
function reducedAxes(node: NodeReader, rank: number, axesInput: number): readonly number[] {
  const given = node.opset < axesInput ? node.ints('axes') : node.known(1)
  const axes = given?.map((axis) => node.axis(axis, rank)) ?? []
  if (new Set(axes).size !== axes.length) throw node.invalid(`names an axis twice in [${given}]`)
  const idle = node.opset >= axesInput && node.int('noop_with_empty_axes', 0) === 1
  return axes.length > 0 || idle ? axes : Array.from({ length: rank }, (_, axis) => axis)
}

/** Drops the reduced dimensions, now of extent 1, unless `keepdims`. */
export function keptDims(node: NodeReader, view: View, axes: readonly number[]): View {
  return node.int('keepdims', 1) === 1 ? view : { ...view, dims: view.dims.filter((_, dim) => !axes.includes(dim)) }
}

const IDENTITIES: Readonly<Record<ReduceOp, readonly [f32: number, i32: number]>> = {
  sum: [0, 0],
  prod: [1, 1],
  max: [Number.NEGATIVE_INFINITY, -0x80000000],
  min: [Number.POSITIVE_INFINITY, 0x7fffffff],
}

const withIdentity = (result: Expression, name: ReduceOp, type: Scalar): Expression =>
  result.map((step) => (step.op === 'fold' ? (type === 'f32' ? f32(IDENTITIES[name][0]) : i32(IDENTITIES[name][1])) : step))

/** The reduction of no elements, which every element of the result is. */
const emptyFold = (builder: Builder, shape: readonly number[], axes: readonly number[], result: Expression, type: Store): View =>
  mapElements(
    builder,
    [],
    shape.map((extent, dim) => (axes.includes(dim) ? 1 : extent)),
    result,
    type,
  )

const fromEntry =
  ({ op: name, types, term, result, axesInput }: Entry): Operator =>
  (node) => {
    const x = node.input(0)
    const type = arithmeticType(node, [x])
    if (!types.includes(type)) throw node.unsupported(`an input of type ${type}`, `the same with ${types.join(' or ')}`)
    const shape = shapeOf(x.view)
    const axes = reducedAxes(node, shape.length, axesInput)
    const store = storeTypeOf(type, node.label) as Store
    const scalar = scalarOf(store)
    const terms = product(axes.map((axis) => shape[axis]!))
    const code = result(scalar, terms)
    const view = shape.includes(0)
      ? emptyFold(node.builder, shape, axes, withIdentity(code, name, scalar), store)
      : reduceAxes(node.builder, x.view, axes, { op: name, term: term(scalar), result: code, type: store })
    return [{ type, view: keptDims(node, view, axes) }]
  }

/**
 * `m + ln(sum e^(x - m))` with the greatest element m, so that nothing overflows; m is taken as 0 where it is infinite, which then
 * decides the sum.
 */
function logSumExp(node: NodeReader): Value[] {
  const x = node.input(0)
  floatOnly(node, x)
  const { builder } = node
  const shape = shapeOf(x.view)
  const axes = reducedAxes(node, shape.length, 18)
  const finite = [op('fold'), f32(0), op('fold'), op('f32.abs'), f32(Number.POSITIVE_INFINITY), op('f32.lt'), op('select')]
  const most = reduceAxes(builder, x.view, axes, { op: 'max', term: [load(0)], result: finite, type: 'f32' })
  const powers = mapElements(builder, [x.view, most], shape, [load(0), load(1), op('f32.sub'), ...EXP], 'f32')
  const result = [op('fold'), ...LOG, load(1), op('f32.add')]
  const view = foldAxes(builder, [powers, most], shape, axes, { op: 'sum', term: [load(0)], result, type: 'f32' })
  return [{ type: 'f32', view: keptDims(node, view, axes) }]
}

export const REDUCTION: OperatorTable = {
  ...Object.fromEntries(Object.entries(ENTRIES).map(([name, entry]) => [name, fromEntry(entry)])),
  ReduceLogSumExp: logSumExp,
}
