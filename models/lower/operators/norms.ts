import { f32, get, load, op, set } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { POW } from '../../numerics/pow.ts'
import { mapElements, reduceAxes } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { shapeOf } from '../view.ts'
import { windowsOf } from '../window.ts'
import { floatOnly } from './elementwise.ts'
import { kernelShape, pool, spatialOf } from './pooling.ts'

const MAX_ORDER = 64

/** `|x|^p` as term and the p-th root of the sum as result. */
type Norm = { readonly term: Expression; readonly result: Expression }

/** By squaring: the bits of `p` from the second on. */
function normOf(node: NodeReader, p: number): Norm {
  if (!Number.isInteger(p) || p < 1 || p > MAX_ORDER) throw node.unsupported(`p = ${p}`, `a whole p from 1 to ${MAX_ORDER}`)
  const bits = [...p.toString(2)].slice(1)
  const square = [set(1), get(1), get(1), op('f32.mul')]
  const powers = bits.flatMap((bit): Expression => (bit === '1' ? [...square, get(0), op('f32.mul')] : square))
  const root = p === 1 ? [] : p === 2 ? [op('f32.sqrt')] : [f32(1 / p), ...POW]
  return { term: [load(0), op('f32.abs'), set(0), get(0), ...powers], result: [op('fold'), ...root] }
}

function globalLpPool(node: NodeReader): Value[] {
  const x = node.input(0)
  floatOnly(node, x)
  const axes = spatialOf(node, x.view).map((_, axis) => axis + 2)
  return [{ type: 'f32', view: reduceAxes(node.builder, x.view, axes, { op: 'sum', ...normOf(node, node.int('p', 2)), type: 'f32' }) }]
}

/** Padding counts as 0. */
function lpPool(node: NodeReader): Value[] {
  const x = node.input(0)
  floatOnly(node, x)
  const windows = windowsOf(node, spatialOf(node, x.view), kernelShape(node))
  return [
    {
      type: 'f32',
      view: pool(node, x.view, windows, { fold: 'sum', fill: 0, ...normOf(node, node.int('p', 2)), other: null, type: 'f32' }),
    },
  ]
}

/** Divided by the norm along an axis; where that is 0, so is the result. */
function lpNormalization(node: NodeReader): Value[] {
  const x = node.input(0)
  floatOnly(node, x)
  const p = node.int('p', 2)
  if (p !== 1 && p !== 2) throw node.invalid(`has p = ${p}; it must be 1 or 2`)
  const shape = shapeOf(x.view)
  const axis = node.axis(node.int('axis', -1), shape.length)
  const norm = reduceAxes(node.builder, x.view, [axis], { op: 'sum', ...normOf(node, p), type: 'f32' })
  const quotient = [f32(0), load(0), load(1), op('f32.div'), load(1), f32(0), op('f32.eq'), op('select')]
  return [{ type: 'f32', view: mapElements(node.builder, [x.view, norm], shape, quotient, 'f32') }]
}

export const NORMS: OperatorTable = { LpNormalization: lpNormalization, LpPool: lpPool, GlobalLpPool: globalLpPool }
