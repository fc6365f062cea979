import { type Load, product } from '../../../ir/types.ts'
import { readerOf } from '../../reference/buffer.ts'
import { type Layout, shapeOfLayout } from './layout.ts'
import { readLoad } from './read.ts'
import { fillOf, type Scope, variablesOf } from './scope.ts'
import { spread } from './spread.ts'
import { walk } from './table.ts'
import { flatten } from './value.ts'
import { noForm, type Ref } from './writer.ts'

/** Most elements of a table of values or positions that is written into the graph beside the program's constants. */
const MAX_TABLE = 1 << 22

/** Farthest that positions are moved: they and the ends of tables are told apart in binary32 still. */
const MAX_OFFSET = 1 << 22

/**
 * Rows of a constant table at positions that another load gives, with rows of its fill at both ends for positions that are out of range; what lies along
 * a row is known.
 */
export function readTable(scope: Scope, load: Load, layout: Layout): Ref {
  const { writer, kernel, extents } = scope
  const { bytes, type } = scope.operand(load.buffer)
  const indexed = load.axes.find(({ coordinate }) => coordinate.kind === 'indexed')
  const others = load.axes.filter((axis) => axis !== indexed)
  if (!bytes || indexed?.coordinate.kind !== 'indexed' || others.some(({ coordinate }) => coordinate.kind === 'indexed'))
    throw noForm('it reads where other values point')
  const { extent, stride, coordinate } = indexed
  if (Math.abs(coordinate.offset) > MAX_OFFSET) throw noForm('it reads far from where other values point')
  const rest = { ...load, axes: others }
  const index = kernel.loads[coordinate.load]!
  const [along, by] = [variablesOf(kernel, rest), variablesOf(kernel, index)].map((own) =>
    layout.flat().filter((variable) => own.has(variable) && extents[variable]! > 1),
  ) as [number[], number[]]
  if (along.some((variable) => by.includes(variable))) throw noForm('it reads along what other values point at')
  const width = product(along.map((variable) => extents[variable]!))
  const read = readerOf(type, bytes)
  const values = new Float32Array(bounded((extent + 2) * width)).fill(fillOf(scope, load))
  walk(scope, along, (at, variables) => {
    const address = addressOf(rest, variables)
    for (let row = 0; address !== null && row < extent; row++) {
      const value = read(address + stride * row)
      values[(row + 1) * width + at] = value
      if (Math.fround(value) !== value) throw noForm('its table holds integers that are not exact in binary32')
    }
  })
  const places = by.map((variable) => [variable])
  const at = writer.expand(readLoad(scope, coordinate.load, places), shapeOfLayout(places, extents))
  const moved = writer.node('Add', [at, writer.scalar(coordinate.offset + 1)], at.shape)
  const within = writer.cast(writer.node('Clip', [moved, writer.scalar(0), writer.scalar(extent + 1)], at.shape), 'i32')
  const size = along.map((variable) => extents[variable]!)
  const table = writer.constant('f32', [extent + 2, ...size], values)
  const rows = writer.node('Gather', [table, within], [...at.shape, ...size], { axis: { int: 0 } }, 'f32')
  const order = layout.flat().filter((variable) => along.includes(variable) || by.includes(variable))
  const lying = [...by, ...along]
  const placed = writer.transpose(
    rows,
    order.map((variable) => lying.indexOf(variable)),
  )
  return spread(writer, placed, layout, new Set(lying), extents)
}

/** By a table of positions: any affine load of moderate size. */
export function readGathered(scope: Scope, number: number, layout: Layout): Ref {
  const { writer, kernel, extents } = scope
  const load = kernel.loads[number]!
  const { count, value } = scope.operand(load.buffer)
  const used = new Set([...variablesOf(kernel, load)].filter((variable) => extents[variable]! > 1))
  const order = layout.flat().filter((variable) => used.has(variable))
  if (order.length !== used.size) throw noForm('a load depends on a variable that is not there')
  const shape = order.map((variable) => extents[variable]!)
  const positions = Array.from({ length: bounded(product(shape)) }, () => 0)
  const outside: boolean[] = []
  walk(scope, order, (at, variables) => {
    const address = addressOf(load, variables)
    outside[at] = address === null
    positions[at] = address ?? 0
  })
  const flat = flatten(writer, value!, count)
  const table = writer.constant('i64', shape, positions.map(BigInt))
  let ref = writer.node('Gather', [flat, table], shape, { axis: { int: 0 } }, 'f32')
  if (outside.includes(true)) {
    const mask = writer.constant('bool', shape, outside.map(Number))
    ref = writer.node('Where', [mask, writer.scalar(fillOf(scope, load)), ref], shape, {}, 'f32')
  }
  return spread(writer, ref, layout, used, extents)
}

const addressOf = ({ base, axes }: Load, variables: Int32Array): number | null => {
  let address = base
  for (const { extent, stride, coordinate } of axes) {
    if (coordinate.kind !== 'affine') return null
    const at = coordinate.terms.reduce((sum, { variable, coefficient }) => sum + coefficient * variables[variable]!, coordinate.offset)
    if (at < 0 || at >= extent) return null
    address += stride * at
  }
  return address
}

const bounded = (count: number): number => {
  if (count <= MAX_TABLE) return count
  throw noForm(`it would take a table of ${count} elements`)
}
