import { load, op } from '../../ir/expression.ts'
import { contract, type Labelled } from '../contract.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { type Factor, shapeOf, type View } from '../view.ts'
import { arithmeticType } from './elementwise.ts'

type Equation = { readonly inputs: readonly (readonly number[])[]; readonly output: readonly number[]; readonly sizes: readonly number[] }

/** Labels as numbers: letters first, then the dimensions of the ellipsis, aligned at their last. */
function parse(node: NodeReader, shapes: readonly (readonly number[])[]): Equation {
  const equation = node.text('equation', '').replaceAll(' ', '')
  const [left, right, ...surplus] = equation.split('->')
  const subscripts = left!.split(',')
  const wellFormed = /^(?:[A-Za-z]*(?:\.\.\.)?[A-Za-z]*)$/
  if (surplus.length > 0 || ![...subscripts, right ?? ''].every((part) => wellFormed.test(part)) || subscripts.length !== shapes.length) {
    throw node.invalid(`has the equation '${equation}' for ${shapes.length} inputs`)
  }
  const letters = [...new Set(equation.replace(/[^A-Za-z]/g, ''))].sort()
  const lengthOf = (part: string): number => part.replace('...', '').length
  const hidden = Math.max(0, ...subscripts.map((part, index) => (part.includes('...') ? shapes[index]!.length - lengthOf(part) : 0)))
  const labelsOf = (part: string, ellipsis: number): number[] => {
    const [before, after] = part.split('...')
    const named = (text: string | undefined): number[] => [...(text ?? '')].map((letter) => letters.indexOf(letter))
    const between = part.includes('...') ? Array.from({ length: ellipsis }, (_, dim) => letters.length + hidden - ellipsis + dim) : []
    return [...named(before), ...between, ...named(after)]
  }
  const inputs = subscripts.map((part, index) => labelsOf(part, shapes[index]!.length - lengthOf(part)))
  if (inputs.some((labels, index) => labels.length !== shapes[index]!.length)) throw node.invalid(`has the equation '${equation}'`)
  const sizes: number[] = Array(letters.length + hidden).fill(1)
  for (const [index, labels] of inputs.entries()) {
    for (const [dim, label] of labels.entries()) {
      const extent = shapes[index]![dim]!
      if (extent !== 1 && sizes[label] !== 1 && sizes[label] !== extent) throw node.invalid(`has the equation '${equation}'`)
      if (extent !== 1) sizes[label] = extent
    }
  }
  const seen = inputs.flat()
  const once = letters.map((_, label) => label).filter((label) => seen.filter((other) => other === label).length === 1)
  const implicit = [...Array.from({ length: hidden }, (_, dim) => letters.length + dim), ...once]
  const output = right === undefined ? implicit : labelsOf(right, hidden)
  if (new Set(output).size !== output.length || output.some((label) => !seen.includes(label))) {
    throw node.invalid(`has the equation '${equation}', whose output is not made of distinct input labels`)
  }
  return { inputs, output, sizes }
}

/** The diagonal where a label repeats. */
function diagonal(node: NodeReader, source: View, labels: readonly number[]): Labelled {
  const distinct = [...new Set(labels)]
  if (distinct.length === labels.length) return { view: source, labels }
  const view = node.builder.simple(source)
  const dims = distinct.map((label): Factor[] => {
    const own = labels.flatMap((other, dim) => (other === label ? [view.dims[dim]!] : []))
    if (own.some((dim) => dim[0]?.extent !== own[0]![0]?.extent)) throw node.invalid('takes the diagonal of dimensions that differ')
    const [first, ...rest] = own.flat()
    if (!first) return []
    const sum = (other: Factor, total: Factor): Factor => ({
      extent: total.extent,
      stride: total.stride + other.stride,
      guards: total.guards.map((step, index) => step + other.guards[index]!),
    })
    return [rest.reduce((total, other) => sum(other, total), first)]
  })
  return { view: { ...view, dims }, labels: distinct }
}

/**
 * Operands are contracted from the left, two at a time, each time over the labels that nobody needs any more; first every operand over
 * those that it alone has. So one operand, and two that share all that is summed over, are one kernel.
 */
function einsum(node: NodeReader): Value[] {
  const values = Array.from({ length: node.inputCount }, (_, index) => node.input(index))
  const type = arithmeticType(node, values)
  if (type !== 'f32' && type !== 'i32' && type !== 'i64') throw node.unsupported(`inputs of type ${type}`, 'Einsum of float32 or int32')
  const scalar = type === 'f32' ? 'f32' : 'i32'
  const { inputs, output, sizes } = parse(
    node,
    values.map(({ view }) => shapeOf(view)),
  )
  const step = (operands: readonly [Labelled, ...Labelled[]], labels: readonly number[]): Labelled => {
    const term = [load(0), ...operands.slice(1).flatMap((_, index) => [load(index + 1), op(`${scalar}.mul`)])]
    return { view: contract(node.builder, { operands, sizes, output: labels, term, result: [op('fold')], type: scalar }), labels }
  }
  /** The labels of `operands` that the output or one of `others` has. */
  const needed = (operands: readonly Labelled[], others: readonly Labelled[]): number[] => {
    const wanted = [...output, ...others.flatMap(({ labels }) => labels)]
    return [...new Set(operands.flatMap(({ labels }) => labels))].filter((label) => wanted.includes(label))
  }
  const whole = inputs.map((labels, index) => diagonal(node, values[index]!.view, labels))
  const [first, ...rest] = whole.map((operand, index) => {
    const kept = needed([operand], whole.toSpliced(index, 1))
    const alone = operand.labels.some((label) => !kept.includes(label) && sizes[label]! > 1)
    return alone && whole.length > 1 ? step([operand], kept) : operand
  }) as [Labelled, ...Labelled[]]
  let left = first
  while (rest.length > 1) {
    const pair = [left, rest.shift()!] as const
    left = step(pair, needed(pair, rest))
  }
  return [{ type, view: step([left, ...rest], output).view }]
}

export const EINSUM: OperatorTable = { Einsum: einsum }
