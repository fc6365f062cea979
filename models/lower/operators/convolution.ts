import { load, op } from '../../ir/expression.ts'
import { convolutionOf, convolve, PRODUCT } from '../convolve.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { shapeOf } from '../view.ts'
import { arithmeticType } from './elementwise.ts'

function conv(node: NodeReader): Value[] {
  const [x, w, b] = [node.input(0), node.input(1), node.optional(2)]
  const type = arithmeticType(node, b ? [x, w, b] : [x, w])
  if (type !== 'f32') throw node.unsupported(`inputs of type ${type}`, 'Conv of float32')
  const convolution = convolutionOf(node, x.view, w.view)
  const filters = shapeOf(w.view)[0]!
  if (b && shapeOf(b.view).join() !== `${filters}`) throw node.invalid(`wants a bias of shape [${filters}]`)
  const result = b ? [op('fold'), load(2), op('f32.add')] : [op('fold')]
  return [{ type, view: convolve(node, convolution, { term: PRODUCT, result, others: b ? [b.view] : [], fill: 0, type }) }]
}

export const CONVOLUTION: OperatorTable = { Conv: conv }
