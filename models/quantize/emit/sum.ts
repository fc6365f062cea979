import { product } from '../../ir/types.ts'
import type { Context } from '../context.ts'
import type { IntegerRows } from '../rows/integer-rows.ts'
import type { PairTerm, ProductTerm, Region, ScaleTerm, Term } from '../values.ts'
import { rowConstant } from './code.ts'

/** The sum of all terms and the bias; `factor` is what each row's integers are stored times. */
export function emitSum(context: Context, region: Region, rows: IntegerRows, factor: Float64Array): string {
  const { writer } = context
  const { name, axis, shape } = region
  const scaled = (values: Float64Array): Float64Array => {
    const width = values.length / factor.length
    return values.map((value, index) => value * factor[Math.floor(index / width)]!)
  }
  const bias = scaled(rows.bias)
  // Products carry the bias with them; the first of them does.
  const order = [...region.terms.keys()].sort(
    (a, b) => Number(region.terms[b]!.kind === 'product') - Number(region.terms[a]!.kind === 'product'),
  )
  let sum: string | null = null
  for (const index of order) {
    const term = region.terms[index]!
    const label = region.terms.length === 1 ? name : `${name}.${index}`
    const weights = scaled(rows.weights[index]!)
    const part = emitTerm(context, region, term, weights, sum === null ? bias : null, label)
    sum = sum === null ? part : writer.node('Add', [sum, part], `${name}.sum`)
  }
  if (rows.field) {
    const { field } = rows
    const shapeOfField = region.field!.shape
    const own = axis - (shape.length - shapeOfField.length)
    const inner = shapeOfField.slice(own + 1).reduce((a, b) => a * b, 1)
    const extent = shapeOfField[own] ?? 1
    const values = field.map((value, element) => value * factor[extent === 1 ? 0 : Math.floor(element / inner) % extent]!)
    sum = writer.node('Add', [sum!, writer.constant(`${name}.field`, 'f32', shapeOfField, values)], `${name}.sum`)
  }
  return sum!
}

function emitTerm(context: Context, region: Region, term: Term, weights: Float64Array, bias: Float64Array | null, label: string): string {
  if (term.kind === 'product')
    return term.form === 'matmul' ? emitMatrix(context, term, weights, bias, label) : emitConv(context, term, weights, bias, label)
  const base = term.kind === 'scale' ? emitSummed(context, term, label) : emitPair(context, term, label)
  const { axis, shape } = region
  const scaled = weights.every((value) => value === 1)
    ? base
    : context.writer.node('Mul', [base, rowConstant(context, weights, axis, shape.length, `${label}.weight`)], `${label}.scaled`)
  if (!bias || bias.every((value) => value === 0)) return scaled
  return context.writer.node('Add', [scaled, rowConstant(context, bias, axis, shape.length, `${label}.bias`)], `${label}.biased`)
}

function emitConv({ writer }: Context, term: ProductTerm, weights: Float64Array, bias: Float64Array | null, label: string): string {
  const own = term.form === 'conv' ? { shape: term.weightShape, data: weights } : inputsFirst(term, weights)
  const inputs = [term.input.name, writer.constant(`${label}.weight`, 'f32', own.shape, own.data)]
  if (bias) inputs.push(writer.constant(`${label}.bias`, 'f32', [bias.length], bias))
  return writer.node(term.form === 'conv' ? 'Conv' : 'ConvTranspose', inputs, `${label}.conv`, term.attributes)
}

/** Weights `[rows, depth, kernel..]` as a ConvTranspose has them: `[groups * depth, rows / groups, kernel..]`. */
function inputsFirst({ weightShape, input }: ProductTerm, weights: Float64Array) {
  const [rows, depth, ...kernel] = weightShape as [number, number, ...number[]]
  const channels = input.shape[1]!
  const own = rows / (channels / depth)
  const taps = product(kernel)
  const data = new Float64Array(weights.length)
  for (let row = 0; row < rows; row += 1) {
    for (let index = 0; index < depth; index += 1) {
      const from = (row * depth + index) * taps
      const channel = Math.floor(row / own) * depth + index
      data.set(weights.subarray(from, from + taps), (channel * own + (row % own)) * taps)
    }
  }
  return { shape: [channels, own, ...kernel], data }
}

function emitMatrix({ writer }: Context, term: ProductTerm, weights: Float64Array, bias: Float64Array | null, label: string): string {
  const [columns, depth] = term.weightShape as [number, number]
  const turned = new Float64Array(weights.length)
  for (let column = 0; column < columns; column += 1)
    for (let k = 0; k < depth; k += 1) turned[k * columns + column] = weights[column * depth + k]!
  const matrix = writer.constant(`${label}.weight`, 'f32', [depth, columns], turned)
  const addend = bias ? [writer.constant(`${label}.bias`, 'f32', [columns], bias)] : []
  if (term.input.shape.length === 2) return writer.node('Gemm', [term.input.name, matrix, ...addend], `${label}.product`)
  const plain = writer.node('MatMul', [term.input.name, matrix], `${label}.product`)
  return bias ? writer.node('Add', [plain, ...addend], `${label}.biased`) : plain
}

function emitSummed({ writer }: Context, { input, sum, keep }: ScaleTerm, label: string): string {
  if (sum.length === 0) return input.name
  return writer.node('ReduceSum', [input.name, writer.integers(`${label}.axes`, sum)], `${label}.total`, {
    keepdims: { int: keep ? 1 : 0 },
  })
}

const emitPair = ({ writer }: Context, { form, left, right }: PairTerm, label: string): string =>
  writer.node(form === 'mul' ? 'Mul' : 'MatMul', [left.name, right.name], `${label}.product`)
