import { get, i32, load, op, set } from '../../ir/expression.ts'
import { scalarOf } from '../../ir/types.ts'
import { numbersOf } from '../constant.ts'
import { reshapeOrCopy } from '../factors.ts'
import { gatherElements } from '../gather.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { iota } from '../table.ts'
import { takeAlong } from '../take.ts'
import { broadcast, countOf, permute, shapeOf, slice, type View } from '../view.ts'
import { emptyOf, reshaped, typeOf, writtenStore, writtenType } from './shared.ts'

/** `on` where the position along the new axis is the element's value, else `off`; values out of range have no `on`. */
function oneHot(node: NodeReader): Value[] {
  const ids = node.input(0).view
  const values = node.input(2)
  const depth = Math.trunc(node.known(1)?.[0] ?? 0)
  const rank = ids.dims.length + 1
  const axis = node.axis(node.int('axis', -1), rank)
  if (depth < 1 || countOf(values.view) !== 2) throw node.invalid(`has a depth of ${depth} and ${countOf(values.view)} values`)
  const pair = reshapeOrCopy(node.builder, values.view, [2])
  const [off, on] = [0, 1].map((index) => slice(pair, 0, index, 1, 1)!) as [View, View]
  const lines = iota(node.builder, depth)
  const along: View = { ...lines, dims: Array.from({ length: rank }, (_, dim) => (dim === axis ? lines.dims[0]! : [])) }
  const spread: View = { ...ids, dims: ids.dims.toSpliced(axis, 0, []) }
  const whole = scalarOf(ids.buffer.type) === 'f32' ? [load(0), op('i32.from_f32')] : [load(0)]
  const counted = [...whole, set(0), get(0), i32(depth), op('i32.add'), get(0), get(0), i32(0), op('i32.lt'), op('select')]
  const code = [load(2), load(3), ...counted, load(1), op('i32.eq'), op('select')]
  const shape = shapeOf(spread).with(axis, depth)
  const view = mapElements(node.builder, [spread, along, on, off], shape, code, writtenStore(values.view.buffer.type))
  return [{ type: writtenType(values.type), view }]
}

/** The first elements of each batch in reverse order, as many as its length says. */
function reverseSequence(node: NodeReader): Value[] {
  const data = node.input(0)
  const rank = data.view.dims.length
  const batch = node.axis(node.int('batch_axis', 1), rank)
  const time = node.axis(node.int('time_axis', 0), rank)
  const shape = shapeOf(data.view)
  const [batches, steps] = [shape[batch]!, shape[time]!]
  const lengths = node.input(1).view
  if (batch === time || shapeOf(lengths).join() !== `${batches}`)
    throw node.invalid('wants one length for each batch, and two different axes')
  const { builder } = node
  // Over [batch, time]: `length - 1 - time` below the length, else `time`.
  const row: View = { ...lengths, dims: [lengths.dims[0]!, []] }
  const mirrored = [load(0), load(1), op('i32.sub'), i32(1), op('i32.sub'), load(1), load(1), load(0), op('i32.lt'), op('select')]
  const table = mapElements(builder, [row, iota(builder, steps)], [batches, steps], mirrored, 'i32')
  const known = numbersOf(table)
  if (!known) {
    const order = shape.map((_, dim) => (dim === batch ? table.dims[0]! : dim === time ? table.dims[1]! : []))
    const view = gatherElements(builder, data.view, time, broadcast({ ...table, dims: order }, shape))
    return [{ type: typeOf(data.type, view), view }]
  }
  const front = [batch, time, ...shape.map((_, dim) => dim).filter((dim) => dim !== batch && dim !== time)]
  const moved = permute(data.view, front)
  const rest = shapeOf(moved).slice(2)
  const flat = reshapeOrCopy(builder, moved, [batches * steps, ...rest])
  const taken = takeAlong(
    builder,
    flat,
    0,
    known.map((step, index) => step + Math.floor(index / steps) * steps),
  )
  const back = front.map((_, dim) => front.indexOf(dim))
  const view = permute(reshapeOrCopy(builder, taken, [batches, steps, ...rest]), back)
  return [{ type: typeOf(data.type, view), view }]
}

/** The elements, or the slices along `axis`, where the condition holds; the condition must be known. */
function compress(node: NodeReader): Value[] {
  const data = node.input(0)
  const condition = node.known(1)
  if (!condition) throw node.invalid('has no condition')
  const whole = node.attribute('axis') === null
  const shape = whole ? [countOf(data.view)] : shapeOf(data.view)
  const axis = whole ? 0 : node.axis(node.int('axis', 0), shape.length)
  const positions = condition.flatMap((holds, position) => (holds !== 0 && position < shape[axis]! ? [position] : []))
  if (positions.length === 0) return [emptyOf(node, data.type, shape.with(axis, 0))]
  const view = takeAlong(node.builder, reshaped(node, data, shape).view, axis, positions)
  return [{ type: typeOf(data.type, view), view }]
}

export const CHOICES: OperatorTable = { OneHot: oneHot, ReverseSequence: reverseSequence, Compress: compress }
