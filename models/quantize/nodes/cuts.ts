import type { GraphNode, Tensor } from '../../onnx/types.ts'
import { nearest } from '../binary.ts'
import type { Range } from '../calibrate/steps.ts'
import type { Context } from '../context.ts'
import { gridConstant, stored } from '../emit/code.ts'
import { numbersIn } from '../network/numbers.ts'
import { Reason } from '../reason.ts'
import type { Made, Take } from './take.ts'

/** A clip ends a linear region; one of integers cuts them. */
export function cut(context: Context, node: GraphNode, take: Take, wanted: boolean): Made | null {
  const { network, writer } = context
  const [input, output] = [node.inputs[0]!, node.outputs[0]!]
  const limits = limitsOf(context, node)
  if (!limits) return new Reason('its limits are computed')
  const value = take.value(input)
  const alone = network.readers.get(input)?.length === 1 && !network.outputs.some(({ source }) => source === input)
  if (value.kind === 'region' && alone) {
    const [low, high] = [Math.max(value.low, limits.low), Math.min(value.high, limits.high)]
    if (low <= high) return [[output, { ...value, low, high, name: output }]]
  }
  if (value.kind === 'floats' || !wanted) return null
  const code = take.code(input)
  if (code instanceof Reason) return code
  const bounds = (limit: number): Float64Array =>
    code.steps.data.map((step) => Math.max(code.low, Math.min(code.high, nearest(limit / step))))
  const [lows, highs] = [bounds(limits.low), bounds(limits.high)]
  // Nothing is beyond the limits, or what was cut to them is cut again.
  if (lows.every((low) => low === code.low) && highs.every((high) => high === code.high)) return [[output, { ...code }]]
  const least = writer.node('Max', [code.name, gridConstant(context, { ...code.steps, data: lows }, `${output}.lows`)], `${output}.least`)
  const cut = writer.node('Min', [least, gridConstant(context, { ...code.steps, data: highs }, `${output}.highs`)], `${output}.cut`)
  const [low, high] = [lows.reduce((a, b) => Math.min(a, b)), highs.reduce((a, b) => Math.max(a, b))]
  return [[output, { ...code, name: stored(context, cut, { low, high }, output), low, high }]]
}

function limitsOf({ network }: Context, node: GraphNode): Range | null {
  if (node.op === 'Relu') return { low: 0, high: Number.POSITIVE_INFINITY }
  const limit = (index: number, attribute: string, free: number): number | null => {
    const name = node.inputs[index] ?? ''
    const tensor: Tensor | undefined = network.constants.get(name)
    if (name !== '') return tensor ? numbersIn(tensor)[0]! : null
    const written = node.attributes[attribute]
    return written && 'float' in written ? written.float : free
  }
  const [low, high] = [limit(1, 'min', Number.NEGATIVE_INFINITY), limit(2, 'max', Number.POSITIVE_INFINITY)]
  return low === null || high === null
    ? null
    : { low: low < -3e38 ? Number.NEGATIVE_INFINITY : low, high: high > 3e38 ? Number.POSITIVE_INFINITY : high }
}
