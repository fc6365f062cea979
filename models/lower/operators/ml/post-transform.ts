import { f32, get, load, op, set } from '../../../ir/expression.ts'
import type { Expression, Instruction } from '../../../ir/types.ts'
import { EXP } from '../../../numerics/exp.ts'
import { LOG } from '../../../numerics/log.ts'
import { SIGMOID } from '../../../numerics/sigmoid.ts'
import { packTensor } from '../../../onnx/encode.ts'
import { constantOf } from '../../constant.ts'
import { mapElements, reduceAxes } from '../../kernels.ts'
import type { NodeReader } from '../../node.ts'
import { shapeOf, type View } from '../../view.ts'
import { softmaxAlong } from '../softmax.ts'

export type PostTransform = 'NONE' | 'LOGISTIC' | 'SOFTMAX' | 'SOFTMAX_ZERO' | 'PROBIT'

export const POST_TRANSFORMS: readonly PostTransform[] = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT']

/** Of an attribute that is a name, or for TreeEnsemble a number. */
export function postTransformOf(node: NodeReader): PostTransform {
  const attribute = node.attribute('post_transform')
  const name = attribute && 'int' in attribute ? POST_TRANSFORMS[attribute.int] : node.text('post_transform', 'NONE')
  const known = POST_TRANSFORMS.find((transform) => transform === name)
  if (known) return known
  throw node.invalid(`has the post_transform '${name}'`)
}

const SQRT_2: Instruction = { op: 'f32.const', arg: 0x3fb504f3 }
// a = 0.147; 2 / (pi a), with the pi that ONNX Runtime has
const SHIFT = f32(4.330751)
const INVERSE_A = f32(6.8027211)

/**
 * sqrt 2 times the inverse of erf at 2 p - 1, by S. Winitzki's closed form ("A handy approximation for the error function and its inverse", 2008)
 * as ONNX Runtime has it.
 */
const PROBIT: Expression = [
  ...[f32(2), op('f32.mul'), f32(1), op('f32.sub'), set(0)],
  ...[f32(1), get(0), op('f32.sub'), f32(1), get(0), op('f32.add'), op('f32.mul'), ...LOG, set(1)],
  // v = 2 / (pi a) + ln / 2; sqrt(sqrt(v^2 - ln / a) - v)
  ...[get(1), f32(0.5), op('f32.mul'), SHIFT, op('f32.add'), set(2)],
  ...[get(2), get(2), op('f32.mul'), get(1), INVERSE_A, op('f32.mul'), op('f32.sub'), op('f32.sqrt'), get(2), op('f32.sub')],
  ...[op('f32.sqrt'), set(1), get(1), op('f32.neg'), get(1), get(0), f32(0), op('f32.lt'), op('select'), SQRT_2, op('f32.mul')],
]

/** Scores `[N, C]` as the attribute wants them shown. */
export function transformed(node: NodeReader, scores: View, transform: PostTransform): View {
  const { builder } = node
  const shape = shapeOf(scores)
  // Softmax of one score would tell nothing: ONNX Runtime, and who exports for it, let it be.
  if (transform === 'NONE' || (shape[1] === 1 && transform !== 'PROBIT')) return scores
  if (transform === 'SOFTMAX') return softmaxAlong(node, scores, [1])
  if (transform === 'LOGISTIC') return mapElements(builder, [scores], shape, [load(0), ...SIGMOID], 'f32')
  if (transform === 'PROBIT') return mapElements(builder, [scores], shape, [load(0), ...PROBIT], 'f32')
  return softmaxZero(node, scores)
}

/**
 * One score `[N, 1]` as those of two classes: both logistic, `-s, s`, or `1 - s, s` where scores are probabilities.
 * @throws {OpineError} `UNSUPPORTED_OPERATOR` for PROBIT, to which ONNX gives no meaning here
 */
export function pairOf(node: NodeReader, score: View, transform: PostTransform, isProbability: boolean): View {
  if (transform === 'PROBIT') throw node.unsupported('PROBIT of one score for two classes', 'NONE or LOGISTIC')
  const { builder } = node
  const [items] = shapeOf(score) as [number]
  const signs = constantOf(packTensor({ name: `${node.label} signs`, type: 'f32', shape: [2], data: [-1, 1] }))
  const shifts = constantOf(packTensor({ name: `${node.label} shifts`, type: 'f32', shape: [2], data: [1, 0] }))
  const signed = [load(0), load(1), op('f32.mul')]
  if (transform === 'LOGISTIC') return mapElements(builder, [score, signs], [items, 2], [...signed, ...SIGMOID], 'f32')
  if (!isProbability) return mapElements(builder, [score, signs], [items, 2], signed, 'f32')
  return mapElements(builder, [score, signs, shifts], [items, 2], [...signed, load(2), op('f32.add')], 'f32')
}

/** A softmax in which scores of 0 count for nothing and stay 0; within 1e-7 a score is 0. */
function softmaxZero({ builder }: NodeReader, scores: View): View {
  const shape = shapeOf(scores)
  const most = reduceAxes(builder, scores, [1], { op: 'max', term: [load(0)], result: [op('fold')], type: 'f32' })
  const isZero = [load(0), op('f32.abs'), f32(1e-7), op('f32.le')]
  const power = [load(0), load(1), op('f32.sub'), ...EXP]
  const small = [load(0), f32(0), load(1), op('f32.sub'), ...EXP, op('f32.mul')]
  const powers = mapElements(builder, [scores, most], shape, [...small, ...power, ...isZero, op('select')], 'f32')
  const counted = mapElements(builder, [scores, powers], shape, [f32(0), load(1), ...isZero, op('select')], 'f32')
  const total = reduceAxes(builder, counted, [1], { op: 'sum', term: [load(0)], result: [op('fold')], type: 'f32' })
  return mapElements(builder, [powers, total], shape, [load(0), load(1), op('f32.div')], 'f32')
}
