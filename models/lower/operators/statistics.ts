/** Means and variances over axes, which normalisations share. Axes are kept with extent 1. */
import { f32, load, op } from '../../ir/expression.ts'
import { type Expression, product } from '../../ir/types.ts'
import type { Builder } from '../builder.ts'
import { foldAxes, reduceAxes } from '../kernels.ts'
import { shapeOf, type View } from '../view.ts'

/** What becomes of a mean; the mean itself if not given. */
type After = (mean: Expression) => Expression

const itself: After = (mean) => mean

/** `1 / sqrt(x + epsilon)`. */
export const inverseRoot =
  (epsilon: number): After =>
  (x) => [f32(1), ...x, f32(epsilon), op('f32.add'), op('f32.sqrt'), op('f32.div')]

/** Divided, not multiplied by a reciprocal, so that a mean is rounded once. */
const meanOf = (view: View, axes: readonly number[]): Expression => [
  op('fold'),
  f32(product(axes.map((axis) => shapeOf(view)[axis]!))),
  op('f32.div'),
]

export const meanOver = (builder: Builder, view: View, axes: readonly number[]): View =>
  reduceAxes(builder, view, axes, { op: 'sum', term: [load(0)], result: meanOf(view, axes), type: 'f32' })

/** The mean of the squared distances from `mean`: a second pass, which loses no digits to cancellation. */
export const varianceOver = (builder: Builder, view: View, mean: View, axes: readonly number[], after: After = itself): View =>
  foldAxes(builder, [view, mean], shapeOf(view), axes, {
    op: 'sum',
    term: [load(0), load(1), op('f32.sub'), load(0), load(1), op('f32.sub'), op('f32.mul')],
    result: after(meanOf(view, axes)),
    type: 'f32',
  })

export const meanSquareOver = (builder: Builder, view: View, axes: readonly number[], after: After = itself): View =>
  reduceAxes(builder, view, axes, { op: 'sum', term: [load(0), load(0), op('f32.mul')], result: after(meanOf(view, axes)), type: 'f32' })
