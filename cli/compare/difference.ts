/**
 * How far an output is from that of the stock runtime.
 * @property absolute  greatest difference of two values
 * @property scaled    the same over the greatest magnitude of the stock output (over 1 if it is all zero)
 */
export type Difference = { readonly absolute: number; readonly scaled: number }

export function differenceOf(ours: readonly number[], theirs: readonly number[]): Difference {
  const absolute = greatestDifference(ours, theirs)
  return { absolute, scaled: absolute / (greatest(theirs) || 1) }
}

const greatest = (values: readonly number[]): number =>
  values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0)

/** Equal values, infinities and NaN included, do not differ; a NaN or infinity on one side alone differs infinitely. */
function greatestDifference(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY
  return ours.reduce((most, value, index) => {
    if (Object.is(value, theirs[index]!) || value === theirs[index]) return most
    const difference = Math.abs(value - theirs[index]!)
    return Math.max(most, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
  }, 0)
}
