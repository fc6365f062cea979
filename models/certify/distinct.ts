import type { Value } from './value.ts'

/** As many of the latest values with the same end are compared. */
const COMPARED = 8

/** The same values; those that are equal in all are one object, so that what follows from them is known by that. */
export function distinct(values: readonly Value[]): Value[] {
  const known = new Map<number, Value[]>()
  return values.map((value) => {
    const found = known.get(value.least)
    if (!found) {
      known.set(value.least, [value])
      return value
    }
    for (let at = found.length - 1; at >= 0 && at >= found.length - COMPARED; at--) if (equalValues(value, found[at]!)) return found[at]!
    found.push(value)
    return value
  })
}

/** Whether two numbers are bounded alike, wherever they come from. */
export const sameValue = (a: Value, b: Value): boolean =>
  a.least === b.least &&
  a.greatest === b.greatest &&
  a.exponent === b.exponent &&
  a.positive === b.positive &&
  a.negative === b.negative &&
  a.odd === b.odd &&
  a.low === b.low &&
  a.high === b.high &&
  a.largest === b.largest &&
  a.finest === b.finest &&
  a.products === b.products &&
  a.open === b.open &&
  a.minusZero === b.minusZero &&
  a.nan === b.nan

/** Whether two values are one in all that is known of them, the sign of a zero at their ends included. */
export function equalValues(a: Value, b: Value): boolean {
  if (!sameValue(a, b) || a.literal !== b.literal || a.source !== b.source) return false
  if (!Object.is(a.least, b.least) || !Object.is(a.greatest, b.greatest) || !Object.is(a.positive, b.positive)) return false
  if (!Object.is(a.negative, b.negative) || !Object.is(a.exponent, b.exponent)) return false
  if (a.fault === b.fault) return true
  if (!a.fault || !b.fault) return false
  return (
    a.fault.rule === b.fault.rule && a.fault.size === b.fault.size && a.fault.excess === b.fault.excess && a.fault.source === b.fault.source
  )
}
