import { OPERANDS } from '../../certify/classes.ts'
import type { GraphNode } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { stored } from '../emit/code.ts'
import { uniformGrid } from '../grid.ts'
import { wantsIntegers } from '../network/classify.ts'
import { Reason } from '../reason.ts'
import { cut } from './cuts.ts'
import { embedding } from './embedding.ts'
import { linearNode } from './linear.ts'
import { isMove, moved, negated } from './move.ts'
import { pooled } from './pools.ts'
import { emitSoftmax } from './softmax.ts'
import type { Made, Take } from './take.ts'

/** What a node's outputs are in integers; null or the reason where they have no such form. */
export function integerNode(context: Context, node: GraphNode, take: Take): Made | null {
  const { network, uses } = context
  const { op, domain, inputs, outputs } = node
  const [output = ''] = outputs
  if (domain !== '' || network.tensors.get(output)?.type !== 'f32') return null
  const demand = uses.demandOf(output)
  const wanted = wantsIntegers(demand)
  const table = network.constants.get(inputs[0] ?? '')
  if (op === 'Gather' && table) return wanted ? embedding(context, node, table, take.number(inputs[1]!)) : null
  if (
    inputs.length === 0 ||
    (network.constants.has(inputs[0]!) === inputs.length > 0 && inputs.every((name) => network.constants.has(name)))
  )
    return null
  if (op === 'Cast') return wanted ? counted(context, node, take) : null
  const curve = uses.curveOf(node)
  if (curve) {
    const root = take.value(curve.root)
    if (root.kind === 'floats') return null
    return [[output, { kind: 'curve', name: output, shape: network.tensors.get(output)!.shape, ...curve }]]
  }
  if (isMove(node)) return wanted ? moved(context, node, take) : null
  if (op === 'Neg' && wanted && take.value(inputs[0]!).kind === 'code') return negated(context, node, take)
  if (op === 'Relu' || op === 'Clip') return cut(context, node, take, wanted)
  if (op === 'Softmax' || op === 'LogSoftmax') return softmax(context, node, take)
  if (op === 'MaxPool') return wanted && outputs.filter((name) => name !== '').length === 1 ? pooled(context, node, take) : null
  const computed = inputs.filter((name) => name !== '' && !network.constants.has(name))
  const weighted = op === 'Conv' || op === 'ConvTranspose' || op === 'Gemm' || op === 'MatMul'
  const floating = computed.every((name) => take.value(name).kind === 'floats' && !network.declared.has(name))
  if (!weighted && floating) return new Reason('what it reads is calculated in float')
  const region = linearNode(context, node, take)
  return region === null || region instanceof Reason ? region : [[output, region]]
}

/** Integers are what they are, as far as calibration saw none that are wider than operands. */
function counted(context: Context, node: GraphNode, take: Take): Made | null {
  const { network, statistics, options, writer } = context
  const [[input], [output]] = [node.inputs, node.outputs] as [[string], [string]]
  const { type, shape } = network.tensors.get(input)!
  const { low, high } = statistics.get(output)!.histogram
  const [least, most] = [low.reduce((a, b) => Math.min(a, b)), high.reduce((a, b) => Math.max(a, b))]
  const { width } = OPERANDS[options.providers]
  const top = Math.min(2048, width)
  if (take.value(input).kind !== 'others' || (type !== 'i64' && type !== 'i32') || least < -top || most > top) return null
  const range = { low: least < 0 ? -top : 0, high: top }
  const limit = (value: number): string => writer.constant(`${output}.limit`, type, [], type === 'i64' ? [BigInt(value)] : [value])
  const cut = writer.node('Clip', [take.number(input), limit(range.low), limit(range.high)], `${output}.cut`)
  const name = stored(context, writer.cast(cut, 'f32', `${output}.float`), range, output)
  const code = { kind: 'code', name, shape, steps: uniformGrid(shape.length, 1), ...range } as const
  context.codes.set(output, code)
  return [[output, code]]
}

function softmax(context: Context, node: GraphNode, take: Take): Made {
  const code = take.code(node.inputs[0]!)
  const made = code instanceof Reason ? code : emitSoftmax(context, node, code)
  return made instanceof Reason ? made : [[node.outputs[0]!, made]]
}
