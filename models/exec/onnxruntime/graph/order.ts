import { type Layout, plainLayout } from './layout.ts'
import { digitsOfLoad, isConstant, type Scope } from './scope.ts'

/**
 * The layout of the first operand that has all coordinates, those of the output and those that are summed over, so that nothing is transposed;
 * else each coordinate an axis.
 */
export function elementLayout(scope: Scope): Layout {
  const { kernel, extents } = scope
  const long = extents.map((_, variable) => variable).filter((variable) => extents[variable]! > 1)
  for (const load of kernel.loads) {
    if (isConstant(scope, load)) continue
    const layout = layoutLike(scope, load.buffer, digitsOfLoad(scope, load), long)
    if (layout) return layout
  }
  return plainLayout(extents.length)
}

function layoutLike(scope: Scope, buffer: number, digits: ReturnType<typeof digitsOfLoad>, variables: readonly number[]): Layout | null {
  // A constant at places that other values give lies nowhere in the graph.
  const { value } = scope.operand(buffer)
  if (!value) return null
  const { axes } = value
  const layout = axes.map((): { variable: number; stride: number }[] => [])
  for (const { terms, stride, extent } of digits ?? []) {
    const [term, ...others] = terms
    if (!term) continue
    const axis = axes.findIndex((factors) =>
      factors.some((factor) => factor.stride <= stride && stride * extent <= factor.stride * factor.extent),
    )
    if (others.length > 0 || axis < 0) return null
    layout[axis]!.push({ variable: term.variable, stride })
  }
  // Within an axis the factors are outermost first, though not always by stride.
  const place = (axis: number, stride: number): number =>
    axes[axis]!.findIndex((factor) => factor.stride <= stride && stride < factor.stride * factor.extent)
  const sorted = layout.map((own, axis) =>
    own.sort((a, b) => place(axis, a.stride) - place(axis, b.stride) || b.stride - a.stride).map(({ variable }) => variable),
  )
  const found = sorted.flat()
  return found.length === variables.length && variables.every((variable) => found.includes(variable)) ? sorted : null
}
