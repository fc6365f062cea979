import { f32, get, i32, load, op, set } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { EXPM1 } from '../../numerics/expm1.ts'
import { GELU } from '../../numerics/gelu.ts'
import { GELU_TANH } from '../../numerics/gelu-tanh.ts'
import { SIGMOID } from '../../numerics/sigmoid.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { broadcast, shapeOf } from '../view.ts'
import { type FormTable, map, tabled } from './elementwise.ts'
import { alongChannels } from './normalization.ts'

/** `x < 0 ? negative : x`, where `x` is in local 0; NaN stays. */
const whereNegative = (negative: Expression): Expression => [
  ...[load(0), set(0), ...negative, get(0), get(0), f32(0), op('f32.lt'), op('select')],
]

const times = (factor: number): Expression => (factor === 1 ? [] : [f32(factor), op('f32.mul')])

/** `max(0, min(1, alpha x + beta))`. */
const hardSigmoid = (alpha: number, beta: number): Expression => [
  ...[load(0), f32(alpha), op('f32.mul'), f32(beta), op('f32.add'), f32(0), op('f32.max'), f32(1), op('f32.min')],
]

/** `alpha (e^x - 1)` of local 0. */
const decay = (alpha: number): Expression => [get(0), ...EXPM1, ...times(alpha)]

/** Exact, or with the hyperbolic tangent of a cubic polynomial. */
function gelu(node: NodeReader): Expression {
  const form = node.text('approximate', 'none')
  if (form !== 'none' && form !== 'tanh') throw node.invalid(`has the approximation '${form}'`)
  return [load(0), ...(form === 'none' ? GELU : GELU_TANH)]
}

const TABLE: FormTable = {
  LeakyRelu: (node) => ({ f32: whereNegative([get(0), f32(node.float('alpha', 0.01)), op('f32.mul')]) }),
  ThresholdedRelu: (node) => ({ f32: [load(0), f32(0), f32(node.float('alpha', 1)), load(0), op('f32.lt'), op('select')] }),
  Elu: (node) => ({ f32: whereNegative(decay(node.float('alpha', 1))) }),
  Selu: (node) => {
    const [alpha, gamma] = [node.float('alpha', 1.6732632423543772), node.float('gamma', 1.0507009873554805)]
    return { f32: [...whereNegative(decay(alpha)), ...times(gamma)] }
  },
  Celu: (node) => {
    const alpha = node.float('alpha', 1)
    const scaled = [get(0), f32(alpha), op('f32.div'), ...EXPM1, ...times(alpha)]
    return { f32: whereNegative(scaled) }
  },
  HardSigmoid: (node) => ({ f32: hardSigmoid(node.float('alpha', 0.2), node.float('beta', 0.5)) }),
  HardSwish: { f32: [...hardSigmoid(1 / 6, 0.5), load(0), op('f32.mul')] },
  Softsign: { f32: [load(0), f32(1), load(0), op('f32.abs'), op('f32.add'), op('f32.div')] },
  Shrink: (node) => {
    const [bias, bound] = [node.float('bias', 0), node.float('lambd', 0.5)]
    return {
      f32: [
        ...[load(0), f32(bias), op('f32.add'), load(0), f32(bias), op('f32.sub'), f32(0)],
        ...[f32(bound), load(0), op('f32.lt'), op('select'), load(0), f32(-bound), op('f32.lt'), op('select')],
      ],
    }
  },
  Swish: (node) => ({ f32: [load(0), ...times(node.float('alpha', 1)), ...SIGMOID, load(0), op('f32.mul')] }),
  Gelu: (node) => ({ f32: gelu(node) }),
}

/** The slope is broadcast to the shape of the input, never the other way; up to operator set 6 it is one for each channel. */
function pRelu(node: NodeReader): Value[] {
  const [x, given] = [node.input(0), node.input(1)]
  const shape = shapeOf(x.view)
  const channels = node.opset < 7 && given.view.dims.length === 1 && shape.length > 1
  const slope = channels ? { ...given, view: alongChannels(given.view, shape.length) } : given
  const small = shapeOf(slope.view)
  const fits =
    small.length <= shape.length && small.every((extent, dim) => extent === 1 || extent === shape[dim + shape.length - small.length])
  if (!fits) throw node.invalid('has a slope that cannot be broadcast to its input')
  const integer: Expression = [load(0), load(1), op('i32.mul'), load(0), load(0), i32(0), op('i32.lt'), op('select')]
  const float = whereNegative([get(0), load(1), op('f32.mul')])
  return [map(node, [x, { ...slope, view: broadcast(slope.view, shape) }], { f32: float, i32: integer })]
}

export const ACTIVATION: OperatorTable = { ...tabled(TABLE), PRelu: pRelu }
