import { inRange, load, op } from '../../ir/expression.ts'
import { byStride } from '../builder.ts'
import { storeTypeOf } from '../constant.ts'
import { affine, at } from '../draft-load.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import { emitInOrder } from '../ordered.ts'
import { tabulate } from '../table.ts'
import { padAlong, takeAlong } from '../take.ts'
import { countOf, reshape, shapeOf } from '../view.ts'
import { fillBits, typeOf, writtenStore } from './shared.ts'
import { cut } from './slice.ts'

type Pads = { readonly axis: number; readonly before: number; readonly after: number }

/** The element that a position outside of `extent` repeats. */
const SOURCES: Readonly<Record<string, (position: number, extent: number) => number>> = {
  edge: (position, extent) => Math.min(extent - 1, Math.max(0, position)),
  reflect: (position, extent) => {
    const period = Math.max(1, 2 * (extent - 1))
    const within = modulo(position, period)
    return within < extent ? within : period - within
  },
  wrap: (position, extent) => modulo(position, extent),
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by

/** Negative pads take elements away, before the others add some. */
function pad(node: NodeReader): Value[] {
  const mode = node.text('mode', 'constant')
  const pads = padsOf(node, shapeOf(node.input(0).view))
  let value = node.input(0)
  for (const { axis, before, after } of pads) {
    const extent = shapeOf(value.view)[axis]!
    const [skipped, dropped] = [Math.max(0, -before), Math.max(0, -after)]
    if (skipped + dropped >= extent) throw node.invalid(`takes ${skipped + dropped} elements away from ${extent}`)
    if (skipped + dropped > 0) value = cut(node, value, axis, skipped, extent - skipped - dropped)
  }
  const grown = pads.map(({ axis, before, after }) => ({ axis, before: Math.max(0, before), after: Math.max(0, after) }))
  if (mode === 'constant') return [constantPad(node, value, grown)]
  const source = SOURCES[mode]
  if (!source) throw node.invalid(`has the mode '${mode}'`)
  let { view } = value
  for (const { axis, before, after } of grown) {
    if (before + after === 0) continue
    const extent = shapeOf(view)[axis]!
    const positions = tabulate(node.builder, before + extent + after, (position) => source(position - before, extent))
    view = takeAlong(node.builder, view, axis, positions)
  }
  return [{ type: typeOf(value.type, view), view }]
}

/** Pads are an attribute before operator set 11, then an input, from 18 on for the axes that another input names. */
function padsOf(node: NodeReader, shape: readonly number[]): Pads[] {
  const pads = node.opset < 11 ? node.ints('pads') : node.known(1)
  const axes = ((node.opset >= 18 ? node.known(3) : null) ?? shape.map((_, dim) => dim)).map((axis) => node.axis(axis, shape.length))
  if (!pads || pads.length !== 2 * axes.length || new Set(axes).size !== axes.length) throw node.invalid(`has the pads [${pads ?? ''}]`)
  if (pads.some((pad) => Math.abs(pad) > 0x7fffffff)) throw node.invalid('has a pad of 2^31 or more')
  return axes.map((axis, index) => ({ axis, before: pads[index]!, after: pads[index + axes.length]! }))
}

function constantPad(node: NodeReader, value: Value, pads: readonly Pads[]): Value {
  const given = node.opset < 11 ? null : node.optional(2)
  const type = storeTypeOf(value.type, node.label)
  if (given && given.view.buffer.kind !== 'constant') return filledPad(node, value, given, pads)
  const fill = fillBits(type, given ? node.known(2)![0]! : node.opset < 11 ? node.float('value', 0) : 0)
  let { view } = value
  for (const { axis, before, after } of pads) view = padAlong(node.builder, view, axis, before, after, fill)
  return { type: typeOf(value.type, view), view }
}

/** With a value that is computed at run time. */
function filledPad(node: NodeReader, value: Value, given: Value, pads: readonly Pads[]): Value {
  if (countOf(given.view) !== 1) throw node.invalid('has a constant value that is not one element')
  // What is in range must be the data, not what is inside of an earlier padding.
  const view = value.view.guards.length > 0 ? node.builder.copy(value.view) : node.builder.simple(value.view)
  const extents = shapeOf(view)
  const before = extents.map((_, dim) => pads.find(({ axis }) => axis === dim)?.before ?? 0)
  const after = extents.map((_, dim) => pads.find(({ axis }) => axis === dim)?.after ?? 0)
  const source = {
    type: writtenStore(view.buffer.type),
    shape: extents.map((extent, dim) => before[dim]! + extent + after[dim]!),
    operands: [
      { view, at: extents.map((_, dim) => (before[dim]! + after[dim]! === 0 ? at(dim) : affine(-before[dim]!, [dim, 1]))) },
      { view: reshape(given.view, [])!, at: [] },
    ],
    result: [load(0), load(1), inRange(0), op('select')],
  }
  const padded = emitInOrder(node.builder, source, byStride(view))
  return { type: typeOf(value.type, padded), view: padded }
}

export const PADDING: OperatorTable = { Pad: pad }
