/** An integer that depends on the iteration variables: `constant + sum terms[v] * variable v`. */
export type Form = { readonly constant: number; readonly terms: readonly number[] }

export const plus = (a: Form, b: Form, times = 1): Form => ({
  constant: a.constant + times * b.constant,
  terms: a.terms.map((term, v) => term + times * b.terms[v]!),
})

export const zero = (variables: number): Form => ({ constant: 0, terms: Array.from({ length: variables }, () => 0) })

/** The variable itself. */
export const single = (variables: number, variable: number, coefficient = 1): Form => ({
  constant: 0,
  terms: Array.from({ length: variables }, (_, v) => (v === variable ? coefficient : 0)),
})

/** The least and the greatest value over these extents. */
export function rangeOf({ constant, terms }: Form, extents: readonly number[]): readonly [number, number] {
  let [low, high] = [constant, constant]
  terms.forEach((term, v) => {
    const reach = term * (extents[v]! - 1)
    if (reach < 0) low += reach
    else high += reach
  })
  return [low, high]
}

/** Row-major strides of these extents. */
export function strides(extents: readonly number[]): number[] {
  const result = extents.map(() => 1)
  for (let axis = extents.length - 2; axis >= 0; axis--) result[axis] = result[axis + 1]! * extents[axis + 1]!
  return result
}
