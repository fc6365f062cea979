import { product } from '../../ir/types.ts'
import { numbersOf } from '../constant.ts'
import { reshapeOrCopy } from '../factors.ts'
import { fromEnd } from '../gather.ts'
import type { NodeReader, OperatorTable, Value } from '../node.ts'
import type { Combination } from '../scatter/combination.ts'
import { scatterAt } from '../scatter/computed.ts'
import { scatterAlong } from '../scatter/known.ts'
import { countOf, shapeOf, type View } from '../view.ts'
import { alongAxis, positionsOf, rowNumbers } from './gather.ts'
import { reshaped, typeOf, writtenType } from './shared.ts'

const COMBINATIONS: readonly Combination[] = ['none', 'add', 'mul', 'max', 'min']

/** From operator set 16 on updates may be combined with what is there. */
function combinationOf(node: NodeReader): Combination {
  const name = node.text('reduction', 'none')
  const known = COMBINATIONS.find((combination) => combination === name)
  if (!known) throw node.invalid(`has the reduction '${name}'`)
  return known
}

/** One index for each update: its position along `axis`. Of several updates for one element the last one counts. */
function scatterElements(node: NodeReader): Value[] {
  const { data, index, updates } = inputsOf(node)
  const shape = shapeOf(data.view)
  const wanted = shapeOf(index)
  const axis = node.axis(node.int('axis', 0), shape.length)
  const fits = wanted.length === shape.length && wanted.every((extent, dim) => dim === axis || extent <= shape[dim]!)
  if (!fits || wanted.join() !== shapeOf(updates).join()) throw node.invalid('has indices and updates that do not fit its data')
  if (countOf(index) === 0) return [data]
  const combination = combinationOf(node)
  const { builder } = node
  const positions = positionsOf(node, index, shape[axis]!)
  if (!positions) {
    const view = scatterAt(builder, data.view, axis, fromEnd(builder, index, shape[axis]!), updates, combination)
    return [{ type: typeOf(data.type, view), view }]
  }
  const whole = wanted.every((extent, dim) => dim === axis || extent === shape[dim])
  const along = whole ? alongAxis(positions, wanted, axis) : null
  if (along) {
    const view = scatterAlong(builder, data.view, axis, along, updates, combination)
    return [{ type: typeOf(data.type, view), view }]
  }
  const targets = positions.map((position, update) => elementAt(shape, wanted, update, axis, position))
  const flat = (view: View): View => reshapeOrCopy(builder, view, [countOf(view)])
  const view = scatterAlong(builder, flat(data.view), 0, targets, flat(updates), combination)
  return [reshaped(node, { type: typeOf(data.type, view), view }, shape)]
}

/** Row-major number in `shape` of the coordinates that `update` has in `wanted`, but for `position` along `axis`. */
function elementAt(shape: readonly number[], wanted: readonly number[], update: number, axis: number, position: number): number {
  let number = 0
  for (const [dim, extent] of shape.entries()) {
    const coordinate = dim === axis ? position : Math.floor(update / product(wanted.slice(dim + 1))) % wanted[dim]!
    number = number * extent + coordinate
  }
  return number
}

/** The last dimension of the indices is a coordinate in the first dimensions of the data; updates are what lies there. */
function scatterND(node: NodeReader): Value[] {
  const { data, index, updates } = inputsOf(node)
  const shape = shapeOf(data.view)
  const wanted = shapeOf(index)
  const depth = wanted.at(-1) ?? 0
  const rest = shape.slice(depth)
  if (depth < 1 || depth > shape.length || shapeOf(updates).join() !== [...wanted.slice(0, -1), ...rest].join()) {
    throw node.invalid('has indices and updates that do not fit its data')
  }
  if (countOf(updates) === 0) return [data]
  const { builder } = node
  const count = product(wanted.slice(0, -1))
  const extents = shape.slice(0, depth)
  const rows = reshapeOrCopy(builder, data.view, [product(extents), product(rest)])
  const table = rowNumbers(node, reshapeOrCopy(builder, index, [1, count, depth]), extents)
  const changes = reshapeOrCopy(builder, updates, [count, product(rest)])
  const targets = numbersOf(table)
  const combination = combinationOf(node)
  const view = targets
    ? scatterAlong(builder, rows, 0, targets, changes, combination)
    : scatterAt(builder, rows, 0, reshapeOrCopy(builder, table, [count, 1]), changes, combination)
  return [reshaped(node, { type: typeOf(data.type, view), view }, shape)]
}

function inputsOf(node: NodeReader): { readonly data: Value; readonly index: View; readonly updates: View } {
  const [data, index, updates] = [node.input(0), node.input(1), node.input(2)]
  if (writtenType(data.type) !== writtenType(updates.type)) throw node.invalid(`has data of ${data.type} and updates of ${updates.type}`)
  return { data, index: index.view, updates: updates.view }
}

export const SCATTERING: OperatorTable = { Scatter: scatterElements, ScatterElements: scatterElements, ScatterND: scatterND }
