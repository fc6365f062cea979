/** Products of quantised tensors: sums in int32, rounded once where they are quantised again. */
import { load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { convolutionOf, convolve } from '../convolve.ts'
import { broadcastShape } from '../factors.ts'
import { mapElements } from '../kernels.ts'
import { multiply } from '../multiply.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { centred, centredInput, Operands, quantized } from '../quantize.ts'
import { countOf, shapeOf, type View } from '../view.ts'
import { quantizedType } from './quantize.ts'

const SUM: Expression = [op('fold')]

/** What is done to the sum, reading operands. */
type Finish = (operands: Operands) => Expression

/** A product of two tensors, less their zero points, finished and of a type. */
type Product = (
  node: NodeReader,
  a: Value,
  b: Value,
  zeros: readonly [View | null, View | null],
  type: 'i32' | 'u8' | 'i8',
  finish: Finish,
) => View

/** `a * b / y`, rounded in this order: what a sum is multiplied by to be of the output's scale. */
function multiplier(node: NodeReader, a: View, b: View, y: View): View {
  const shape = broadcastShape([a, b, y])
  if (!shape) throw node.invalid('has scales that do not fit each other')
  return mapElements(node.builder, [a, b, y], shape, [load(0), load(1), op('f32.mul'), load(2), op('f32.div')], 'f32')
}

const requantized = (sum: Expression, factor: Expression, zeroPoint: Expression | null, type: 'u8' | 'i8'): Expression =>
  quantized([...sum, op('f32.from_i32'), ...factor, op('f32.mul')], zeroPoint, type)

/** One for all, or one for each row of the left matrix: `[M]` or `[.., M, 1]`. */
const ofRows = (view: View): View =>
  countOf(view) === 1 ? { ...view, dims: [] } : view.dims.length === 1 ? { ...view, dims: [...view.dims, []] } : view
/** One for all, or one for each column or filter. */
const ofColumns = (view: View): View => (countOf(view) === 1 ? { ...view, dims: [] } : view)

const product: Product = (node, a, b, zeros, type, finish) => {
  for (const value of [a, b]) quantizedType(node, value.type)
  const operands = new Operands(2)
  const left = operands.zeroPoint(zeros[0] && ofRows(zeros[0]))
  const right = operands.zeroPoint(zeros[1] && ofColumns(zeros[1]))
  const term = [...centred([load(0)], left), ...centred([load(1)], right), op('i32.mul')]
  const result = finish(operands)
  return multiply(node, a.view, b.view, { term, result, others: operands.views, type })
}

function qLinearMatMul(node: NodeReader): Value[] {
  const view = (index: number): View => node.input(index).view
  const type = quantizedType(node, node.input(7).type)
  const factor = multiplier(node, ofRows(view(1)), ofColumns(view(4)), { ...view(6), dims: [] })
  const finish: Finish = (operands) => requantized(SUM, operands.f32(factor), operands.zeroPoint({ ...view(7), dims: [] }), type)
  return [{ type, view: product(node, node.input(0), node.input(3), [view(2), view(5)], type, finish) }]
}

const convolution: Product = (node, x, w, zeros, type, finish) => {
  for (const value of [x, w]) quantizedType(node, value.type)
  const operands = new Operands(2)
  const [inputZero, weightZero] = [zeros[0] && ofColumns(zeros[0]), zeros[1] && ofColumns(zeros[1])]
  if (inputZero && inputZero.dims.length > 0) throw node.unsupported('a zero point for each channel of the input', 'one for all')
  const { code, fill } = centredInput(operands.zeroPoint(inputZero))
  const term = [...code, ...centred([load(1)], operands.zeroPoint(weightZero)), op('i32.mul')]
  const result = finish(operands)
  const filters = shapeOf(w.view)[0]
  if (operands.views.some(({ dims }, index) => dims.length > 0 && shapeOf(operands.views[index]!).join() !== `${filters}`)) {
    throw node.invalid(`wants one scale, zero point and bias for each of ${filters} filters`)
  }
  // What the view itself fills is an element, not padding.
  const input = x.view.guards.length > 0 ? node.builder.copy(x.view) : x.view
  return convolve(node, convolutionOf(node, input, w.view), { term, result, others: operands.views, fill, type })
}

/** The bias is int32 in units of the product of the scales. */
function qLinearConv(node: NodeReader): Value[] {
  const view = (index: number): View => ofColumns(node.input(index).view)
  const type = quantizedType(node, node.input(7).type)
  const bias = node.optional(8)
  if (bias && bias.type !== 'i32') throw node.invalid('wants a bias of int32')
  const factor = multiplier(node, view(1), view(4), view(6))
  const finish: Finish = (operands) => {
    const addend = operands.zeroPoint(bias && ofColumns(bias.view))
    const sum = addend ? [...SUM, ...addend, op('i32.add')] : SUM
    return requantized(sum, operands.f32(factor), operands.zeroPoint(view(7)), type)
  }
  return [{ type, view: convolution(node, node.input(0), node.input(3), [view(2), view(5)], type, finish) }]
}

/** The operator that gives the sums themselves. */
const integerOf =
  (multiplied: Product) =>
  (node: NodeReader): Value[] => {
    const zeros = [node.optional(2)?.view ?? null, node.optional(3)?.view ?? null] as const
    return [{ type: 'i32', view: multiplied(node, node.input(0), node.input(1), zeros, 'i32', () => SUM) }]
  }

export const QUANTIZED: OperatorTable = {
  MatMulInteger: integerOf(product),
  QLinearMatMul: qLinearMatMul,
  ConvInteger: integerOf(convolution),
  QLinearConv: qLinearConv,
}
