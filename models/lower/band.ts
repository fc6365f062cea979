import { product } from '../ir/types.ts'
import type { Builder } from './builder.ts'
import { type Factor, shapeOf, type View } from './view.ts'

/** A load has six axes. */
const MOST_GUARDS = 4

/**
 * The view where `low <= column - row <= high`, elsewhere `fill` (bits); free. `row` and `column` are two different dimensions.
 */
export function band(builder: Builder, view: View, row: number, column: number, low: number, high: number, fill: number): View {
  const foreign = view.guards.length > 0 && view.fill !== fill
  const source = foreign || view.guards.length > MOST_GUARDS ? builder.copy(view) : view
  const shape = shapeOf(source)
  const [least, greatest] = [Math.max(low, -shape[row]!), Math.min(high, shape[column]!)]
  // The guard's coordinate is `column - row - least`.
  const steps = source.dims.map((factors, dim) => {
    const sign = dim === column ? 1 : dim === row ? -1 : 0
    return factors.map((_, index) => sign * product(factors.slice(index + 1).map(({ extent }) => extent)))
  })
  const guarded = (factor: Factor, dim: number, index: number): Factor => ({ ...factor, guards: [...factor.guards, steps[dim]![index]!] })
  return {
    ...source,
    fill,
    dims: source.dims.map((factors, dim) => factors.map((factor, index) => guarded(factor, dim, index))),
    // A band that holds nothing has a coordinate below 0 everywhere.
    guards: [
      ...source.guards,
      greatest < least
        ? { extent: 1, stride: 0, offset: -2 * (shape[row]! + shape[column]!) }
        : { extent: greatest - least + 1, stride: 0, offset: -least },
    ],
  }
}
