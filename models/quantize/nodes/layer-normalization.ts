import type { GraphNode } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { emitNormalized } from '../emit/normalized.ts'
import { numbersIn } from '../network/numbers.ts'
import { Reason } from '../reason.ts'
import type { Region } from '../values.ts'
import { normalizingPlan } from './normalizing-plan.ts'
import { constantOf, outputOf, type Take, UNBOUND } from './take.ts'

/** Room above the greatest normalised number of calibration. */
const MARGIN = 1.25

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + bias along the last axis, or x / sqrt(mean square + epsilon) * scale: normalised integers, which a
 * region scales and moves. Its rows are the positions of that axis.
 */
export function layerNormalization(context: Context, node: GraphNode, take: Take): Region | Reason {
  if (node.outputs.filter((name) => name !== '').length > 1) return new Reason('its mean or its deviation is read')
  const [scale, bias] = [constantOf(context, node.inputs[1]), constantOf(context, node.inputs[2])]
  if (!scale || (node.inputs[2] && !bias)) return new Reason('its parameters are computed')
  const output = outputOf(context, node)
  const { shape } = output
  const last = shape.length - 1
  const written = node.attributes.axis
  const axis = written && 'int' in written ? written.int : -1
  if ((axis !== -1 && axis !== last) || output.axis !== last) return new Reason('it normalises along another axis than the last')
  const terms = shape[last]!
  const code = take.code(node.inputs[0]!)
  if (code instanceof Reason) return code
  if (code.steps.data.length !== 1) return new Reason('what it compares has different steps')

  const factors = numbersIn(scale)
  const offsets = bias ? numbersIn(bias) : new Float64Array(terms)
  const given = node.attributes.epsilon
  const epsilon = given && 'float' in given ? given.float : 1e-5
  const centres = node.op === 'LayerNormalization'
  const reach = Math.min(Math.sqrt(centres ? terms - 1 : terms), MARGIN * reachOf(context, output.name, factors, offsets))
  const plan = normalizingPlan(context.options, code, { terms, epsilon, reach, centres })
  if (plan instanceof Reason) return plan
  const input = emitNormalized(context, code, plan, output.name)
  context.layers.push({
    ...{ name: output.name, kind: 'normalization', weightBits: null, shift: null, weightSqnr: null, parts: 1 },
    bound: plan.bound,
  })
  return {
    ...{ kind: 'region', ...output, bias: offsets, field: null, ...UNBOUND },
    terms: [{ kind: 'scale', input, coefficients: factors, sum: [], count: 1, keep: true }],
  }
}

/** The greatest magnitude that calibration saw before scale and bias. */
function reachOf({ statistics }: Context, name: string, factors: Float64Array, offsets: Float64Array): number {
  const { histogram } = statistics.get(name)!
  return factors.reduce((most, factor, channel) => {
    if (factor === 0) return most
    const ends = [histogram.low[channel]!, histogram.high[channel]!]
    return ends.reduce((top, end) => Math.max(top, Math.abs((end - offsets[channel]!) / factor)), most)
  }, 1)
}
