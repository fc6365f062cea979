import type { Builder } from './builder.ts'
import { gatherAlong } from './gather.ts'
import { join } from './join.ts'
import { digitsOf, runsOf } from './pattern.ts'
import { tableOf } from './table.ts'
import { broadcast, type Factor, pad, shapeOf, slice, type View } from './view.ts'

/** Runs beyond which a table of positions costs a step less than one load a run. */
const MOST_RUNS = 3
/** A load has six axes; what a view passes on leaves room for its reader's. */
const MOST_GUARDS = 3

/**
 * The elements of dimension `dim` at positions known while compiling; -1 is `fill` (bits). Free where the positions are a sum of steps,
 * one kernel of guarded loads where they are a few runs, else one kernel that reads the positions from a constant.
 */
export function takeAlong(builder: Builder, view: View, dim: number, positions: readonly number[], fill = 0): View {
  const first = positions.findIndex((position) => position >= 0)
  if (first < 0) return repeated(builder, view, dim, positions.length, fill)
  const last = positions.findLastIndex((position) => position >= 0)
  const inner = positions.slice(first, last + 1)
  const taken = taking(builder, view, dim, inner)
  if (taken) return padAlong(builder, taken, dim, first, positions.length - 1 - last, fill)
  return gatherAlong(builder, view, dim, tableOf(builder, [positions.length], positions), fill)
}

function taking(builder: Builder, view: View, dim: number, positions: readonly number[]): View | null {
  if (positions.includes(-1)) return null
  const digits = digitsOf(positions)
  const runs = digits ? null : runsOf(positions, MOST_RUNS)
  if (!digits && !runs) return null
  const single = view.dims[dim]!.length > 1 ? builder.copy(view) : view
  if (runs) {
    const parts = runs.map(({ start, step, count }) => {
      const factors = count === 1 ? [] : [{ extent: count, step }]
      return walked(single, dim, start, factors)
    })
    return join(builder, parts, dim)
  }
  return walked(single, dim, digits!.offset, digits!.factors)
}

function walked(view: View, dim: number, offset: number, factors: readonly { readonly extent: number; readonly step: number }[]): View {
  const factor: Factor = view.dims[dim]![0] ?? { extent: 1, stride: 0, guards: view.guards.map(() => 0) }
  const walk = factors.map(({ extent, step }): Factor => {
    return { extent, stride: factor.stride * step, guards: factor.guards.map((guard) => guard * step) }
  })
  return {
    ...view,
    base: view.base + offset * factor.stride,
    dims: view.dims.with(dim, walk),
    guards: view.guards.map((guard, index) => ({ ...guard, offset: guard.offset + offset * factor.guards[index]! })),
  }
}

/** `before` and `after` elements of `fill` around a dimension; negative numbers take elements away. */
export function padAlong(builder: Builder, view: View, dim: number, before: number, after: number, fill: number): View {
  if (before === 0 && after === 0) return view
  const extent = shapeOf(view)[dim]!
  const cut = { before: Math.max(0, -before), after: Math.max(0, -after) }
  const kept = extent - cut.before - cut.after
  const simple = view.dims[dim]!.length > 1 || view.guards.length > MOST_GUARDS ? builder.copy(view) : view
  const inner = kept === extent ? simple : slice(simple, dim, cut.before, kept, 1)!
  const grown = [Math.max(0, before), Math.max(0, after)] as const
  return pad(inner, dim, ...grown, fill) ?? pad(builder.copy(inner), dim, ...grown, fill)!
}

/** A dimension of nothing but `fill`. */
function repeated(builder: Builder, view: View, dim: number, count: number, fill: number): View {
  const outside = padAlong(builder, slice(padSource(builder, view, dim), dim, 0, 1, 1)!, dim, 1, 0, fill)
  const one = slice(outside, dim, 0, 1, 1)!
  return broadcast(
    one,
    shapeOf(one).map((extent, index) => (index === dim ? count : extent)),
  )
}

const padSource = (builder: Builder, view: View, dim: number): View => (view.dims[dim]!.length > 1 ? builder.copy(view) : view)
