import { load, op } from '../../ir/expression.ts'
import { type ReduceOp, type StoreType, scalarOf } from '../../ir/types.ts'
import { bitsOf } from '../../numerics/bits.ts'
import { byStride } from '../builder.ts'
import { storeTypeOf } from '../constant.ts'
import { affine, at } from '../draft-load.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { permute, shapeOf } from '../view.ts'
import { arithmeticType } from './elementwise.ts'

/**
 * Folds of all elements up to each one (`exclusive`: before it; `reverse`: from the other end). Each takes as many terms as the axis has
 * elements: a window that ends at the element, whose part outside of the axis is filled with the identity.
 */
const cumulative =
  (fold: ReduceOp, identity: number) =>
  (node: NodeReader): Value[] => {
    const x = node.input(0)
    const type = arithmeticType(node, [x])
    if (type === 'bool') throw node.invalid('has an input of type bool')
    const store = storeTypeOf(type, node.label) as Exclude<StoreType, 'f16'>
    const scalar = scalarOf(store)
    const shape = shapeOf(x.view)
    const axis = node.axis(node.known(1)?.[0] ?? node.int('axis', 0), shape.length)
    const extent = shape[axis]!
    const shift = node.int('exclusive', 0) === 1 ? 1 : 0
    const offset = node.int('reverse', 0) === 1 ? shift : 1 - extent - shift
    const view = node.builder.simple(x.view)
    const order = byStride(view)
    const rank = order.length
    const output = node.builder.emit({
      type: store,
      shape: order.map((dim) => shape[dim]!),
      operands: [
        {
          view,
          at: shape.map((_, dim) => (dim === axis ? affine(offset, [order.indexOf(dim), 1], [rank, 1]) : at(order.indexOf(dim)))),
          fill: scalar === 'f32' ? bitsOf(identity) : identity,
        },
      ],
      reduce: { op: fold, extents: [extent], term: [load(0)] },
      result: [op('fold')],
    })
    return [
      {
        type,
        view: permute(
          output,
          order.map((_, dim) => order.indexOf(dim)),
        ),
      },
    ]
  }

export const CUMULATIVE: OperatorTable = { CumSum: cumulative('sum', 0), CumProd: cumulative('prod', 1) }
