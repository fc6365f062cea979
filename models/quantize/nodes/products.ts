/** Products with constant weights, and of two computed tensors. */
import { OPERANDS } from '../../certify/classes.ts'
import type { GraphNode, Tensor } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { alongAxis } from '../grid.ts'
import { numbersIn } from '../network/numbers.ts'
import { SUM_LIMIT } from '../options.ts'
import { Reason } from '../reason.ts'
import { type Code, isClipped, magnitudeOf, type Region } from '../values.ts'
import { constantOf, onto, outputOf, type Take, UNBOUND } from './take.ts'

/** A product's input: the code, and a scale and offset of each channel that lie between it and the product, if any. */
type Input = { readonly code: Code; readonly scale: Float64Array | null; readonly offset: Float64Array | null }

/** An affine function of one code goes into the weights; padding would have to be padded with what gives 0. */
function inputOf(context: Context, name: string, axis: number, padded: boolean, take: Take): Input | Reason {
  const value = take.value(name)
  if (value.kind === 'region' && !isClipped(value) && value.terms.length === 1 && !value.field && value.axis === axis) {
    const [term] = value.terms
    const alone = context.network.readers.get(name)?.length === 1 && !context.network.outputs.some(({ source }) => source === name)
    const offset = value.bias.some((bias) => bias !== 0)
    if (alone && term!.kind === 'scale' && term!.sum.length === 0 && isNarrow(context, term!.input) && !(padded && offset)) {
      return { code: term!.input, scale: term!.coefficients, offset: offset ? value.bias : null }
    }
  }
  const code = take.code(name)
  return code instanceof Reason ? code : { code, scale: null, offset: null }
}

/** An operand that the class of providers keeps. */
const isNarrow = ({ options }: Context, code: Code): boolean => magnitudeOf(code) <= Math.min(4096, OPERANDS[options.providers].width)

/** A transposed convolution; its weights with the outputs first, as those of others. */
export function transposedConvolution(context: Context, node: GraphNode, take: Take): Region | Reason {
  const constants = constantsOf(context, node)
  if (constants instanceof Reason) return constants
  const { weights, bias } = constants
  // Windows at the edges have fewer terms, as where a convolution is padded.
  const input = inputOf(context, node.inputs[0]!, 1, true, take)
  if (input instanceof Reason) return input
  if (!alongAxis(input.code.steps, 1, input.code.shape[1]!)) return new Reason('its input has steps that vary within a channel')
  const [channels, own, ...kernel] = weights.shape as [number, number, ...number[]]
  const { group } = node.attributes
  const groups = group && 'int' in group ? group.int : 1
  const taps = kernel.reduce((a, b) => a * b, 1)
  const [depth, rows] = [channels / groups, own * groups]
  const given = numbersIn(weights)
  const turned = new Float64Array(given.length)
  for (let row = 0; row < rows; row += 1) {
    for (let index = 0; index < depth; index += 1) {
      const from = ((Math.floor(row / own) * depth + index) * own + (row % own)) * taps
      turned.set(given.subarray(from, from + taps), (row * depth + index) * taps)
    }
  }
  const channel = (row: number, index: number): number => Math.floor(row / own) * depth + Math.floor(index / taps)
  return productOf(context, node, input, bias ? numbersIn(bias) : new Float64Array(rows), {
    ...{ form: 'deconv', weights: turned, width: depth * taps, channel },
    ...{ weightShape: [rows, depth, ...kernel], attributes: node.attributes },
  })
}

export function convolution(context: Context, node: GraphNode, take: Take): Region | Reason {
  const constants = constantsOf(context, node)
  if (constants instanceof Reason) return constants
  const { weights, bias } = constants
  const auto = node.attributes.auto_pad
  const pads = node.attributes.pads
  const padded =
    (auto !== undefined && 'string' in auto && auto.string.startsWith('SAME')) ||
    (pads !== undefined && 'ints' in pads && pads.ints.some((pad) => pad !== 0))
  const input = inputOf(context, node.inputs[0]!, 1, padded, take)
  if (input instanceof Reason) return input
  const channels = input.code.shape[1]!
  if (!alongAxis(input.code.steps, 1, channels)) return new Reason('its input has steps that vary within a channel')
  const [filters, depth, ...kernel] = weights.shape as [number, number, ...number[]]
  const taps = kernel.reduce((a, b) => a * b, 1)
  const perGroup = filters / (channels / depth)
  const channel = (row: number, index: number): number => Math.floor(row / perGroup) * depth + Math.floor(index / taps)
  return productOf(context, node, input, bias ? numbersIn(bias) : new Float64Array(filters), {
    ...{ form: 'conv', weights: numbersIn(weights), width: depth * taps, channel },
    ...{ weightShape: weights.shape, attributes: node.attributes },
  })
}

/** Weights and bias, where a node has it. */
function constantsOf(context: Context, node: GraphNode): { readonly weights: Tensor; readonly bias: Tensor | undefined } | Reason {
  const weights = constantOf(context, node.inputs[1])
  const bias = constantOf(context, node.inputs[2])
  return !weights || (node.inputs[2] && !bias) ? new Reason('its weights are computed') : { weights, bias }
}

type Product = Extract<Region['terms'][number], { kind: 'product' }>

/** The product of one input; its scale and offset go into weights and bias. */
function productOf(
  context: Context,
  node: GraphNode,
  { code, scale, offset }: Input,
  bias: Float64Array,
  product: Omit<Product, 'kind' | 'input'>,
): Region {
  const { weights, width, channel } = product
  const channelAt = (at: number): number => channel(Math.floor(at / width), at % width)
  const moved = Float64Array.from(bias)
  if (offset) for (const [at, weight] of weights.entries()) moved[Math.floor(at / width)]! += weight * offset[channelAt(at)]!
  const scaled = scale ? weights.map((weight, at) => weight * scale[channelAt(at)]!) : weights
  return {
    ...{ kind: 'region', ...outputOf(context, node), bias: moved, field: null, ...UNBOUND },
    terms: [{ kind: 'product', input: code, ...product, weights: scaled }],
  }
}

export function gemm(context: Context, node: GraphNode, take: Take): Region | Reason {
  const number = (name: string, fallback: number): number => {
    const attribute = node.attributes[name]
    return attribute && 'float' in attribute ? attribute.float : attribute && 'int' in attribute ? attribute.int : fallback
  }
  const constants = constantsOf(context, node)
  if (constants instanceof Reason) return constants
  const { weights, bias } = constants
  if (number('transA', 0) !== 0) return new Reason('it turns its input')
  const turned = number('transB', 0) !== 0
  const columns = turned ? weights.shape[0]! : weights.shape[1]!
  const flat = bias ? numbersIn(bias) : Float64Array.of(0)
  if (bias && bias.shape.length === 2 && bias.shape[0] !== 1) return new Reason('its bias varies by row')
  const rows = flat.length === 1 ? new Float64Array(columns).fill(flat[0]!) : flat
  const region = matrix(context, node, weights, !turned, number('alpha', 1), take)
  return onto(region, (known) => ({ ...known, bias: known.bias.map((value, row) => value + rows[row]! * number('beta', 1)) }))
}

export function matMul(context: Context, node: GraphNode, take: Take): Region | Reason {
  const weights = constantOf(context, node.inputs[1])!
  if (weights.shape.length !== 2) return new Reason(`its weights have ${weights.shape.length} dimensions`)
  return matrix(context, node, weights, true, 1, take)
}

/** @param deep  whether the weights are [depth, columns], else [columns, depth] */
function matrix(context: Context, node: GraphNode, weights: Tensor, deep: boolean, alpha: number, take: Take): Region | Reason {
  const [depth, columns] = (deep ? weights.shape : weights.shape.toReversed()) as [number, number]
  const { shape } = context.network.tensors.get(node.inputs[0]!)!
  if (shape.length < 2) return new Reason('its input has one dimension')
  const input = inputOf(context, node.inputs[0]!, shape.length - 1, false, take)
  if (input instanceof Reason) return input
  if (!alongAxis(input.code.steps, -1, depth)) return new Reason('its input has steps that vary along another axis than the last')
  const numbers = numbersIn(weights)
  const rows = new Float64Array(numbers.length)
  for (let column = 0; column < columns; column += 1) {
    for (let k = 0; k < depth; k += 1) rows[column * depth + k] = alpha * numbers[deep ? k * columns + column : column * depth + k]!
  }
  const channel = (_row: number, index: number): number => index
  return productOf(context, node, input, new Float64Array(columns), {
    ...{ form: 'matmul', weights: rows, width: depth, channel },
    ...{ weightShape: [columns, depth], attributes: {} },
  })
}

/** Products of two computed tensors, which have one step each. */
export function pair(context: Context, node: GraphNode, take: Take): Region | Reason {
  const [left, right] = [take.code(node.inputs[0]!), take.code(node.inputs[1]!)]
  if (left instanceof Reason) return left
  if (right instanceof Reason) return right
  if (left.steps.data.length !== 1 || right.steps.data.length !== 1) return new Reason('a factor has several steps')
  const form = node.op === 'MatMul' ? 'matmul' : 'mul'
  const depth = form === 'matmul' ? left.shape.at(-1)! : 1
  if (magnitudeOf(left) * magnitudeOf(right) * depth > SUM_LIMIT)
    return new Reason(`it sums ${depth} products, which is more than are exact`)
  const output = outputOf(context, node)
  const rows = output.shape[output.axis] ?? 1
  return {
    ...{ kind: 'region', ...output, bias: new Float64Array(rows), field: null, ...UNBOUND },
    terms: [{ kind: 'pair', form, left, right, depth, coefficients: new Float64Array(rows).fill(1) }],
  }
}
