import { product } from '../../ir/types.ts'
import { exponentOf, nearest, powerOfTwo } from '../binary.ts'
import { chooseSteps, filled, isUnsigned, widest } from '../calibrate/steps.ts'
import type { Context } from '../context.ts'
import { levelsFor, storedEntries, withHalves } from '../emit/code.ts'
import { alongAxis, axisGrid, uniformGrid } from '../grid.ts'
import { isScore, SCORE_STEP, wantsIntegers } from '../network/classify.ts'
import { evaluateNodes } from '../network/evaluate.ts'
import { Reason } from '../reason.ts'
import { scaleOf } from '../recurrent/roles.ts'
import { binaryAbove } from '../rows/region-steps.ts'
import type { Code, Curve, Floats } from '../values.ts'

/** Entries of a table, all channels together. */
const MOST_ENTRIES = 4_194_304

/**
 * A function of a code as a table: entry `q - low` of each channel, found by Gather. The entries are what our own executor gives for the
 * float nodes at each integer. For who wants integers, they are those; else the values themselves.
 */
export function emitLookup(context: Context, curve: Curve, root: Code): Code | Floats | Reason {
  const { network, writer, statistics, uses } = context
  const { name, shape } = curve
  const axis = network.axes.get(curve.root) ?? 0
  const channels = shape[axis] ?? 1
  const inputSteps = root.steps.data.length === 1 ? root.steps.data : alongAxis(root.steps, axis, channels)
  if (!inputSteps) return new Reason('the steps of what it is a function of vary within a channel')
  const constants = curve.nodes.flatMap((node) => node.inputs.flatMap((input) => network.constants.get(input) ?? []))
  const varies = inputSteps.length > 1 || constants.some((tensor) => product(tensor.shape) > 1)
  const tables = varies ? channels : 1
  const entries = root.high - root.low + 1
  if (tables * entries > MOST_ENTRIES) return new Reason('its table is too large')
  const values = tabulate(context, curve, root, { tables, entries, axis: varies ? axis : -1, steps: inputSteps })

  const demand = uses.demandOf(name)
  const role = network.roles.get(name)
  let table = values
  let code: Pick<Code, 'low' | 'high' | 'steps'> | null = null
  if (role) {
    const { step, low, high } = scaleOf(role, statistics, context.options)
    table = values.map((value) => Math.max(low, Math.min(high, nearest(value / step))))
    code = { low, high, steps: uniformGrid(shape.length, step) }
  } else if (wantsIntegers(demand)) {
    const { histogram } = statistics.get(name)!
    const free = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
    const levels = levelsFor(context, demand, isUnsigned(histogram, free))
    const own = filled(chooseSteps(histogram, free, levels.high))
    const one = demand.uniform || tables === 1
    let steps = one ? Float64Array.of(widest(own)) : own
    if (isScore(demand)) steps = Float64Array.of(SCORE_STEP)
    else if (!demand.narrow && !demand.index) steps = Float64Array.of(powerOfTwo(exponentOf(widest(own)) + 1))
    else if (demand.floats) steps = steps.map(binaryAbove)
    table = values.map((value, at) => {
      const step = steps[steps.length === 1 ? 0 : Math.floor(at / entries)]!
      return Math.max(levels.low, Math.min(levels.high, nearest(value / step)))
    })
    code = { ...levels, steps: steps.length === 1 ? uniformGrid(shape.length, steps[0]!) : axisGrid(shape.length, axis, steps) }
  }
  const offsets = Float64Array.from({ length: tables }, (_, channel) => channel * entries - root.low)
  const places = Array.from({ length: shape.length - Math.max(0, axis) }, (_, dim) => (dim === 0 ? tables : 1))
  const offset = tables === 1 ? writer.scalar(offsets[0]!) : writer.constant(`${name}.offset`, 'f32', places, offsets)
  const moved = offsets.every((value) => value === 0) ? root.name : writer.node('Add', [root.name, offset], `${name}.place`)
  const place = writer.cast(moved, 'i32', `${name}.index`)
  const found = writer.node(
    'Gather',
    [writer.constant(`${name}.table`, 'f32', [table.length], code ? withHalves(table) : table), place],
    `${name}.found`,
    {
      axis: { int: 0 },
    },
  )
  context.layers.push({
    name,
    kind: 'lookup',
    weightBits: null,
    shift: null,
    bound: Math.max(root.high, tables * entries) / 16_777_216,
    weightSqnr: null,
    parts: 1,
  })
  if (!code) return { kind: 'floats', name: found, shape }
  const result: Code = { kind: 'code', name: storedEntries(context, found, code, name), shape, ...code }
  context.codes.set(name, result)
  return result
}

type Layout = { readonly tables: number; readonly entries: number; readonly axis: number; readonly steps: Float64Array }

/** The function at every integer of every channel, channel after channel. */
function tabulate(context: Context, curve: Curve, root: Code, { tables, entries, axis, steps }: Layout): Float64Array {
  const rank = Math.max(1, root.shape.length)
  const lead = axis === 0 ? 1 : 0
  // The integers lie along an axis that no constant varies along.
  const shape = Array.from({ length: Math.max(rank, 2) }, (_, dim) => (dim === lead ? entries : dim === axis ? tables : 1))
  const data = new Float32Array(tables * entries)
  for (let channel = 0; channel < tables; channel += 1) {
    const step = steps[steps.length === 1 ? 0 : channel]!
    for (let entry = 0; entry < entries; entry += 1)
      data[lead === 0 ? entry * tables + channel : channel * entries + entry] = (entry + root.low) * step
  }
  const { network } = context
  const constants = [...new Set(curve.nodes.flatMap((node) => node.inputs.flatMap((input) => network.constants.get(input) ?? [])))]
  const result = evaluateNodes(curve.nodes, { [curve.root]: { shape, data } }, constants, curve.name, network.opset)
  return Float64Array.from({ length: tables * entries }, (_, at) => {
    const [channel, entry] = [Math.floor(at / entries), at % entries]
    return result.data[lead === 0 ? entry * tables + channel : channel * entries + entry]!
  })
}
