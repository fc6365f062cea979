/** Sums of regions and constants, and what scales them. */
import type { GraphNode, Tensor } from '../../onnx/types.ts'
import type { Context } from '../context.ts'
import { alongAxis, uniformGrid } from '../grid.ts'
import { numbersIn } from '../network/numbers.ts'
import { isRowwise } from '../network/pointwise.ts'
import { Reason } from '../reason.ts'
import { fieldTimes } from '../rows/fields.ts'
import { type Code, isClipped, type Region, type ScaleTerm, type Term } from '../values.ts'
import { pair } from './products.ts'
import { constantOf, constantRows, onto, type Take, UNBOUND } from './take.ts'

/** The tensor as a region: the one that it is, if it has no clip yet, else a sum of one code. */
export function regionOf(context: Context, name: string, output: string, take: Take): Region | Reason {
  const value = take.value(name)
  const { shape } = context.network.tensors.get(output)!
  const axis = context.network.axes.get(output) ?? 0
  const alone = context.network.readers.get(name)?.length === 1 && !context.network.outputs.some(({ source }) => source === name)
  if (value.kind === 'region' && !isClipped(value) && alone && value.axis === axis && value.shape.join() === shape.join())
    return { ...value, name: output }
  const code = take.code(name)
  if (code instanceof Reason) return code
  const whole = code.shape.join() === shape.join() ? code : expanded(context, code, shape, output)
  if (whole instanceof Reason) return whole
  const rows = shape[axis] ?? 1
  if (!alongAxis(whole.steps, axis, rows)) return new Reason('its operand has steps that vary within a channel')
  const term: ScaleTerm = { kind: 'scale', input: whole, coefficients: new Float64Array(rows).fill(1), sum: [], count: 1, keep: true }
  return { kind: 'region', name: output, shape, axis, terms: [term], bias: new Float64Array(rows), field: null, ...UNBOUND }
}

/** Integers that stand for others beside them, as masks do. */
function expanded({ writer }: Context, code: Code, shape: readonly number[], output: string): Code | Reason {
  const missing = shape.length - code.shape.length
  if (missing < 0 || code.shape.some((extent, dim) => extent !== 1 && extent !== shape[dim + missing]))
    return new Reason('its operands have different shapes')
  if (code.steps.data.length !== 1) return new Reason('what it adds to others beside it has several steps')
  const name = writer.node('Expand', [code.name, writer.integers(`${output}.shape`, shape)], `${output}.expanded`)
  return { ...code, name, shape, steps: uniformGrid(shape.length, code.steps.data[0]!) }
}

/** The region times a factor for each row. */
export function scaled(region: Region, factors: Float64Array): Region {
  const terms = region.terms.map((term): Term => {
    if (term.kind === 'product')
      return { ...term, weights: term.weights.map((weight, at) => weight * factors[Math.floor(at / term.width)]!) }
    return { ...term, coefficients: term.coefficients.map((value, row) => value * factors[row]!) }
  })
  return { ...region, terms, field: fieldTimes(region, factors), bias: region.bias.map((bias, row) => bias * factors[row]!) }
}

/** Inference form: (x - mean) / sqrt(variance + epsilon) * scale + bias. Folded before anything is quantised. */
export function normalization(context: Context, node: GraphNode, take: Take): Region | Reason {
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

export function addition(context: Context, node: GraphNode, take: Take): Region | Reason {
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
    const signed = sign === 1 ? region : scaled(region, constantRows(region, -1))
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

export function multiplication(context: Context, node: GraphNode, take: Take): Region | Reason {
  const [a, b] = node.inputs as [string, string]
  const constant = constantOf(context, b) ?? (node.op === 'Mul' ? constantOf(context, a) : undefined)
  if (!constant) return node.op === 'Mul' ? pair(context, node, take) : new Reason('it divides by what is computed')
  if (!isRowwise(context.network, constant, node.outputs[0]!))
    return node.op === 'Mul' ? pair(context, node, take) : new Reason('its divisor varies within a channel')
  const region = regionOf(context, constantOf(context, b) ? a : b, node.outputs[0]!, take)
  if (region instanceof Reason) return region
  const rows = rowsIn(constant, region)!
  return scaled(region, node.op === 'Div' ? rows.map((value) => 1 / value) : rows)
}
