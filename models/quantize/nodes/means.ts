import type { Attribute, GraphNode } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { alongAxis } from '../grid.ts'
import { numbersIn } from '../network/numbers.ts'
import { Reason } from '../reason.ts'
import type { Code, Region, ScaleTerm, Term } from '../values.ts'
import { constantOf, outputOf, type Take, UNBOUND } from './take.ts'

/** A mean, or a sum. A mean is a sum and a multiplier: division by 49 and multiplication by 1/49 differ, an integer multiplier does not. */
export function mean(context: Context, node: GraphNode, take: Take): Region | Reason {
  const input = take.code(node.inputs[0]!)
  if (input instanceof Reason) return input
  const output = outputOf(context, node)
  const rows = output.shape[output.axis] ?? 1
  if (node.op === 'AveragePool') return window(context, node, input)
  const axes = axesOf(context, node, input.shape.length)
  if (!axes || axes.length === 0) return new Reason('its axes are computed, or none')
  const isSum = node.op === 'ReduceSum'
  const flag = node.attributes.keepdims
  const keep = node.op === 'GlobalAveragePool' || !(flag && 'int' in flag && flag.int === 0)
  const own = context.network.axes.get(node.inputs[0]!) ?? 0
  const steps = alongAxis(input.steps, own, input.shape[own] ?? 1)
  const kept = keep ? own : own - axes.filter((axis) => axis < own).length
  if (!steps || (steps.some((step) => step !== steps[0]) && (axes.includes(own) || kept !== output.axis)))
    return new Reason('it sums elements of different steps')
  const count = axes.reduce((total, axis) => total * input.shape[axis]!, 1)
  const alike = {
    ...input,
    steps: {
      shape: output.shape.map((_, dim) => (dim === output.axis && rows === steps.length ? rows : 1)),
      data: rows === steps.length ? steps : Float64Array.of(steps[0]!),
    },
  }
  // As a convolution, whose weights are the operands: the sum itself would be a wide one.
  if (keep && input.shape.length === 4 && own === 1 && axes.length === 2 && axes.includes(2) && axes.includes(3)) {
    return channelMeans(output, input, { kernel: input.shape.slice(2), attributes: {} }, isSum)
  }
  const term: ScaleTerm = {
    kind: 'scale',
    input: alike,
    coefficients: new Float64Array(rows).fill(isSum ? 1 : 1 / count),
    sum: axes,
    count,
    keep,
  }
  return { kind: 'region', ...output, terms: [term], bias: new Float64Array(rows), field: null, ...UNBOUND }
}

function axesOf(context: Context, node: GraphNode, rank: number): number[] | null {
  if (node.op === 'GlobalAveragePool') return Array.from({ length: rank - 2 }, (_, axis) => axis + 2)
  const attribute = node.attributes.axes
  const tensor = constantOf(context, node.inputs[1])
  if (node.inputs[1] && !tensor) return null
  const axes = tensor
    ? [...numbersIn(tensor)]
    : attribute && 'ints' in attribute
      ? [...attribute.ints]
      : Array.from({ length: rank }, (_, axis) => axis)
  return axes.map((axis) => (axis < 0 ? axis + rank : axis))
}

/** A mean over windows is a convolution of each channel with equal weights, where every window has as many elements. */
function window(context: Context, node: GraphNode, input: Code): Region | Reason {
  const ints = (name: string): readonly number[] => {
    const attribute = node.attributes[name]
    return attribute && 'ints' in attribute ? attribute.ints : []
  }
  const flag = (name: string): number => {
    const attribute = node.attributes[name]
    return attribute && 'int' in attribute ? attribute.int : 0
  }
  const auto = node.attributes.auto_pad
  const same = auto !== undefined && 'string' in auto && auto.string !== 'NOTSET' && auto.string !== 'VALID'
  const padded = same || ints('pads').some((pad) => pad !== 0)
  if (flag('ceil_mode') === 1 || (padded && flag('count_include_pad') === 0)) return new Reason('its windows have different counts')
  if (!alongAxis(input.steps, 1, input.shape[1]!)) return new Reason('its input has steps that vary within a channel')
  const { kernel_shape, strides, pads, dilations, auto_pad } = node.attributes
  const attributes = {
    ...(kernel_shape && { kernel_shape }),
    ...(strides && { strides }),
    ...(pads && { pads }),
    ...(dilations && { dilations }),
    ...(auto_pad && { auto_pad }),
  }
  return channelMeans(outputOf(context, node), input, { kernel: ints('kernel_shape'), attributes })
}

type Windows = { readonly kernel: readonly number[]; readonly attributes: Readonly<Record<string, Attribute>> }

function channelMeans(output: ReturnType<typeof outputOf>, input: Code, { kernel, attributes }: Windows, isSum = false): Region {
  const channels = input.shape[1]!
  const taps = kernel.reduce((a, b) => a * b, 1)
  const term: Term = {
    kind: 'product',
    form: 'conv',
    input,
    weights: new Float64Array(channels * taps).fill(isSum ? 1 : 1 / taps),
    width: taps,
    channel: (row) => row,
    weightShape: [channels, 1, ...kernel],
    attributes: { ...attributes, group: { int: channels } },
  }
  return { kind: 'region', ...output, bias: new Float64Array(channels), field: null, ...UNBOUND, terms: [term] }
}
