import type { Item, NodeReader, OperatorTable, Value } from '../node.ts'
import { shapeOf } from '../view.ts'
import { concatenated } from './concat.ts'
import { integers, reshaped } from './shared.ts'
import { cut } from './slice.ts'

/** Tensors in a sequence; each is a view of its own. */
const MOST_ITEMS = 65_536

const construct = (node: NodeReader): Item[] => [{ items: Array.from({ length: node.inputCount }, (_, index) => node.input(index)) }]

const empty = (): Item[] => [{ items: [] }]

/** A position in a sequence; `length` counts as one where something is put in. */
function positionOf(node: NodeReader, input: number, length: number): number {
  const given = node.known(input)?.[0] ?? length - 1
  const position = given < 0 ? given + length : given
  if (position < 0 || position >= length) throw node.invalid(`names position ${given} of ${length}`)
  return position
}

function element(node: NodeReader): Item[] {
  const { items } = node.sequence(0)
  return [items[positionOf(node, 1, items.length)]!]
}

function erase(node: NodeReader): Item[] {
  const { items } = node.sequence(0)
  return [{ items: items.toSpliced(positionOf(node, 1, items.length), 1) }]
}

/** Without a position at the end. Negative ones count from the end of what was there. */
function insert(node: NodeReader): Item[] {
  const { items } = node.sequence(0)
  const given = node.known(2)?.[0] ?? items.length
  const position = given < 0 ? given + items.length : given
  if (position < 0 || position > items.length) throw node.invalid(`names position ${given} of ${items.length}`)
  return [{ items: items.toSpliced(position, 0, node.input(1)) }]
}

const length = (node: NodeReader): Item[] => [integers(node, [], [node.sequence(0).items.length])]

/** Parts of 1 without a length, parts of one length, or a list of lengths. */
function split(node: NodeReader): Item[] {
  const data = node.input(0)
  const shape = shapeOf(data.view)
  const axis = node.axis(node.int('axis', 0), shape.length)
  const extent = shape[axis]!
  const given = node.optional(1)
  const lengths = given && node.known(1)!
  const many = Math.ceil(extent / Math.max(1, lengths?.[0] ?? 1))
  if (many > MOST_ITEMS) throw node.unsupported(`a sequence of ${many} tensors`, `at most ${MOST_ITEMS}`)
  const parts = given && given.view.dims.length > 0 ? lengths! : chunks(extent, lengths?.[0] ?? 1)
  if (parts.some((part) => part < 0) || parts.reduce((sum, part) => sum + part, 0) !== extent) {
    throw node.invalid(`splits ${extent} elements into parts of [${lengths}]`)
  }
  const keeps = given !== null || node.int('keepdims', 1) === 1
  const source = { ...data, view: data.view.dims[axis]!.length > 1 ? node.builder.copy(data.view) : data.view }
  let start = 0
  const items = parts.map((part): Value => {
    const value = cut(node, source, axis, start, part)
    start += part
    return keeps ? value : reshaped(node, value, shape.toSpliced(axis, 1))
  })
  return [{ items }]
}

function chunks(extent: number, size: number): number[] {
  if (size < 1) return [-1]
  return Array.from({ length: Math.ceil(extent / size) }, (_, index) => Math.min(size, extent - index * size))
}

function concatFrom(node: NodeReader): Item[] {
  const { items } = node.sequence(0)
  const [first] = items
  if (!first) throw node.invalid('concatenates an empty sequence')
  const axis = node.int('axis', 0)
  if (node.int('new_axis', 0) !== 1) return [concatenated(node, items, axis)]
  const rank = first.view.dims.length + 1
  const at = node.axis(axis, rank)
  const grown = items.map((item) => reshaped(node, item, shapeOf(item.view).toSpliced(at, 0, 1)))
  return [concatenated(node, grown, at)]
}

/** Sequences exist while compiling alone: their lengths and positions must be known. */
export const SEQUENCES: OperatorTable = {
  SequenceConstruct: construct,
  SequenceEmpty: empty,
  SequenceAt: element,
  SequenceErase: erase,
  SequenceInsert: insert,
  SequenceLength: length,
  SplitToSequence: split,
  ConcatFromSequence: concatFrom,
}
