import { join } from '../join.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { countOf, shapeOf } from '../view.ts'
import { typeOf, writtenType } from './shared.ts'

function concat(node: NodeReader): Value[] {
  const values = Array.from({ length: Math.max(1, node.inputCount) }, (_, index) => node.input(index))
  return [concatenated(node, values, node.opset < 4 ? node.int('axis', 1) : node.int('axis', 0))]
}

/** Values of one type, one after the other along `axis`, which may count from the end. Empty ones are left out. */
export function concatenated(node: NodeReader, values: readonly Value[], along: number): Value {
  const first = values[0]!
  const shape = shapeOf(first.view)
  const axis = node.axis(along, shape.length)
  const type = writtenType(first.type)
  for (const value of values) {
    const fits = shapeOf(value.view).every((extent, dim) => dim === axis || extent === shape[dim])
    if (!fits || value.view.dims.length !== shape.length || writtenType(value.type) !== type) {
      throw node.invalid('concatenates tensors that do not fit')
    }
  }
  const full = values.filter(({ view }) => countOf(view) > 0)
  if (full.length === 0) return first
  const view = join(
    node.builder,
    full.map((value) => value.view),
    axis,
  )
  return { type: typeOf(first.type, view), view }
}

export const CONCATENATION: OperatorTable = { Concat: concat }
