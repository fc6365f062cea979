import { indicesOf, type Kernel, type Load, product, type StoreType, scalarOf } from '../../../ir/types.ts'
import { readerOf, scalarOfBits } from '../../reference/buffer.ts'
import { type Digit, digitsOf, reach } from './digits.ts'
import { extentOf, type Layout } from './layout.ts'
import { constantReader, constantTable, walk } from './table.ts'
import { arrange, flatten, stridesOf, type Value } from './value.ts'
import { cutout, pad, slice } from './window.ts'
import { type GraphWriter, noForm, type Ref } from './writer.ts'

/** A buffer as its readers see it: its bytes if it is a constant, else a tensor of the graph. */
export type Operand = { readonly type: StoreType; readonly count: number; readonly bytes?: Uint8Array; readonly value?: Value }

/** A kernel in the making. @property extents  of its iteration variables */
export type Scope = {
  readonly writer: GraphWriter
  readonly kernel: Kernel
  readonly extents: readonly number[]
  readonly operand: (buffer: number) => Operand
  /** Whether convolutions may be written as such. */
  readonly direct: boolean
  /** Whether all integers of the kernel were proved to be exact in binary32; else each operation has to show it. */
  readonly exactIntegers: boolean
}

/** Most elements of a table of values or positions that is written into the graph beside the program's constants. */
const MAX_TABLE = 1 << 22

export const fillOf = (scope: Scope, load: Load): number => scalarOfBits(scalarOf(scope.operand(load.buffer).type), load.fill)

export const variablesOf = ({ loads }: Kernel, load: Load): Set<number> => {
  const own = load.axes.flatMap(({ coordinate }) => (coordinate.kind === 'affine' ? coordinate.terms.map(({ variable }) => variable) : []))
  return new Set([...own, ...indicesOf(load).flatMap((index) => [...variablesOf({ loads } as Kernel, loads[index]!)])])
}

/** Whether a load's values are known: its buffer and all indices are constants. */
export const isConstant = (scope: Scope, load: Load): boolean =>
  scope.operand(load.buffer).bytes !== undefined && indicesOf(load).every((index) => isConstant(scope, scope.kernel.loads[index]!))

export const digitsOfLoad = (scope: Scope, load: Load): Digit[] | null => {
  const { count, value } = scope.operand(load.buffer)
  return digitsOf(load, scope.extents, scope.kernel.shape.length, count, value ? stridesOf(value) : [])
}

/** What a load gives at every place of a layout; axes on which it does not depend have extent 1. @throws {OpineError} `NO_ONNX_FORM` */
export function readLoad(scope: Scope, number: number, layout: Layout): Ref {
  const load = scope.kernel.loads[number]!
  if (isConstant(scope, load)) return constantTable(scope, layout, variablesOf(scope.kernel, load), constantReader(scope, number))
  if (indicesOf(load).length > 0) return readTable(scope, load, layout)
  return readDigits(scope, load, layout) ?? readGathered(scope, number, layout)
}

function readDigits(scope: Scope, load: Load, layout: Layout): Ref | null {
  const { writer, extents } = scope
  const digits = digitsOfLoad(scope, load)
  if (!digits?.every(({ terms }) => terms.length <= 1 && terms.every(({ coefficient }) => coefficient > 0))) return null
  const used = new Set(digits.flatMap(({ terms }) => terms.map(({ variable }) => variable)))
  const order = layout.flat().filter((variable) => used.has(variable))
  if (new Set(order).size !== used.size) return null
  const sorted = [
    ...order.map((variable) => digits.filter(({ terms }) => terms[0]?.variable === variable)),
    ...digits.filter(({ terms }) => terms.length === 0).map((digit) => [digit]),
  ]
  if (sorted.some((group) => group.length !== 1)) return null
  const flat = sorted.flat()
  const cuts = flat.map((digit) => cutout(digit, reach(0, digit.terms, extents).greatest + 1))
  if (cuts.some(({ start, end }) => start >= end)) return null
  let ref = arrange(writer, scope.operand(load.buffer).value!, sorted)
  ref = slice(
    writer,
    ref,
    cuts.map(({ start, end }) => ({ start, end, step: 1 })),
  )
  ref = pad(
    writer,
    ref,
    cuts.map(({ before }) => before),
    cuts.map(({ after }) => after),
    fillOf(scope, load),
  )
  ref = slice(
    writer,
    ref,
    ref.shape.map((end, axis) => ({ start: 0, end, step: flat[axis]!.terms[0]?.coefficient ?? 1 })),
  )
  return spread(writer, ref, layout, used, extents)
}

/** From one axis a used variable, in the layout's order, to the layout's axes. */
function spread(writer: GraphWriter, ref: Ref, layout: Layout, used: ReadonlySet<number>, extents: readonly number[]): Ref {
  const partly = (axis: readonly number[]): boolean => axis.some((variable) => used.has(variable))
  const each = (axis: readonly number[], full: boolean): number[] =>
    axis.map((variable) => (full || used.has(variable) ? extents[variable]! : 1))
  const split = writer.reshape(
    ref,
    layout.flatMap((axis) => each(axis, false)),
  )
  const filled = writer.expand(
    split,
    layout.flatMap((axis) => each(axis, partly(axis))),
  )
  return writer.reshape(
    filled,
    layout.map((axis) => (partly(axis) ? extentOf(axis, extents) : 1)),
  )
}

/** A constant table at positions that another load gives, with its fill at both ends for those that are out of range. */
function readTable(scope: Scope, load: Load, layout: Layout): Ref {
  const { writer } = scope
  const [axis, ...more] = load.axes
  const { bytes, type } = scope.operand(load.buffer)
  if (!bytes || axis?.coordinate.kind !== 'indexed' || more.length > 0) throw noForm('it reads where other values point')
  const { extent, stride, coordinate } = axis
  const read = readerOf(type, bytes)
  const fill = fillOf(scope, load)
  const values = Array.from({ length: bounded(extent + 2) }, (_, at) =>
    at === 0 || at > extent ? fill : read(load.base + stride * (at - 1)),
  )
  if (values.some((value) => Math.fround(value) !== value)) throw noForm('its table holds integers that are not exact in binary32')
  const at = readLoad(scope, coordinate.load, layout)
  const moved = writer.node('Add', [at, writer.scalar(coordinate.offset + 1)], at.shape)
  const within = writer.node('Clip', [moved, writer.scalar(0), writer.scalar(extent + 1)], at.shape)
  return writer.node(
    'Gather',
    [writer.constant('f32', [extent + 2], values), writer.cast(within, 'i32')],
    at.shape,
    { axis: { int: 0 } },
    'f32',
  )
}

/** By a table of positions: any affine load of moderate size. */
function readGathered(scope: Scope, number: number, layout: Layout): Ref {
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
