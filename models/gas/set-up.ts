import type { Kernel } from '../ir/types.ts'
import type { Costs } from './costs.ts'
import type { Reach } from './reach.ts'

/** Decoding, and where the walk over the terms begins. */
export function setUpGas({ shape, reduce, loads }: Kernel, reaches: readonly Reach[], costs: Costs): number {
  const reduces = reduce?.extents.length ?? 0
  const variables = shape.length + reduces
  const axes = loads.reduce((sum, load) => sum + load.axes.length, 0)
  let gas = costs.variable * variables + costs.load * loads.length + costs.axis * axes + costs.axisVariable * axes * variables
  gas += costs.reduce * reduces + costs.placeReduce * reduces * (loads.length + axes + 1)
  for (const { load, moves, guards } of reaches) {
    for (const { coordinate } of load.axes) if (coordinate.kind === 'affine') gas += costs.coefficient * coordinate.terms.length
    if (moves) gas += costs.axisReduce * load.axes.length * reduces
    gas += costs.guard * guards
  }
  const operands = new Set(loads.map(({ buffer }) => buffer)).size
  return gas + costs.loadOperand * loads.length * operands
}
