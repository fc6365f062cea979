import { decibels, powerOfTwo } from '../binary.ts'
import type { Context } from '../context.ts'
import { alongAxis, axisGrid, type Grid, uniformGrid } from '../grid.ts'
import type { IntegerRows } from '../rows/integer-rows.ts'
import type { Code, ProductTerm, Region, ScaleTerm } from '../values.ts'

/** Decibels of weights below which a sum is split, so that each part has weights of more bits. */
const LEAST_SQNR = 36
const MOST_PARTS = 16
/** A part is rounded to 2^-5 of the sum's step, and cut at 2^18 of these: the error of all parts is below that of the sum's own rounding. */
const PART_SHIFT = -5
export const PART_RANGE = { low: -262_144, high: 262_144 } as const

/** Emits a region with these steps and integers. */
export type EmitPart = (region: Region, steps: Float64Array) => Code

/** Into how many parts a sum is better split: 1 where its weights are wide enough, or where it has not just one product. */
export function partsOf(region: Region, rows: IntegerRows): number {
  const term = productOf(region)
  if (!term || groupsOf(term) !== 1) return 1
  const channels = channelsOf(term)
  let parts = 1
  // Each doubling gives a bit, which is 6 decibels.
  for (let sqnr = decibels(rows.signal, rows.noise); sqnr < LEAST_SQNR && parts < MOST_PARTS && channels >= 4 * parts; sqnr += 6) parts *= 2
  return parts
}

/** The only product of a region that has no others but numbers that are added as they are. */
function productOf({ terms }: Region): ProductTerm | null {
  const products = terms.filter((term) => term.kind === 'product')
  return products.length === 1 && terms.every(({ kind }) => kind !== 'pair') ? products[0]! : null
}

/**
 * The region as a sum of parts, each over some of the input channels and rounded by itself, so that the bound of exact sums holds for each of
 * them alone; a rounding in between keeps runtimes from adding them up first.
 */
export function splitRegion(context: Context, region: Region, steps: Float64Array, parts: number, emit: EmitPart): Region {
  const whole = productOf(region)!
  const axis = whole.form === 'matmul' ? whole.input.shape.length - 1 : 1
  const channels = channelsOf(whole)
  const partSteps = steps.map((step) => step * powerOfTwo(PART_SHIFT))
  const rows = steps.length
  const terms = Array.from({ length: parts }, (_, part): ScaleTerm => {
    const [start, end] = [Math.floor((channels * part) / parts), Math.floor((channels * (part + 1)) / parts)]
    const label = `${region.name}.part${part}`
    const term = partTerm(context, whole, axis, start, end, label)
    const input = emit(
      {
        ...region,
        name: label,
        terms: [term],
        bias: new Float64Array(rows),
        field: null,
        low: Number.NEGATIVE_INFINITY,
        high: Number.POSITIVE_INFINITY,
      },
      partSteps,
    )
    return { kind: 'scale', input, coefficients: new Float64Array(rows).fill(1), sum: [], count: 1, keep: true }
  })
  return { ...region, terms: [...terms, ...region.terms.filter((term) => term !== whole)] }
}

/** The product over the input channels `start .. end - 1`. */
function partTerm({ writer }: Context, whole: ProductTerm, axis: number, start: number, end: number, label: string): ProductTerm {
  const { input, weights, width } = whole
  const channels = channelsOf(whole)
  const taps = width / channels
  const rows = weights.length / width
  const own = (end - start) * taps
  const kept = new Float64Array(rows * own)
  for (let row = 0; row < rows; row += 1) kept.set(weights.subarray(row * width + start * taps, row * width + end * taps), row * own)
  const places = [start, end, axis].map((value, index) => writer.integers(`${label}.${['start', 'end', 'axis'][index]}`, [value]))
  const name = writer.node('Slice', [input.name, ...places], `${label}.input`)
  const steps = alongAxis(input.steps, axis, channels)!.slice(start, end)
  const grid: Grid = input.steps.data.length === 1 ? uniformGrid(input.shape.length, steps[0]!) : axisGrid(input.shape.length, axis, steps)
  const shape = input.shape.with(axis, end - start)
  return {
    ...whole,
    input: { ...input, name, shape, steps: grid },
    weights: kept,
    width: own,
    channel: (_row, index) => Math.floor(index / taps),
    weightShape: whole.weightShape.with(1, end - start),
  }
}

const channelsOf = ({ form, input }: ProductTerm): number => (form === 'matmul' ? input.shape.at(-1)! : input.shape[1]!)

function groupsOf({ attributes }: ProductTerm): number {
  const { group } = attributes
  return group && 'int' in group ? group.int : 1
}
