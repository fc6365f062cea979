/** Constants of a region that vary within its rows too. */
import { nearest, powerOfTwo } from '../binary.ts'
import { type Region, rowsOf } from '../values.ts'

/** Row of each element of the field. */
function fieldRow({ field, shape, axis }: Region): (element: number) => number {
  const own = axis - (shape.length - field!.shape.length)
  const extent = own < 0 ? 1 : field!.shape[own]!
  const inner = own < 0 ? 1 : field!.shape.slice(own + 1).reduce((a, b) => a * b, 1)
  return (element) => (extent === 1 ? -1 : Math.floor(element / inner) % extent)
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
