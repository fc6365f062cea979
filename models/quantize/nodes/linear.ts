import type { GraphNode } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { MEANS } from '../network/classify.ts'
import { Reason } from '../reason.ts'
import type { Region } from '../values.ts'
import { layerNormalization } from './layer-normalization.ts'
import { mean } from './means.ts'
import { convolution, gemm, matMul, pair, transposedConvolution } from './products.ts'
import { addition, multiplication, normalization, regionOf, scaled } from './sums.ts'
import { constantRows, onto, outputOf, type Take } from './take.ts'

/**
 * A node of a linear region: the region that its output is, or the reason why it is none.
 * @returns null for an operator that is none of these
 */
export function linearNode(context: Context, node: GraphNode, take: Take): Region | Reason | null {
  const { op } = node
  // A region has an axis of rows.
  if (outputOf(context, node).shape.length === 0) return new Reason('its output has no dimensions')
  if (op === 'Conv') return convolution(context, node, take)
  if (op === 'ConvTranspose') return transposedConvolution(context, node, take)
  if (op === 'Gemm') return gemm(context, node, take)
  if (op === 'MatMul') return context.network.constants.has(node.inputs[1]!) ? matMul(context, node, take) : pair(context, node, take)
  if (op === 'BatchNormalization') return normalization(context, node, take)
  if (op === 'Add' || op === 'Sub' || op === 'Sum') return addition(context, node, take)
  if (op === 'Mul' || op === 'Div') return multiplication(context, node, take)
  if (op === 'Neg')
    return onto(regionOf(context, node.inputs[0]!, node.outputs[0]!, take), (region) => scaled(region, constantRows(region, -1)))
  if (op === 'LayerNormalization' || op === 'RMSNormalization') return layerNormalization(context, node, take)
  if (MEANS.includes(op)) return mean(context, node, take)
  return null
}
