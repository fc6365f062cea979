import type { GraphNode, Tensor } from '../../onnx/types.ts'
import { exponentOf, nearest, powerOfTwo } from '../binary.ts'
import { filled, widest } from '../calibrate/steps.ts'
import type { Context } from '../context.ts'
import { levelsFor, storedEntries, withHalves } from '../emit/code.ts'
import { axisGrid, uniformGrid } from '../grid.ts'
import { numbersIn } from '../network/numbers.ts'
import { Reason } from '../reason.ts'
import type { Value } from '../values.ts'

/** Rows of a table of floats, looked up by number: the table is stored in integers. */
export function embedding(context: Context, node: GraphNode, table: Tensor, places: string): Reason | (readonly [string, Value])[] {
  const { network, uses, writer } = context
  const [output] = node.outputs
  const { shape } = network.tensors.get(output!)!
  const axis = node.attributes.axis
  if ((axis && 'int' in axis && axis.int !== 0) || table.shape.length !== 2 || network.axes.get(output!) !== shape.length - 1)
    return new Reason('it looks up along another axis than the first')
  const demand = uses.demandOf(output!)
  const values = numbersIn(table)
  const width = table.shape[1]!
  const levels = levelsFor(
    context,
    demand,
    values.every((value) => value >= 0),
  )
  const greatest = new Float64Array(width)
  for (const [at, value] of values.entries()) greatest[at % width] = Math.max(greatest[at % width]!, Math.abs(value))
  const own = filled(greatest.map((value) => value / levels.high))
  const binary = !demand.narrow && !demand.index
  const steps = binary ? Float64Array.of(powerOfTwo(exponentOf(widest(own)) + 1)) : demand.uniform ? Float64Array.of(widest(own)) : own
  const integers = values.map((value, at) => nearest(value / steps[steps.length === 1 ? 0 : at % width]!))
  const constant = writer.constant(`${output}.table`, 'f32', table.shape, withHalves(integers))
  const found = writer.node('Gather', [constant, places], `${output}.found`, { axis: { int: 0 } })
  const grid = steps.length === 1 ? uniformGrid(shape.length, steps[0]!) : axisGrid(shape.length, shape.length - 1, steps)
  context.layers.push({
    name: output!,
    kind: 'embedding',
    weightBits: null,
    shift: null,
    bound: levels.high / 16_777_216,
    weightSqnr: null,
    parts: 1,
  })
  const code = { kind: 'code', name: storedEntries(context, found, levels, output!), shape, steps: grid, ...levels } as const
  context.codes.set(output!, code)
  return [[output!, code]]
}
