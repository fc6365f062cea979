import { OPERANDS } from '../../certify/classes.ts'
import type { GraphNode } from '../../onnx/types.ts'
import { isPower, nearest, powerOfTwo } from '../binary.ts'
import type { Context } from '../context.ts'
import { stored } from '../emit/code.ts'
import { entriesOf, lookUp, placesOf, reduced } from '../emit/table.ts'
import { uniformGrid } from '../grid.ts'
import { wantsIntegers } from '../network/classify.ts'
import { evaluateNodes } from '../network/evaluate.ts'
import { upgraded } from '../network/upgrade.ts'
import { Reason } from '../reason.ts'
import type { Code, Floats } from '../values.ts'

/**
 * The exponential of the greatest score, in units; others are less. Reciprocals are of as many bits, and a share is a product of both. So all are
 * operands that the class keeps, and a share is at most 2^20 units.
 */
const oneOf = ({ options }: Context): number => Math.min(2048, OPERANDS[options.providers].width) / 2
/** A sum of so many terms is exact. */
const MOST_TERMS = 8192
/** Scores further below the greatest than this have no exponential in units. */
const DEEPEST = 9
/** Sums up to here have an entry each in the table of reciprocals; above, 64 share one. */
const FINE = 65_536
const COARSE = 64

/**
 * Softmax of integers, or its logarithm: a table of exponentials of what a score is below the greatest, their sum, a table of reciprocals, a product. A share is off
 * by some units of 2^-10, or 2^-7 for bf16.
 */
export function emitSoftmax(context: Context, node: GraphNode, code: Code): Code | Floats | Reason {
  const { network, writer, uses } = context
  const name = node.outputs[0]!
  const { shape } = code
  const form = upgraded(node, network.opset, shape)
  if (form instanceof Reason) return form
  if (code.steps.data.length !== 1) return new Reason('the scores that it compares have different steps')
  const attribute = form.attributes.axis
  const axis = attribute && 'int' in attribute ? (attribute.int < 0 ? attribute.int + shape.length : attribute.int) : shape.length - 1
  const terms = shape[axis] ?? 1
  if (terms > MOST_TERMS) return new Reason(`it compares ${terms} scores; sums of at most ${MOST_TERMS} are exact`)

  const step = code.steps.data[0]!
  const one = oneOf(context)
  const unit = 1 / (one * one)
  const entries = Math.min(code.high - code.low, Math.ceil(DEEPEST / step)) + 1
  const exponentials = exponentialsOf(step, entries, one)
  const greatest = reduced(context, 'ReduceMax', code.name, axis, `${name}.greatest`)
  const below = writer.node('Sub', [greatest, code.name], `${name}.below`)
  const cut = writer.node('Min', [below, writer.scalar(entries - 1)], `${name}.near`)
  const exponential = lookUp(context, `${name}.exponential`, exponentials, cut, one)
  const sum = reduced(context, 'ReduceSum', exponential, axis, `${name}.sum`)
  if (node.op === 'LogSoftmax') return logarithms(context, name, below, sum, { step, terms, one, shape })
  const share = writer.node('Mul', [exponential, reciprocalOf(context, sum, terms, one, name)], `${name}.share`)

  context.layers.push({ name, kind: 'softmax', weightBits: null, shift: null, bound: 1, weightSqnr: null, parts: 1 })
  const demand = uses.demandOf(name)
  if (!wantsIntegers(demand)) {
    return { kind: 'floats', name: writer.node('Mul', [share, writer.scalar(unit)], `${name}.exact`), shape }
  }
  const bits = context.options.activationBits ?? 8
  const high = (1 << bits) - 1
  const scaled = writer.node('Mul', [share, writer.scalar(unit * powerOfTwo(bits))], `${name}.scaled`)
  const rounded = writer.node('Round', [scaled], `${name}.round`)
  const clipped = writer.node('Clip', [rounded, writer.scalar(0), writer.scalar(high)], `${name}.cut`)
  const result: Code = {
    kind: 'code',
    name: stored(context, clipped, { low: 0, high }, name),
    shape,
    steps: uniformGrid(shape.length, powerOfTwo(-bits)),
    low: 0,
    high,
  }
  context.codes.set(name, result)
  return result
}

type Scores = { readonly step: number; readonly terms: number; readonly one: number; readonly shape: readonly number[] }

/** How much finer than scores logarithms are. */
const FINER = 8

/** What a score is below the greatest, and the logarithm of the sum of exponentials: less than nothing of both. */
function logarithms(context: Context, name: string, below: string, sum: string, { step, terms, one, shape }: Scores): Floats | Reason {
  const { writer, uses } = context
  if (!isPower(step)) return new Reason('its scores are no multiples of a power of two')
  if (wantsIntegers(uses.demandOf(name))) return new Reason('its logarithms are calculated with')
  const steps = {
    first: one,
    most: terms * one,
    levels: [
      { from: 0, unit: 1 },
      { from: FINE, unit: COARSE },
    ],
  }
  const node: GraphNode = { op: 'Log', domain: '', name: 'log', inputs: ['x'], outputs: ['y'], attributes: {} }
  const entries = Float32Array.from(entriesOf(steps), (entry) => entry / one)
  const { data } = evaluateNodes([node], { x: { shape: [entries.length], data: entries } }, [], 'y', 13)
  const table = Float64Array.from(data, (value) => nearest((value * FINER) / step))
  const logarithm = lookUp(context, `${name}.logarithm`, table, placesOf(context, steps, sum, name), table.at(-1)!)
  const finer = writer.node('Mul', [below, writer.scalar(FINER)], `${name}.finer`)
  const both = writer.node('Sub', [writer.node('Sub', [writer.scalar(0), finer], `${name}.negative`), logarithm], `${name}.difference`)
  context.layers.push({ name, kind: 'softmax', weightBits: null, shift: null, bound: 1, weightSqnr: null, parts: 1 })
  return { kind: 'floats', name: writer.node('Mul', [both, writer.scalar(step / FINER)], `${name}.exact`), shape }
}

/** `one` times exp(-entry * step), rounded. */
function exponentialsOf(step: number, entries: number, one: number): Float64Array {
  const node: GraphNode = { op: 'Exp', domain: '', name: 'exp', inputs: ['x'], outputs: ['y'], attributes: {} }
  const data = Float32Array.from({ length: entries }, (_, entry) => -entry * step)
  const result = evaluateNodes([node], { x: { shape: [entries], data } }, [], 'y', 13)
  return Float64Array.from(result.data, (value) => nearest(value * one))
}

/** `one * one` over the sum, from a table: sums are `one` at least. */
function reciprocalOf(context: Context, sum: string, terms: number, one: number, name: string): string {
  const levels = [
    { from: 0, unit: 1 },
    { from: FINE, unit: COARSE },
  ]
  const steps = { first: one, most: terms * one, levels }
  const table = entriesOf(steps).map((entry) => nearest((one * one) / entry))
  return lookUp(context, `${name}.reciprocal`, table, placesOf(context, steps, sum, name), one)
}
