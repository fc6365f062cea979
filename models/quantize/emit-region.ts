import { decibels, exponentAbove, exponentOf, nearest, powerOfTwo } from './binary.ts'
import { type Demand, isScore, SCORE_STEP, wantsIntegers } from './classify.ts'
import type { Context } from './context.ts'
import { levelsFor, rowConstant, stored } from './emit-code.ts'
import { alongAxis, axisGrid, uniformGrid } from './grid.ts'
import { alikeRows, type IntegerRows, integerRows } from './integer-rows.ts'
import { limitOf, SUM_LIMIT } from './options.ts'
import { scaleOf } from './recurrent/roles.ts'
import { type EmitPart, PART_RANGE, partsOf, splitRegion } from './split.ts'
import { chooseSteps, filled, isUnsigned, type Range, widest } from './steps.ts'
import type { Code, Floats, PairTerm, ProductTerm, Region, ScaleTerm, Term } from './values.ts'
import { rowsOf } from './values.ts'

/** Steps of a term's input, as `integerRows` takes them. */
function inputStepsOf(term: Term, region: Region): Float64Array {
  if (term.kind === 'pair') return Float64Array.of(term.left.steps.data[0]! * term.right.steps.data[0]!)
  const { steps, shape } = term.input
  if (term.kind === 'scale') return alongAxis(steps, region.axis, rowsOf(region))!
  const axis = term.form === 'conv' ? 1 : shape.length - 1
  return alongAxis(steps, axis, shape[axis]!)!
}

/**
 * A region as a code: the sum in integers, times a power of two a row, rounded and cut. Or, where nobody wants integers, as floats that
 * are the exact sum.
 */
export function emitRegion(context: Context, given: Region): Code | Floats {
  const region = merged(context, given)
  const demand = context.uses.demandOf(region.name)
  return wantsIntegers(demand) || context.network.roles.has(region.name) ? emitCode(context, region) : emitExact(context, region)
}

/** Scores are cut at 128: what a mask takes off beyond twice that would only cost the others their bits. */
const DEEPEST = 256

function withoutDepths(region: Region): Region {
  const { field } = region
  return field ? { ...region, field: { ...field, data: field.data.map((value) => Math.max(-DEEPEST, Math.min(DEEPEST, value))) } } : region
}

function emitCode(context: Context, given: Region): Code {
  const region = isScore(context.uses.demandOf(given.name)) ? withoutDepths(given) : given
  const { statistics, uses } = context
  const demand = uses.demandOf(region.name)
  const { histogram } = statistics.get(region.name)!
  const role = context.network.roles.get(region.name)
  const scale = role && scaleOf(role, statistics, context.options)
  const levels = scale ?? levelsFor(context, demand, isUnsigned(histogram, region))
  const steps = scale
    ? new Float64Array(rowsOf(region)).fill(scale.step)
    : stepsOf(region, chooseSteps(histogram, region, levels.high), demand)
  const code = emitRounded(context, region, steps, cutOf(region, steps, levels), true)
  context.codes.set(region.name, code)
  return code
}

/** @param splits  whether the sum may be split where its weights would be too narrow */
function emitRounded(context: Context, region: Region, steps: Float64Array, cut: Range, splits: boolean): Code {
  const { writer } = context
  const { name, axis, shape } = region
  const inputSteps = region.terms.map((term) => inputStepsOf(term, region))
  const rows = rowsFor(region)(region, steps, inputSteps, limitOf(context.options), true)
  const parts = splits ? partsOf(region, rows) : 1
  if (parts > 1) {
    const emitPart: EmitPart = (part, partSteps) => emitRounded(context, part, partSteps, PART_RANGE, false)
    return emitRounded(context, splitRegion(context, region, steps, parts, emitPart), steps, cut, false)
  }
  const factor = Float64Array.from(rows.shifts, (shift) => powerOfTwo(-shift))
  const sum = emitSum(context, region, rows, factor)
  const clipped = writer.node('Clip', [sum, writer.scalar(cut.low), writer.scalar(cut.high)], `${name}.cut`)
  const floor = writer.node('Floor', [clipped], `${name}.floor`)
  const grid = steps.every((step) => step === steps[0]) ? uniformGrid(shape.length, steps[0]!) : axisGrid(shape.length, axis, steps)
  tell(context, region, rows)
  return { kind: 'code', name: stored(context, floor, cut, name), shape, steps: grid, ...cut }
}

/** Convolutions of the same form are one, of their inputs side by side. */
function merged(context: Context, region: Region): Region {
  const [first] = region.terms
  if (region.terms.length < 2 || first?.kind !== 'product' || first.form !== 'conv') return region
  const terms = region.terms as readonly ProductTerm[]
  const shape = (code: Code): string => code.shape.toSpliced(1, 1).join()
  const form = ({ attributes, weightShape }: ProductTerm): string => JSON.stringify([attributes, weightShape.slice(2)])
  const alike = terms.every(
    (term) => term.kind === 'product' && term.form === 'conv' && form(term) === form(first) && shape(term.input) === shape(first.input),
  )
  const depths = terms.map(({ input }) => input.shape[1]!)
  if (!alike || terms.some(({ weightShape }, index) => weightShape[1] !== depths[index])) return region
  const inputs = terms.map(({ input }) => input)
  const [low, high] = [Math.min(...inputs.map((input) => input.low)), Math.max(...inputs.map((input) => input.high))]
  const label = `${region.name}.inputs`
  const joined = context.writer.node(
    'Concat',
    inputs.map(({ name }) => name),
    label,
    { axis: { int: 1 } },
  )
  const steps = inputs.flatMap((input) => [...alongAxis(input.steps, 1, input.shape[1]!)!])
  const input: Code = {
    ...{ kind: 'code', name: stored(context, joined, { low, high }, label), shape: first.input.shape.with(1, steps.length) },
    ...{ steps: axisGrid(first.input.shape.length, 1, Float64Array.from(steps)), low, high },
  }
  const width = terms.reduce((sum, term) => sum + term.width, 0)
  const rows = rowsOf(region)
  const weights = new Float64Array(rows * width)
  for (let row = 0, at = 0; row < rows; row += 1) {
    for (const term of terms) {
      weights.set(term.weights.subarray(row * term.width, (row + 1) * term.width), at)
      at += term.width
    }
  }
  const taps = first.weightShape.slice(2).reduce((a, b) => a * b, 1)
  const weightShape = [rows, steps.length, ...first.weightShape.slice(2)]
  const channel = (_row: number, index: number): number => Math.floor(index / taps)
  return { ...region, terms: [{ ...first, input, weights, width, channel, weightShape }] }
}

const rowsFor = (region: Region): typeof integerRows =>
  region.terms.filter(({ kind }) => kind !== 'scale').length > 1 ? alikeRows : integerRows

/**
 * The steps of the rows. Those of an addend that is also read as a number are one power of two, so that the number is exact; those of
 * products of two computed tensors make their one coefficient a power of two, so that it is exact and no wide sum is multiplied.
 */
function stepsOf(region: Region, chosen: Float64Array, demand: Demand): Float64Array {
  const [only] = region.terms
  const paired = region.terms.length === 1 && only?.kind === 'pair'
  const unit = paired ? Math.abs(only.coefficients[0]! * only.left.steps.data[0]! * only.right.steps.data[0]!) : 1
  if (isScore(demand)) {
    const free = paired && !demand.linear && !demand.floats
    return chosen.map(() => (free ? unit * powerOfTwo(exponentAbove(SCORE_STEP / unit)) : SCORE_STEP))
  }
  const steps = filled(chosen)
  const alike = demand.uniform || (!demand.narrow && !demand.index) ? steps.map(() => widest(steps)) : steps
  if (!demand.narrow && !demand.index) return alike.map((step) => powerOfTwo(exponentOf(step) + 1))
  return paired ? alike.map((step) => unit * powerOfTwo(exponentOf(step / unit) + 1)) : alike
}

/**
 * Integers that the clip of the region leaves of these. Where steps differ, they were chosen such that the greatest integer stands for no more
 * than the clip leaves.
 */
function cutOf(region: Region, steps: Float64Array, levels: Range): Range {
  if (steps.some((step) => step !== steps[0])) return { low: region.low >= 0 ? 0 : levels.low, high: levels.high }
  return { low: Math.max(levels.low, nearest(region.low / steps[0]!)), high: Math.min(levels.high, nearest(region.high / steps[0]!)) }
}

/** The sum itself, exact: whole units of a power of two for each row. */
function emitExact(context: Context, region: Region): Floats {
  const { writer } = context
  const { name, axis, shape } = region
  const ones = new Float64Array(rowsOf(region)).fill(1)
  const rows = rowsFor(region)(
    region,
    ones,
    region.terms.map((term) => inputStepsOf(term, region)),
    limitOf(context.options),
    false,
  )
  let sum = emitSum(context, region, rows, ones)
  const limit = (value: number): string =>
    rowConstant(
      context,
      Float64Array.from(rows.shifts, (shift) => nearest(value * powerOfTwo(shift))),
      axis,
      shape.length,
      `${name}.limit`,
    )
  if (region.low !== Number.NEGATIVE_INFINITY) sum = writer.node('Max', [sum, limit(region.low)], `${name}.least`)
  if (region.high !== Number.POSITIVE_INFINITY) sum = writer.node('Min', [sum, limit(region.high)], `${name}.most`)
  const whole = writer.cast(writer.cast(sum, 'i32', `${name}.i32`), 'f32', `${name}.whole`)
  const unit = Float64Array.from(rows.shifts, (shift) => powerOfTwo(-shift))
  const output = writer.node('Mul', [whole, rowConstant(context, unit, axis, shape.length, `${name}.unit`)], `${name}.exact`)
  tell(context, region, rows)
  return { kind: 'floats', name: output, shape }
}

/** The sum of all terms and the bias; `factor` is what each row's integers are stored times. */
function emitSum(context: Context, region: Region, rows: IntegerRows, factor: Float64Array): string {
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
    return term.form === 'conv' ? emitConv(context, term, weights, bias, label) : emitMatrix(context, term, weights, bias, label)
  const base = term.kind === 'scale' ? emitSummed(context, term, label) : emitPair(context, term, label)
  const { axis, shape } = region
  const scaled = weights.every((value) => value === 1)
    ? base
    : context.writer.node('Mul', [base, rowConstant(context, weights, axis, shape.length, `${label}.weight`)], `${label}.scaled`)
  if (!bias || bias.every((value) => value === 0)) return scaled
  return context.writer.node('Add', [scaled, rowConstant(context, bias, axis, shape.length, `${label}.bias`)], `${label}.biased`)
}

function emitConv({ writer }: Context, term: ProductTerm, weights: Float64Array, bias: Float64Array | null, label: string): string {
  const inputs = [term.input.name, writer.constant(`${label}.weight`, 'f32', term.weightShape, weights)]
  if (bias) inputs.push(writer.constant(`${label}.bias`, 'f32', [bias.length], bias))
  return writer.node('Conv', inputs, `${label}.conv`, term.attributes)
}

function emitMatrix({ writer }: Context, term: ProductTerm, weights: Float64Array, bias: Float64Array | null, label: string): string {
  const [columns, depth] = term.weightShape as [number, number]
  const turned = new Float64Array(weights.length)
  for (let column = 0; column < columns; column += 1)
    for (let k = 0; k < depth; k += 1) turned[k * columns + column] = weights[column * depth + k]!
  const matrix = writer.constant(`${label}.weight`, 'f32', [depth, columns], turned)
  const addend = bias ? [writer.constant(`${label}.bias`, 'f32', [columns], bias)] : []
  if (term.input.shape.length === 2) return writer.node('Gemm', [term.input.name, matrix, ...addend], `${label}.product`)
  const product = writer.node('MatMul', [term.input.name, matrix], `${label}.product`)
  return bias ? writer.node('Add', [product, ...addend], `${label}.biased`) : product
}

function emitSummed({ writer }: Context, { input, sum, keep }: ScaleTerm, label: string): string {
  if (sum.length === 0) return input.name
  return writer.node('ReduceSum', [input.name, writer.integers(`${label}.axes`, sum)], `${label}.total`, {
    keepdims: { int: keep ? 1 : 0 },
  })
}

const emitPair = ({ writer }: Context, { form, left, right }: PairTerm, label: string): string =>
  writer.node(form === 'mul' ? 'Mul' : 'MatMul', [left.name, right.name], `${label}.product`)

function tell(context: Context, region: Region, rows: IntegerRows): void {
  const kinds = region.terms.map((term) =>
    term.kind === 'product' ? term.form : term.kind === 'pair' ? `pair ${term.form}` : term.sum.length > 0 ? 'mean' : 'sum',
  )
  const widths = region.terms.flatMap((term, index) => (term.kind === 'product' ? [medianBits(rows.weights[index]!, term.width)] : []))
  context.layers.push({
    name: region.name,
    kind: [...new Set(kinds)].join(' + '),
    weightBits: widths.length > 0 ? Math.min(...widths) : null,
    shift: [rows.shifts.reduce((a, b) => Math.min(a, b)), rows.shifts.reduce((a, b) => Math.max(a, b))],
    bound: rows.total.reduce((a, b) => Math.max(a, b)) / SUM_LIMIT,
    weightSqnr: decibels(rows.signal, rows.noise),
    parts: Math.max(1, region.terms.filter((term) => term.kind === 'scale' && term.input.name.includes('.part')).length),
  })
}

/** Bits of the widest weight of the median row, its sign included. */
function medianBits(weights: Float64Array, width: number): number {
  const bits = Array.from({ length: weights.length / width }, (_, row) => {
    const widestOne = weights.subarray(row * width, (row + 1) * width).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    return widestOne === 0 ? 1 : exponentOf(widestOne) + 2
  })
  return bits.sort((a, b) => a - b)[Math.floor(bits.length / 2)]!
}
