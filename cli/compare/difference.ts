/**
 * How far an output is from that of the stock runtime.
 * @property absolute  greatest difference of two values
 * @property scaled    the same over the greatest magnitude of the stock output (over 1 if it is all zero); where that is of f16, without the
 *                     half unit in the last place that rounding to f16 costs each of its values and ours, of f32, are spared
 */
export type Difference = { readonly absolute: number; readonly scaled: number }

export function differenceOf(ours: readonly number[], theirs: readonly number[], half = false): Difference {
  const absolute = greatestDifference(ours, theirs, 0)
  const beyond = half ? greatestDifference(ours, theirs, HALF_UNIT) : absolute
  return { absolute, scaled: beyond / (greatest(theirs) || 1) }
}

/** Relative error of rounding to f16, for normal numbers. */
const HALF_UNIT = 1 / 2048

const greatest = (values: readonly number[]): number =>
  values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0)

/** Equal values, infinities and NaN included, do not differ; a NaN or infinity on one side alone differs infinitely. */
function greatestDifference(ours: readonly number[], theirs: readonly number[], spared: number): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY
  return ours.reduce((most, value, index) => {
    if (Object.is(value, theirs[index]!) || value === theirs[index]) return most
    const difference = Math.max(0, Math.abs(value - theirs[index]!) - spared * Math.abs(theirs[index]!))
    return Math.max(most, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
  }, 0)
}
