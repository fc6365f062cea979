import { product } from '../../ir/types.ts'
import { elementType } from '../../onnx/decode-tensor.ts'
import { packTensor } from '../../onnx/encode.ts'
import { constantOf, numbersOf } from '../constant.ts'
import type { NodeReader, Value } from '../node.ts'
import { shapeOf } from '../view.ts'
import { ELEMENTWISE_EVALUATIONS, type Evaluation, greatest, least } from './elementwise.ts'
import { type Integers, integersOf, offsetOf, valueFrom } from './integers.ts'

const EVALUATIONS: Readonly<Record<string, Evaluation>> = {
  ...ELEMENTWISE_EVALUATIONS,
  Concat: concat,
  ReduceSum: reduction((a, b) => a + b, 13),
  ReduceProd: reduction((a, b) => a * b, 18),
  ReduceMax: reduction(greatest, 18),
  ReduceMin: reduction(least, 18),
}

/**
 * The outputs of a node whose inputs are all integers known while compiling, exact in 64 bits; null for all others. This is how models
 * that compute shapes lower: kernels have no 64-bit integers.
 */
export function evaluate(node: NodeReader): readonly Value[] | null {
  if (node.node.domain !== '') return null
  const { op } = node.node
  if (op === 'Cast') return cast(node)
  const evaluation = Object.hasOwn(EVALUATIONS, op) ? EVALUATIONS[op] : undefined
  if (!evaluation || node.inputCount === 0) return null
  const inputs: Integers[] = []
  for (let index = 0; index < node.inputCount; index += 1) {
    const item = node.item(index)
    const integers = item && 'view' in item ? integersOf(item) : null
    if (!integers) return null
    inputs.push(integers)
  }
  const result = evaluation(inputs, node)
  return result && [valueFrom(result, node.label)]
}

/** Between integers, from integers to float32, and from what a shape computation has as float32 back to integers. */
function cast(node: NodeReader): readonly Value[] | null {
  const item = node.item(0)
  const source = item && 'view' in item ? item : null
  if (!source || node.inputCount !== 1) return null
  const type = elementType(node.int('to', 0), `the Cast '${node.label}'`)
  const integers = integersOf(source)
  if (integers && type === 'f32') {
    const data = integers.values.map(Number)
    return [{ type, view: constantOf(packTensor({ name: node.label, type, shape: integers.shape, data })) }]
  }
  if (type === 'f32' || type === 'f16' || type === 'f64') return null
  if (integers) return [valueFrom({ ...integers, type }, node.label)]
  const floats = numbersOf(source.view)
  if (type !== 'i64' || !floats?.every((value) => Math.abs(value) < 0x8000000000000000)) return null
  const values = floats.map((value) => BigInt(Math.trunc(value)))
  return [valueFrom({ type, shape: shapeOf(source.view), values }, node.label)]
}

function concat(inputs: readonly Integers[], node: NodeReader): Integers | null {
  const [first] = inputs
  if (!first || first.shape.length === 0) return null
  const axis = node.axis(node.int('axis', 0), first.shape.length)
  const fits = ({ shape, type }: Integers): boolean =>
    type === first.type && shape.length === first.shape.length && shape.every((extent, dim) => dim === axis || extent === first.shape[dim])
  if (!inputs.every(fits)) return null
  const inner = inputs.map(({ shape }) => product(shape.slice(axis)))
  const outer = product(first.shape.slice(0, axis))
  const values = Array.from({ length: outer }, (_, row) =>
    inputs.flatMap((input, index) => input.values.slice(row * inner[index]!, (row + 1) * inner[index]!)),
  ).flat()
  const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0)
  return { type: first.type, shape: first.shape.with(axis, total), values }
}

/** Axes are an attribute before operator set `since`, then an input; without any all axes are reduced. */
function reduction(combine: (a: bigint, b: bigint) => bigint, since: number): Evaluation {
  return (inputs, node) => {
    const [data, given] = inputs
    if (!data) return null
    const { shape } = data
    const named = node.opset < since ? node.ints('axes') : given?.values.map(Number)
    const none = (named ?? []).length === 0
    if (none && node.int('noop_with_empty_axes', 0) === 1) return data
    const axes = none ? shape.map((_, dim) => dim) : named!.map((axis) => node.axis(axis, shape.length))
    const kept = shape.map((extent, dim) => (axes.includes(dim) ? 1 : extent))
    const totals: (bigint | undefined)[] = Array(product(kept)).fill(undefined)
    for (const [index, value] of data.values.entries()) {
      const target = offsetOf(index, shape, kept)
      const total = totals[target]
      totals[target] = total === undefined ? value : combine(total, value)
    }
    const values = totals.filter((total) => total !== undefined)
    if (values.length !== totals.length) return null
    const keeps = node.int('keepdims', 1) === 1
    return { type: data.type, shape: keeps ? kept : kept.filter((_, dim) => !axes.includes(dim)), values }
  }
}
