import { OpineError } from '@opine/dispute-game/errors.ts'
import { OPERANDS } from '../../certify/classes.ts'
import { exponentOf, powerOfTwo } from '../binary.ts'
import { chooseBinarySteps, filled, isUnsigned, type Range, widest } from '../calibrate/steps.ts'
import type { Context } from '../context.ts'
import { axisGrid, type Grid, uniformGrid } from '../grid.ts'
import { type Demand, isScore, SCORE_STEP } from '../network/classify.ts'
import type { Code, Floats } from '../values.ts'

const FREE: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }

/** Integers in a narrow type and back: what is stored is that type, and no zero has a sign. */
export function stored(context: Context, name: string, { low, high }: Range, label: string): string {
  const { writer } = context
  const type = low >= 0 && high <= 255 ? 'u8' : low >= -128 && high <= 127 ? 'i8' : 'i32'
  return writer.cast(writer.cast(name, type, `${label}.${type}`), 'f32', `${label}.code`)
}

/**
 * Integers from a table, whose entries have a half added: rounding it off ends the linear region, so that no runtime folds a scale from the table
 * into what reads it.
 */
export function storedEntries(context: Context, name: string, range: Range, label: string): string {
  return stored(context, context.writer.node('Floor', [name], `${label}.floor`), range, label)
}

/** Entries of a table for `storedEntries`. */
export const withHalves = (values: ArrayLike<number>): Float64Array => Float64Array.from(values, (value) => value + 0.5)

/** Constant of one number a row, shaped to stand along the axis of a tensor of this rank; a scalar where all are alike. */
export function rowConstant(context: Context, values: Float64Array, axis: number, rank: number, label: string): string {
  if (values.every((value) => value === values[0])) return context.writer.scalar(values[0]!)
  const shape = Array.from({ length: rank - axis }, (_, dim) => (dim === 0 ? values.length : 1))
  return context.writer.constant(label, 'f32', shape, values)
}

export function gridConstant(context: Context, { shape, data }: Grid, label: string): string {
  return data.length === 1 ? context.writer.scalar(data[0]!) : context.writer.constant(label, 'f32', shape, data)
}

/** A tensor of floats as integers: times a power of two, rounded, cut. Each operation is exact or rounds once. */
export function quantizeFloats(context: Context, name: string, { name: floats, shape }: Floats): Code {
  const { writer, statistics, uses } = context
  const known = statistics.get(name)
  if (!known) throw new OpineError('QUANTIZE_MODEL', `'${name}' has no calibrated range`, { tensor: name })
  const { histogram, axis } = known
  const demand = uses.demandOf(name)
  const { low, high } = inputLevels(context, demand, isUnsigned(histogram, FREE))
  const own = filled(chooseBinarySteps(histogram, FREE, high))
  const steps = isScore(demand) ? Float64Array.of(SCORE_STEP) : demand.uniform ? Float64Array.of(widest(own)) : own
  const inverse = steps.map((step) => 1 / step)
  const scaled = inverse.every((value) => value === 1)
    ? floats
    : writer.node(
        'Mul',
        [floats, rowConstant(context, inverse, steps.length === 1 ? 0 : axis, shape.length, `${name}.scale`)],
        `${name}.scaled`,
      )
  const cut = writer.node('Clip', [writer.node('Round', [scaled], `${name}.round`), writer.scalar(low), writer.scalar(high)], `${name}.cut`)
  const grid = steps.length === 1 ? uniformGrid(shape.length, steps[0]!) : axisGrid(shape.length, axis, steps)
  const code: Code = { kind: 'code', name: stored(context, cut, { low, high }, name), shape, steps: grid, low, high }
  context.layers.push({ name, kind: 'input', weightBits: null, shift: null, bound: high / 16_777_216, weightSqnr: null, parts: 1 })
  context.codes.set(name, code)
  return code
}

/**
 * Operands of eleven bits, where the class of providers takes them: inputs are rounded once, and all that follows hangs on them. Not where two
 * computed tensors are multiplied, for sums of such products are exact as they are or not at all.
 */
export function inputLevels(context: Context, wanted: Demand, unsigned: boolean): Range {
  if (!wanted.narrow || wanted.uniform || context.options.providers === 'bf16') return levelsFor(context, wanted, unsigned)
  return unsigned ? { low: 0, high: 2048 } : { low: -2048, high: 2048 }
}

export type Wanted = Pick<Demand, 'narrow' | 'index' | 'scores'>

/** Bits that the integers of a bottleneck have more than others. */
const WIDER = 2

/**
 * Integers of what is wanted: eight bits or what the options say, twelve for a last lookup, sixteen for scores, for an addend what the class takes.
 * @param wide  whether what products read gets more bits, as far as the class takes them
 */
export function levelsFor({ options }: Context, { narrow, index, scores }: Wanted, unsigned: boolean, wide = false): Range {
  const { width } = OPERANDS[options.providers]
  const addend = Math.min(16, exponentOf(width) + 1)
  const own = options.activationBits ?? 8
  const operand = wide ? Math.max(own, Math.min(own + WIDER, 12, exponentOf(width))) : own
  const bits = narrow ? operand : index ? 12 : scores ? 16 : addend
  if (unsigned && (narrow || index)) return { low: 0, high: (1 << bits) - 1 }
  const most = (1 << (bits - 1)) - 1
  return { low: unsigned ? 0 : -most, high: most }
}

/** Integers as numbers again, for who calculates in float. Exact where all steps are powers of two. */
export function floatsOf(context: Context, name: string, code: Code): Floats {
  const { writer } = context
  const output = writer.node('Mul', [code.name, gridConstant(context, code.steps, `${name}.step`)], `${name}.float`)
  return { kind: 'floats', name: output, shape: code.shape }
}

export const isBinary = (steps: Grid): boolean => steps.data.every((step) => powerOfTwo(exponentOf(step)) === step)
