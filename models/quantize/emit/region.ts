import { exponentAbove, nearest, powerOfTwo } from '../binary.ts'
import { withMeansKept } from '../calibrate/bias.ts'
import { isBottleneck } from '../calibrate/bottleneck.ts'
import { chooseSteps, isUnsigned, type Range, widest } from '../calibrate/steps.ts'
import type { Context } from '../context.ts'
import { axisGrid, uniformGrid } from '../grid.ts'
import { isScore, wantsIntegers } from '../network/classify.ts'
import { merged } from '../nodes/merge-inputs.ts'
import { separated } from '../nodes/separate.ts'
import { type EmitPart, PART_RANGE, partsOf, splitRegion } from '../nodes/split.ts'
import { limitOf } from '../options.ts'
import { scaleOf } from '../recurrent/roles.ts'
import { alikeRows } from '../rows/alike-rows.ts'
import { isShared, withOwnFields } from '../rows/fields.ts'
import { type IntegerRows, integerRows } from '../rows/integer-rows.ts'
import { cutOf, inputStepsOf, stepsOf } from '../rows/region-steps.ts'
import { tellRegion } from '../rows/tell-region.ts'
import { type Code, type Floats, type Region, rowsOf } from '../values.ts'
import { levelsFor, rowConstant, stored } from './code.ts'
import { emitSum } from './sum.ts'

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
  const cut = (values: Float64Array): Float64Array => values.map((value) => Math.max(-DEEPEST, Math.min(DEEPEST, value)))
  const { field, bias } = region
  return { ...region, bias: cut(bias), field: field && { ...field, data: cut(field.data) } }
}

function emitCode(context: Context, given: Region): Code {
  const region = isScore(context.uses.demandOf(given.name)) ? withoutDepths(given) : given
  const { statistics, uses } = context
  const demand = uses.demandOf(region.name)
  const { histogram } = statistics.get(region.name)!
  const role = context.network.roles.get(region.name)
  const scale = role && scaleOf(role, statistics, context.options)
  const levels = scale ?? levelsFor(context, demand, isUnsigned(histogram, region), isBottleneck(context.network, region.name))
  const steps = scale
    ? new Float64Array(rowsOf(region)).fill(scale.step)
    : stepsOf(region, chooseSteps(histogram, region, levels.high), demand)
  const code = emitRounded(context, apart(context, region, steps), steps, cutOf(region, steps, levels), true)
  context.codes.set(region.name, code)
  return code
}

/** A code of one step in multiples of another one, which is wider. */
export function requantized(context: Context, code: Code, step: number, label: string): Code {
  const axis = Math.max(0, code.shape.length - 1)
  const rows = code.shape[axis] ?? 1
  const term = { kind: 'scale', input: code, coefficients: new Float64Array(rows).fill(1), sum: [], count: 1, keep: true } as const
  const region: Region = {
    ...{ kind: 'region', name: label, shape: code.shape, axis, terms: [term], bias: new Float64Array(rows), field: null },
    ...{ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
  }
  return emitRounded(context, region, new Float64Array(rows).fill(step), { low: code.low, high: code.high }, false)
}

const apart = (context: Context, region: Region, steps: Float64Array): Region =>
  separated(context, region, steps, (range) => (part, partSteps) => emitRounded(context, part, partSteps, range, false))

/** @param splits  whether the sum may be split where its weights would be too narrow */
function emitRounded(context: Context, given: Region, steps: Float64Array, cut: Range, splits: boolean): Code {
  const { writer } = context
  const { name, axis, shape } = given
  const { region, rows } = settled(context, given, steps, true)
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
  tellRegion(context, region, rows)
  return { kind: 'code', name: stored(context, floor, cut, name), shape, steps: grid, ...cut }
}

/** The sum itself, exact: whole units of a power of two for each row. */
function emitExact(context: Context, given: Region): Floats {
  const { writer } = context
  const { name, axis, shape } = given
  const ones = new Float64Array(rowsOf(given)).fill(1)
  const whole = apart(context, given, ones)
  const { region, rows } = settled(context, inParts(context, whole, rowsIn(context, whole, ones, false)), ones, false)
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
  const integers = writer.cast(writer.cast(sum, 'i32', `${name}.i32`), 'f32', `${name}.whole`)
  const unit = Float64Array.from(rows.shifts, (shift) => powerOfTwo(-shift))
  const output = writer.node('Mul', [integers, rowConstant(context, unit, axis, shape.length, `${name}.unit`)], `${name}.exact`)
  tellRegion(context, region, rows)
  return { kind: 'floats', name: output, shape }
}

/** Bits of an exact sum's range that its parts are rounded to, but for those that `splitRegion` adds. */
const EXACT_LEVELS = 512

/** A sum whose weights would be too narrow in parts, as far as its range is known. */
function inParts(context: Context, region: Region, rows: IntegerRows): Region {
  const parts = partsOf(region, rows)
  const known = context.statistics.get(region.name)
  if (parts === 1 || !known) return region
  const { histogram } = known
  const greatest = widest(
    Float64Array.from({ length: histogram.channels }, (_, channel) => histogram.greatest(channel, region.low, region.high)),
  )
  const steps = new Float64Array(rowsOf(region)).fill(powerOfTwo(exponentAbove(greatest / EXACT_LEVELS)))
  return splitRegion(context, region, steps, parts, (part, partSteps) => emitRounded(context, part, partSteps, PART_RANGE, false))
}

/** A region in integers; rows of different units have constants of their own. */
function settled(
  context: Context,
  region: Region,
  steps: Float64Array,
  half: boolean,
): { readonly region: Region; readonly rows: IntegerRows } {
  const rows = rowsIn(context, region, steps, half)
  const alike = steps.every((step) => step === steps[0]) && rows.shifts.every((shift) => shift === rows.shifts[0])
  if (alike || !isShared(region)) return { region, rows }
  const own = withOwnFields(region)
  return { region: own, rows: rowsIn(context, own, steps, half) }
}

/** Weights and bias in integers, for rows of these steps; biases corrected. */
function rowsIn(context: Context, region: Region, steps: Float64Array, half: boolean): IntegerRows {
  const role = context.network.roles.get(region.name)
  const alike = region.terms.filter(({ kind }) => kind !== 'scale').length > 1 || (role?.kind === 'sum' && role.alone)
  const inputSteps = region.terms.map((term) => inputStepsOf(term, region))
  const rows = (given: Region): IntegerRows => (alike ? alikeRows : integerRows)(given, steps, inputSteps, limitOf(context.options), half)
  const first = rows(region)
  return context.replay ? rows(withMeansKept(context, region, first, steps)) : first
}
