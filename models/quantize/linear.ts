/** Nodes of linear regions: each gives the region that its output is, or the reason why it is none. */

import { OPERANDS } from '../certify/classes.ts'
import type { Attribute, GraphNode, Tensor } from '../onnx/types.ts'
import { MEANS } from './classify.ts'
import type { Context } from './context.ts'
import { alongAxis } from './grid.ts'
import { numbersIn } from './network.ts'
import { type Code, isClipped, magnitudeOf, type Region, rowsOf, type ScaleTerm, type Term, type Value } from './values.ts'

/** Why a node cannot be integer. */
export class Reason {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** The value of a tensor: as a region where it is one still, else as a code. */
export type Take = { readonly value: (name: string) => Value; readonly code: (name: string) => Code | Reason }

const UNBOUND = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY } as const

/** @returns null for an operator that is none of these */
export function linearNode(context: Context, node: GraphNode, take: Take): Region | Reason | null {
  const { op } = node
  if (op === 'Conv') return convolution(context, node, take)
  if (op === 'Gemm') return gemm(context, node, take)
  if (op === 'MatMul') return context.network.constants.has(node.inputs[1]!) ? matMul(context, node, take) : pair(context, node, take)
  if (op === 'BatchNormalization') return normalization(context, node, take)
  if (op === 'Add' || op === 'Sub' || op === 'Sum') return addition(context, node, take)
  if (op === 'Mul' || op === 'Div') return multiplication(context, node, take)
  if (op === 'Neg')
    return onto(regionOf(context, node.inputs[0]!, node.outputs[0]!, take), (region) => scaled(region, constantRows(region, -1)))
  if (MEANS.includes(op)) return mean(context, node, take)
  return null
}

const onto = (region: Region | Reason, change: (region: Region) => Region | Reason): Region | Reason =>
  region instanceof Reason ? region : change(region)

const constantRows = (region: Region, value: number): Float64Array => new Float64Array(rowsOf(region)).fill(value)

const outputOf = (context: Context, node: GraphNode): { name: string; shape: readonly number[]; axis: number } => {
  const name = node.outputs[0]!
  return { name, shape: context.network.tensors.get(name)!.shape, axis: context.network.axes.get(name) ?? 0 }
}

const constantOf = (context: Context, name: string | undefined): Tensor | undefined => context.network.constants.get(name ?? '')

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

function convolution(context: Context, node: GraphNode, take: Take): Region | Reason {
  const weights = constantOf(context, node.inputs[1])
  const bias = constantOf(context, node.inputs[2])
  if (!weights || (node.inputs[2] && !bias)) return new Reason('its weights are computed')
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
  const product = productRows(numbersIn(weights), depth * taps, channel, bias ? numbersIn(bias) : new Float64Array(filters), input)
  const attributes = node.attributes as Readonly<Record<string, Attribute>>
  return {
    ...{ kind: 'region', ...outputOf(context, node), bias: product.bias, field: null, ...UNBOUND },
    terms: [
      {
        kind: 'product',
        form: 'conv',
        input: input.code,
        weights: product.weights,
        width: depth * taps,
        channel,
        weightShape: weights.shape,
        attributes,
      },
    ],
  }
}

/** Weights and bias with the input's scale and offset in them. */
function productRows(
  weights: Float64Array,
  width: number,
  channel: (row: number, index: number) => number,
  bias: Float64Array,
  { scale, offset }: Input,
) {
  if (!scale) return { weights, bias }
  const moved = Float64Array.from(bias)
  if (offset)
    for (const [at, weight] of weights.entries())
      moved[Math.floor(at / width)]! += weight * offset[channel(Math.floor(at / width), at % width)]!
  return { weights: weights.map((weight, at) => weight * scale[channel(Math.floor(at / width), at % width)]!), bias: moved }
}

function gemm(context: Context, node: GraphNode, take: Take): Region | Reason {
  const number = (name: string, fallback: number): number => {
    const attribute = node.attributes[name]
    return attribute && 'float' in attribute ? attribute.float : attribute && 'int' in attribute ? attribute.int : fallback
  }
  const weights = constantOf(context, node.inputs[1])
  const bias = constantOf(context, node.inputs[2])
  if (!weights || (node.inputs[2] && !bias)) return new Reason('its weights are computed')
  if (number('transA', 0) !== 0) return new Reason('it turns its input')
  const turned = number('transB', 0) !== 0
  const columns = turned ? weights.shape[0]! : weights.shape[1]!
  const flat = bias ? numbersIn(bias) : Float64Array.of(0)
  if (bias && bias.shape.length === 2 && bias.shape[0] !== 1) return new Reason('its bias varies by row')
  const rows = flat.length === 1 ? new Float64Array(columns).fill(flat[0]!) : flat
  const region = matrix(context, node, weights, !turned, number('alpha', 1), take)
  return onto(region, (known) => ({ ...known, bias: known.bias.map((value, row) => value + rows[row]! * number('beta', 1)) }))
}

function matMul(context: Context, node: GraphNode, take: Take): Region | Reason {
  const weights = constantOf(context, node.inputs[1])!
  if (weights.shape.length !== 2) return new Reason(`its weights have ${weights.shape.length} dimensions`)
  if (outputOf(context, node).shape.length > 3) return new Reason('its input has more than 3 dimensions')
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
  const product = productRows(rows, depth, channel, new Float64Array(columns), input)
  return {
    ...{ kind: 'region', ...outputOf(context, node), bias: product.bias, field: null, ...UNBOUND },
    terms: [
      {
        kind: 'product',
        form: 'matmul',
        input: input.code,
        weights: product.weights,
        width: depth,
        channel,
        weightShape: [columns, depth],
        attributes: {},
      },
    ],
  }
}

/** Products of two computed tensors, which have one step each. */
function pair(context: Context, node: GraphNode, take: Take): Region | Reason {
  const [left, right] = [take.code(node.inputs[0]!), take.code(node.inputs[1]!)]
  if (left instanceof Reason) return left
  if (right instanceof Reason) return right
  if (left.steps.data.length !== 1 || right.steps.data.length !== 1) return new Reason('a factor has several steps')
  const output = outputOf(context, node)
  const rows = output.shape[output.axis]!
  const form = node.op === 'MatMul' ? 'matmul' : 'mul'
  return {
    ...{ kind: 'region', ...output, bias: new Float64Array(rows), field: null, ...UNBOUND },
    terms: [
      { kind: 'pair', form, left, right, depth: form === 'matmul' ? left.shape.at(-1)! : 1, coefficients: new Float64Array(rows).fill(1) },
    ],
  }
}

/** The tensor as a region: the one that it is, if it has no clip yet, else a sum of one code. */
function regionOf(context: Context, name: string, output: string, take: Take): Region | Reason {
  const value = take.value(name)
  const { shape } = context.network.tensors.get(output)!
  const axis = context.network.axes.get(output) ?? 0
  const alone = context.network.readers.get(name)?.length === 1 && !context.network.outputs.some(({ source }) => source === name)
  if (value.kind === 'region' && !isClipped(value) && alone && value.axis === axis && value.shape.join() === shape.join())
    return { ...value, name: output }
  const code = take.code(name)
  if (code instanceof Reason) return code
  if (code.shape.join() !== shape.join()) return new Reason('its operands have different shapes')
  const rows = shape[axis] ?? 1
  if (!alongAxis(code.steps, axis, rows)) return new Reason('its operand has steps that vary within a channel')
  const term: ScaleTerm = { kind: 'scale', input: code, coefficients: new Float64Array(rows).fill(1), sum: [], count: 1, keep: true }
  return { kind: 'region', name: output, shape, axis, terms: [term], bias: new Float64Array(rows), field: null, ...UNBOUND }
}

function scaled(region: Region, factors: Float64Array): Region {
  const terms = region.terms.map((term): Term => {
    if (term.kind === 'product')
      return { ...term, weights: term.weights.map((weight, at) => weight * factors[Math.floor(at / term.width)]!) }
    return { ...term, coefficients: term.coefficients.map((value, row) => value * factors[row]!) }
  })
  return { ...region, terms, bias: region.bias.map((bias, row) => bias * factors[row]!) }
}

/** Inference form: (x - mean) / sqrt(variance + epsilon) * scale + bias. Folded before anything is quantised. */
function normalization(context: Context, node: GraphNode, take: Take): Region | Reason {
  const [scale, bias, mean, variance] = node.inputs.slice(1, 5).map((name) => constantOf(context, name))
  if (!scale || !bias || !mean || !variance) return new Reason('its parameters are computed')
  const attribute = node.attributes.epsilon
  const epsilon = attribute && 'float' in attribute ? attribute.float : 1e-5
  const [scales, biases, means, variances] = [scale, bias, mean, variance].map(numbersIn) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const factors = scales.map((value, row) => value / Math.sqrt(variances[row]! + epsilon))
  return onto(regionOf(context, node.inputs[0]!, node.outputs[0]!, take), (region) => {
    const changed = scaled(region, factors)
    return { ...changed, bias: changed.bias.map((value, row) => value + biases[row]! - means[row]! * factors[row]!) }
  })
}

/** Numbers of a constant for each row; null where it varies along another axis. */
function rowsIn(tensor: Tensor, { shape, axis }: Region): Float64Array | null {
  const values = numbersIn(tensor)
  const own = axis - (shape.length - tensor.shape.length)
  if (tensor.shape.length > shape.length || tensor.shape.some((extent, dim) => extent !== 1 && dim !== own)) return null
  return values.length === 1 ? new Float64Array(shape[axis] ?? 1).fill(values[0]!) : values
}

function addition(context: Context, node: GraphNode, take: Take): Region | Reason {
  const [output] = node.outputs
  const minus = node.op === 'Sub'
  const computed = node.inputs.flatMap((name, index) => (constantOf(context, name) ? [] : [{ name, sign: minus && index === 1 ? -1 : 1 }]))
  const known = node.inputs.flatMap((name, index) => {
    const tensor = constantOf(context, name)
    return tensor ? [{ tensor, sign: minus && index === 1 ? -1 : 1 }] : []
  })
  let sum = null as Region | null
  for (const { name, sign } of computed) {
    const region = regionOf(context, name, output!, take)
    if (region instanceof Reason) return region
    const signed =
      sign === 1
        ? region
        : {
            ...scaled(region, constantRows(region, -1)),
            field: region.field && { ...region.field, data: region.field.data.map((x) => -x) },
          }
    const field: Region['field'] = sum?.field ?? signed.field
    if (sum?.field && signed.field) return new Reason('two of its operands have constants of their own')
    sum = sum
      ? { ...sum, terms: [...sum.terms, ...signed.terms], bias: sum.bias.map((bias, row) => bias + signed.bias[row]!), field }
      : signed
  }
  for (const { tensor, sign } of known) {
    const rows = rowsIn(tensor, sum!)
    if (rows) sum = { ...sum!, bias: sum!.bias.map((bias, row) => bias + sign * rows[row]!) }
    else if (sum!.field) return new Reason('it adds two constants that vary within a channel')
    else if (tensor.shape.length > sum!.shape.length) return new Reason('its constant has more dimensions than its operand')
    else sum = { ...sum!, field: { shape: tensor.shape, data: numbersIn(tensor).map((value) => sign * value) } }
  }
  return sum!
}

function multiplication(context: Context, node: GraphNode, take: Take): Region | Reason {
  const [a, b] = node.inputs as [string, string]
  const constant = constantOf(context, b) ?? (node.op === 'Mul' ? constantOf(context, a) : undefined)
  if (!constant) return node.op === 'Mul' ? pair(context, node, take) : new Reason('it divides by what is computed')
  const region = regionOf(context, constantOf(context, b) ? a : b, node.outputs[0]!, take)
  if (region instanceof Reason) return region
  const rows = rowsIn(constant, region)
  if (!rows || region.field) return new Reason('its factor varies within a channel')
  return scaled(region, node.op === 'Div' ? rows.map((value) => 1 / value) : rows)
}

/** A mean is a sum and a multiplier: division by 49 and multiplication by 1/49 differ, an integer multiplier does not. */
function mean(context: Context, node: GraphNode, take: Take): Region | Reason {
  const input = take.code(node.inputs[0]!)
  if (input instanceof Reason) return input
  const output = outputOf(context, node)
  const rows = output.shape[output.axis] ?? 1
  if (node.op === 'AveragePool') return window(context, node, input)
  const axes = axesOf(context, node, input.shape.length)
  if (!axes) return new Reason('its axes are computed')
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
    return channelMeans(output, input, { kernel: input.shape.slice(2), attributes: {} })
  }
  const term: ScaleTerm = { kind: 'scale', input: alike, coefficients: new Float64Array(rows).fill(1 / count), sum: axes, count, keep }
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

function channelMeans(output: ReturnType<typeof outputOf>, input: Code, { kernel, attributes }: Windows): Region {
  const channels = input.shape[1]!
  const taps = kernel.reduce((a, b) => a * b, 1)
  const term: Term = {
    kind: 'product',
    form: 'conv',
    input,
    weights: new Float64Array(channels * taps).fill(1 / taps),
    width: taps,
    channel: (row) => row,
    weightShape: [channels, 1, ...kernel],
    attributes: { ...attributes, group: { int: channels } },
  }
  return { kind: 'region', ...output, bias: new Float64Array(channels), field: null, ...UNBOUND, terms: [term] }
}
