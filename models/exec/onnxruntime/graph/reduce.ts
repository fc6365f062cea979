import { product, termCount } from '../../../ir/types.ts'
import { digitsOf } from './digits.ts'
import { type Emission, emit } from './emit.ts'
import { shapeOfLayout, without } from './layout.ts'
import { elementLayout } from './order.ts'
import type { Folded } from './product.ts'
import { ranked } from './shape.ts'
import type { Tree } from './tree.ts'
import { atomsOf } from './value.ts'
import { noForm, type Ref } from './writer.ts'

/** Most elements of a fold's terms that are written out where the fold has no operator of its own. */
const MAX_TERMS = 1 << 22

/** All terms of a fold, then one of ONNX's reductions. @throws {OpineError} `NO_ONNX_FORM` */
export function emitReduction(scope: Emission, term: Tree, result: Tree): Folded {
  const inPlace = reduceInPlace(scope, term, result)
  if (inPlace) return inPlace
  const { kernel, extents } = scope
  const rank = kernel.shape.length
  const terms = termCount(kernel) * product(kernel.shape)
  if (terms > MAX_TERMS) throw noForm(`its ${terms} terms would all be written out`)
  const order = elementLayout(scope).flat()
  const layout = order.map((variable) => [variable])
  const all = scope.writer.expand(ranked(scope.writer, emit(scope, term, layout), order.length), shapeOfLayout(layout, extents))
  const axes = [...order.keys()].filter((axis) => order[axis]! >= rank)
  return { ref: axes.length > 0 ? reduced(scope, all, axes) : all, layout: without(layout, rank), result }
}

/** The tensor that is read as it lies, where every element of it is one term: its axes are cut, but not moved. */
export function reduceInPlace(scope: Emission, term: Tree, result: Tree): Folded | null {
  const { writer, kernel, extents } = scope
  if (term.op !== 'load') return null
  const load = kernel.loads[term.arg]!
  const { value, count } = scope.operand(load.buffer)
  // By the load's own steps, one digit each.
  const digits = value && digitsOf(load, extents, kernel.shape.length, count, [])
  const whole = digits?.every(({ terms: [first, ...more], start, offset, length, extent }) => {
    return (
      first?.coefficient === 1 &&
      more.length === 0 &&
      start === 0 &&
      offset === 0 &&
      length === extent &&
      extents[first.variable] === extent
    )
  })
  const used = digits?.length === extents.filter((extent) => extent > 1).length
  const cut = value && whole && used ? atomsOf(value, digits) : null
  if (!cut || !digits) return null
  const variables = cut.map(
    ({ stride }) => digits.find((digit) => digit.stride <= stride && stride < digit.stride * digit.extent)!.terms[0]!.variable,
  )
  const rank = kernel.shape.length
  const kept = variables.filter((variable) => variable < rank)
  if (new Set(kept).size !== kept.length) return null
  const split = writer.reshape(
    value!.ref,
    cut.map(({ extent }) => extent),
  )
  const axes = [...variables.keys()].filter((axis) => variables[axis]! >= rank)
  return { ref: reduced(scope, split, axes), layout: kept.map((variable) => [variable]), result }
}

function reduced({ writer, kernel }: Emission, ref: Ref, axes: readonly number[]): Ref {
  const shape = ref.shape.filter((_, axis) => !axes.includes(axis))
  const none = { keepdims: { int: 0 } }
  switch (kernel.reduce!.op) {
    case 'sum':
      return writer.node('ReduceSum', [ref, writer.integers(axes)], shape, none)
    case 'max':
    case 'min':
      return writer.node(kernel.reduce!.op === 'max' ? 'ReduceMax' : 'ReduceMin', [ref], shape, { ...none, axes: { ints: [...axes] } })
    case 'prod':
      throw noForm('a product of terms has no form that is exact in any order')
  }
}
