/** Interpolation as weighted sums: which elements of the input an element of the output is made of. Source: ONNX operator Resize. */

/** Weights of the input's elements `first, first + 1, ..`, all of them inside of the axis. */
export type Taps = { readonly first: number; readonly weights: readonly number[] }

export type Interpolation = {
  readonly kind: 'linear' | 'cubic'
  /** Coefficient `a` of the cubic. */
  readonly sharpness: number
  /** Whether the filter is widened when the axis shrinks. */
  readonly antialias: boolean
  /** Whether elements outside of the axis get no weight; else they count as the outermost element. */
  readonly excludeOutside: boolean
}

/** @param coordinate  of the output's element in the input */
export function tapsAt(coordinate: number, extent: number, scale: number, how: Interpolation): Taps {
  const reach = how.kind === 'linear' ? 1 : 2
  const narrow = how.antialias ? Math.min(scale, 1) : 1
  // Of the elements around the coordinate, `left` is the last one that lies before it.
  const left = Math.ceil(coordinate) - 1
  const ratio = coordinate - left
  const start = Math.floor(-reach / narrow) + 1
  const raw = Array.from({ length: 2 - 2 * start }, (_, index) => filter((start + index - ratio) * narrow, how))
  const inside = (index: number): boolean => left + start + index >= 0 && left + start + index < extent
  const kept = raw.map((weight, index) => (how.excludeOutside && !inside(index) ? 0 : weight))
  const total = how.antialias || how.excludeOutside ? kept.reduce((sum, weight) => sum + weight, 0) : 1
  const first = clamp(left + start, extent)
  const last = clamp(left + start + raw.length - 1, extent)
  const weights = Array<number>(last - first + 1).fill(0)
  for (const [index, weight] of kept.entries()) weights[clamp(left + start + index, extent) - first]! += weight / total
  return { first, weights }
}

const clamp = (position: number, extent: number): number => Math.min(extent - 1, Math.max(0, position))

/** The weight of an element at `distance`. */
function filter(distance: number, { kind, sharpness: a }: Interpolation): number {
  const x = Math.abs(distance)
  if (kind === 'linear') return Math.max(0, 1 - x)
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
}
