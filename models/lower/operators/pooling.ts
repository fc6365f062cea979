import { f32, load, op } from '../../ir/expression.ts'
import { type Expression, product, type ScalarType, type StoreType, scalarOf } from '../../ir/types.ts'
import { packTensor } from '../../onnx/encode.ts'
import { byStride } from '../builder.ts'
import { constantOf, storeTypeOf } from '../constant.ts'
import { affine, at } from '../draft-load.ts'
import { reduceAxes } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { broadcast, permute, shapeOf, type View } from '../view.ts'
import { uniformCount, type Window, windowCounts, windowsOf } from '../window.ts'
import { arithmeticType, floatOnly } from './elementwise.ts'
import { greatestAt } from './pool-index.ts'

const NEGATIVE_INFINITY = 0xff800000
const INT_MIN = 0x80000000
const MAX_POSITIONS = 4_194_304

/** Iteration variables of a pool: of the output's dimensions, and of the spatial axes of the window. */
export type PoolVariables = { readonly output: readonly number[]; readonly taps: readonly number[] }

type Pool = {
  readonly fold: 'max' | 'min' | 'sum'
  readonly fill: number
  /** The element itself if not given. */
  readonly term?: Expression | ((variables: PoolVariables) => Expression)
  readonly result: Expression
  /** Can be broadcast to the output: `load(1)` of term and result. */
  readonly other: View | null
  /** That of the input if not given. */
  readonly foldType?: ScalarType
  readonly type: Exclude<StoreType, 'f16'>
}

/** One kernel over windows; the output is laid out as the input is. */
export function pool(node: NodeReader, view: View, windows: readonly Window[], kind: Pool): View {
  const { builder } = node
  const rank = windows.length
  const input = builder.simple(view, [0, ...windows.map((_, axis) => axis + 2), 1])
  const order = byStride(input)
  const first = order.length
  const extents = [...shapeOf(input).slice(0, 2), ...windows.map((window) => window.output)]
  const taps = byStride(
    input,
    windows.map((_, axis) => axis + 2),
  )
  const position = (dim: number): number => order.indexOf(dim)
  const { term = [load(0)] } = kind
  const variables = { output: extents.map((_, dim) => position(dim)), taps: windows.map((_, axis) => first + taps.indexOf(axis + 2)) }
  const output = builder.emit({
    type: kind.type,
    shape: order.map((dim) => extents[dim]!),
    operands: [
      {
        view: input,
        at: [
          at(position(0)),
          at(position(1)),
          ...windows.map((window, axis) =>
            affine(-window.before, [position(axis + 2), window.stride], [first + taps.indexOf(axis + 2), window.dilation]),
          ),
        ],
        fill: kind.fill,
      },
      ...(kind.other ? [{ view: builder.simple(broadcast(kind.other, extents)), at: extents.map((_, dim) => at(position(dim))) }] : []),
    ],
    reduce: {
      op: kind.fold,
      extents: taps.map((dim) => windows[dim - 2]!.kernel),
      term: typeof term === 'function' ? term(variables) : term,
      type: kind.foldType ?? scalarOf(input.buffer.type),
    },
    result: kind.result,
  })
  return permute(
    output,
    Array.from({ length: rank + 2 }, (_, dim) => order.indexOf(dim)),
  )
}

export function spatialOf(node: NodeReader, view: View): number[] {
  const spatial = shapeOf(view).slice(2)
  if (spatial.length < 1) throw node.invalid('wants a tensor of batch, channels and spatial axes')
  return spatial
}

export function kernelShape(node: NodeReader): readonly number[] {
  const kernel = node.ints('kernel_shape')
  if (!kernel) throw node.invalid('has no kernel_shape')
  return kernel
}

function maxPool(node: NodeReader): Value[] {
  const x = node.input(0)
  const type = arithmeticType(node, [x])
  const store = storeTypeOf(type, node.label) as Pool['type']
  const windows = windowsOf(node, spatialOf(node, x.view), kernelShape(node))
  const fill = scalarOf(store) === 'f32' ? NEGATIVE_INFINITY : INT_MIN
  const greatest = pool(node, x.view, windows, { fold: 'max', fill, result: [op('fold')], other: null, type: store })
  if (!node.wants(1)) return [{ type, view: greatest }]
  const indices = pool(node, x.view, windows, {
    ...{ fold: 'min', fill, other: greatest, type: 'i32', foldType: 'i32' },
    ...greatestAt(scalarOf(store), shapeOf(x.view), windows, node.int('storage_order', 0) === 1),
  })
  return [
    { type, view: greatest },
    { type: 'i64', view: indices },
  ]
}

/** The sum divided, not multiplied by a reciprocal, so that a mean is rounded once. */
function averagePool(node: NodeReader): Value[] {
  const x = node.input(0)
  floatOnly(node, x)
  const windows = windowsOf(node, spatialOf(node, x.view), kernelShape(node))
  const padded = node.int('count_include_pad', 0) === 1
  const uniform = uniformCount(windows, padded)
  const tensor = uniform === null ? countTensor(node, windows, padded) : null
  const result = [op('fold'), uniform === null ? load(1) : f32(uniform), op('f32.div')]
  return [{ type: 'f32', view: pool(node, x.view, windows, { fold: 'sum', fill: 0, result, other: tensor, type: 'f32' }) }]
}

/** The count depends on the position where windows reach into the padding; it is a constant of the program then. */
function countTensor(node: NodeReader, windows: readonly Window[], padded: boolean): View {
  const shape = windows.map((window) => window.output)
  if (product(shape) > MAX_POSITIONS) throw node.unsupported(`a padded mean at ${product(shape)} positions`, 'AveragePool without pads')
  return constantOf(packTensor({ name: `${node.label} counts`, type: 'f32', shape, data: windowCounts(windows, padded) }))
}

function globalPool(fold: 'max' | 'sum'): (node: NodeReader) => Value[] {
  return (node) => {
    const x = node.input(0)
    floatOnly(node, x)
    const spatial = spatialOf(node, x.view)
    const result = fold === 'max' ? [op('fold')] : [op('fold'), f32(product(spatial)), op('f32.div')]
    const axes = spatial.map((_, axis) => axis + 2)
    return [{ type: 'f32', view: reduceAxes(node.builder, x.view, axes, { op: fold, term: [load(0)], result, type: 'f32' }) }]
  }
}

export const POOLING: OperatorTable = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalMaxPool: globalPool('max'),
  GlobalAveragePool: globalPool('sum'),
}
