/** Constants of a region that vary within its rows too. */
import { product } from '../../ir/types.ts'
import { nearest, powerOfTwo } from '../binary.ts'
import { type Region, rowsOf } from '../values.ts'

/** Row of each element of the field. */
function fieldRow({ field, shape, axis }: Region): (element: number) => number {
  const own = axis - (shape.length - field!.shape.length)
  const extent = own < 0 ? 1 : field!.shape[own]!
  const inner = own < 0 ? 1 : field!.shape.slice(own + 1).reduce((a, b) => a * b, 1)
  return (element) => (extent === 1 ? -1 : Math.floor(element / inner) % extent)
}

/** The field times a factor for each row. */
export function fieldTimes(given: Region, factors: Float64Array): Region['field'] {
  if (!given.field) return null
  const region = isShared(given) && factors.some((factor) => factor !== factors[0]) ? withOwnFields(given) : given
  const row = fieldRow(region)
  return { ...region.field!, data: region.field!.data.map((value, element) => value * factors[Math.max(0, row(element))]!) }
}

/** Whether all rows have the same constants. */
export function isShared({ field, shape, axis }: Region): boolean {
  return field !== null && shape[axis]! > 1 && (field.shape[axis - (shape.length - field.shape.length)] ?? 1) === 1
}

/** A region whose rows share their constants with a copy for each of them, which may be of other units. */
export function withOwnFields(region: Region): Region {
  const { shape, axis } = region
  const field = region.field!
  const whole = [...Array<number>(Math.max(0, shape.length - axis - field.shape.length)).fill(1), ...field.shape]
  const own = axis - (shape.length - whole.length)
  const [rows, inner] = [shape[axis]!, product(whole.slice(own))]
  const data = Float64Array.from(
    { length: rows * field.data.length },
    (_, at) => field.data[Math.floor(at / (rows * inner)) * inner + (at % inner)]!,
  )
  return { ...region, field: { shape: whole.with(own, rows), data } }
}

/** Greatest magnitude of the field in each row. */
export function peaksOf(region: Region): Float64Array {
  const peaks = new Float64Array(rowsOf(region))
  if (!region.field) return peaks
  const row = fieldRow(region)
  for (const [element, value] of region.field.data.entries()) {
    const at = row(element)
    if (at < 0) for (let each = 0; each < peaks.length; each += 1) peaks[each] = Math.max(peaks[each]!, Math.abs(value))
    else peaks[at] = Math.max(peaks[at]!, Math.abs(value))
  }
  return peaks
}

/** The field in units of its rows; null where there is none. */
export function fieldIn(region: Region, steps: Float64Array, shifts: Int32Array): Float64Array | null {
  if (!region.field) return null
  const row = fieldRow(region)
  return region.field.data.map((value, element) => {
    const at = Math.max(0, row(element))
    return nearest((value / steps[at]!) * powerOfTwo(shifts[at]!))
  })
}
