import { f32, get, load, op, set } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import { POW } from '../../numerics/pow.ts'
import { byStride } from '../builder.ts'
import { affine, at } from '../draft-load.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { permute, shapeOf } from '../view.ts'
import { floatOnly } from './elementwise.ts'

const ROOT = op('f32.sqrt')

/** Powers that square roots give; the base is positive. */
const ROOTS: ReadonlyMap<number, Expression> = new Map<number, Expression>([
  [0.5, [ROOT]],
  [0.75, [ROOT, set(0), get(0), get(0), ROOT, op('f32.mul')]],
  [1, []],
])

/**
 * `x / (bias + alpha / size * s)^beta` with the sum s of the squares in `size` neighbouring channels, of which the one at hand is the middle one,
 * or the last of the first half.
 */
function localResponse(node: NodeReader): Value[] {
  const x = node.input(0)
  floatOnly(node, x)
  const { builder } = node
  const size = node.int('size', 0)
  const shape = shapeOf(x.view)
  if (size < 1 || shape.length < 2) throw node.invalid(`has the size ${size}`)
  const beta = node.float('beta', 0.75)
  const view = builder.simple(x.view)
  const order = byStride(view)
  const before = Math.floor((size - 1) / 2)
  const divisor = builder.emit({
    type: 'f32',
    shape: order.map((dim) => shape[dim]!),
    operands: [
      {
        view,
        at: shape.map((_, dim) => (dim === 1 ? affine(-before, [order.indexOf(1), 1], [order.length, 1]) : at(order.indexOf(dim)))),
        fill: 0,
      },
    ],
    reduce: { op: 'sum', extents: [size], term: [load(0), load(0), op('f32.mul')] },
    result: [
      ...[op('fold'), f32(node.float('alpha', 0.0001) / size), op('f32.mul'), f32(node.float('bias', 1)), op('f32.add')],
      ...(ROOTS.get(beta) ?? [f32(beta), ...POW]),
    ],
  })
  const back = permute(
    divisor,
    order.map((_, dim) => order.indexOf(dim)),
  )
  return [{ type: 'f32', view: mapElements(builder, [view, back], shape, [load(0), load(1), op('f32.div')], 'f32') }]
}

export const LOCAL_RESPONSE: OperatorTable = { LRN: localResponse }
