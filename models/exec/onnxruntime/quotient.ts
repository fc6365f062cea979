/**
 * The quotient of an integer and a positive one, rounded down, without a division; processors take an order of magnitude longer for these.
 * Exact: `value + 0.5` is half a unit of `1 / by` or more away from what is between two quotients, and both roundings are off by less than 2^-20 of that.
 * @param value  0 .. 2^31 - 1 @param inverse  `1 / by`
 */
export const quotient = (value: number, inverse: number): number => ((value + 0.5) * inverse) | 0
