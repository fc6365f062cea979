import { load, op } from '../../ir/expression.ts'
import { packTensor } from '../../onnx/encode.ts'
import type { Builder } from '../builder.ts'
import { constantOf } from '../constant.ts'
import { reshapeOrCopy } from '../factors.ts'
import { join } from '../join.ts'
import { mapElements } from '../kernels.ts'
import type { NodeReader } from '../node.ts'
import { padAlong } from '../take.ts'
import { permute, shapeOf, slice, type View } from '../view.ts'
import type { Layer, State, unroll } from './unroll.ts'

/** Steps that are unrolled: a program has at most 65536 kernels. */
const MAX_STEPS = 16_384

/** The tensors of an RNN, GRU or LSTM; shapes as in `unroll.ts`. */
export type Parts = Omit<Layer, 'reverse'> & {
  /** `[D, 2, G, H]`: of the input, then of the recurrence. */
  readonly biases: View | null
  /** `[D, 3, H]` */
  readonly peepholes: View | null
}

export type Outcome = ReturnType<typeof unroll>

/**
 * The inputs of a node in the shapes of a layer.
 * @param apart  gate whose recurrence bias the cell adds itself, if any
 * @throws {OpineError} `INVALID_NODE`
 */
export function partsOf(node: NodeReader, gates: number, directions: number, batchFirst: boolean, apart: number | null): Parts {
  const { builder } = node
  const view = (index: number, ...wanted: number[]): View | null => {
    const value = node.optional(index)?.view ?? null
    if (value && shapeOf(value).join() !== wanted.join()) throw node.invalid(`wants its input ${index} of shape [${wanted}]`)
    return value
  }
  const given = node.input(0).view
  if (given.dims.length !== 3 || node.input(2).view.dims.length !== 3) throw node.invalid('wants inputs of rank 3')
  const x = batchFirst ? permute(given, [1, 0, 2]) : given
  const [, items, width] = shapeOf(x) as [number, number, number]
  const units = shapeOf(node.input(2).view)[2]!
  if (node.int('hidden_size', units) !== units) throw node.invalid('has another hidden_size than its weights')
  const shaped = (source: View | null, ...shape: number[]): View => reshapeOrCopy(builder, source!, shape)
  const state = (index: number): View | null => {
    const own = batchFirst ? view(index, items, directions, units) : view(index, directions, items, units)
    return own && batchFirst ? permute(own, [1, 0, 2]) : own
  }
  const bias = view(3, directions, 2 * gates * units)
  const biases = bias && shaped(bias, directions, 2, gates, units)
  const peephole = gates === 4 ? view(7, directions, 3 * units) : null
  return {
    x,
    w: shaped(view(1, directions, gates * units, width), directions, gates, units, width),
    r: shaped(view(2, directions, gates * units, units), directions, gates, units, units),
    bias: biases && sumOf(builder, biases, apart),
    biases,
    peepholes: peephole && shaped(peephole, directions, 3, units),
    state: { h: state(5), c: gates === 4 ? state(6) : null },
  }
}

/** Both biases of each gate, but that of the input alone for gate `apart`: `[D, G, H]`. */
function sumOf(builder: Builder, biases: View, apart: number | null): View {
  const [directions, , gates, units] = shapeOf(biases) as [number, number, number, number]
  const half = (index: number): View => {
    const own = slice(builder.simple(biases), 1, index, 1, 1)!
    return { ...own, dims: own.dims.toSpliced(1, 1) }
  }
  const taken = Array.from({ length: gates }, (_, gate) => (gate === apart ? 0 : 1))
  const mask = constantOf(packTensor({ name: `${builder.label} mask`, type: 'f32', shape: [gates, 1], data: taken }))
  const code = [load(0), load(1), load(2), op('f32.mul'), op('f32.add')]
  return mapElements(builder, [half(0), half(1), mask], [directions, gates, units], code, 'f32')
}

/** The parts of one direction. */
export function ofDirection(builder: Builder, parts: Parts, direction: number): Parts {
  const own = <T extends View | null>(view: T): T => (view && slice(builder.simple(view), 0, direction, 1, 1)!) as T
  const { x, w, r, bias, biases, peepholes, state } = parts
  return {
    x,
    w: own(w),
    r: own(r),
    bias: own(bias),
    biases: own(biases),
    peepholes: own(peepholes),
    state: { h: own(state.h), c: own(state.c) },
  }
}

/** Outcomes side by side: along dimension `dim` of `y` and `dim - 1` of the states. */
export function sideBySide(builder: Builder, outcomes: readonly Outcome[], dim: number): Outcome {
  const all = (pick: (state: State) => View | null): View | null => {
    const views = outcomes.flatMap(({ last }) => pick(last) ?? [])
    return views.length > 0 ? join(builder, views, dim - 1, [0, 1, 2]) : null
  }
  const y = join(
    builder,
    outcomes.map((outcome) => outcome.y),
    dim,
    [0, 1, 2, 3],
  )
  return { y, last: { h: all(({ h }) => h), c: all(({ c }) => c) } }
}

/**
 * Runs every item of the batch over its own length, together where the lengths are equal. Outputs beyond a length are 0.
 * @param lengths  of the items; null for whole
 */
export function overLengths(node: NodeReader, parts: Parts, lengths: readonly number[] | null, run: (parts: Parts) => Outcome): Outcome {
  const [steps, items] = shapeOf(parts.x) as [number, number]
  const apart = lengths?.some((length) => length !== lengths[0]) ? items : 1
  if (steps * apart > MAX_STEPS) throw node.unsupported(`${steps * apart} steps, which are unrolled`, `at most ${MAX_STEPS}`)
  if (!lengths) return run(parts)
  if (lengths.length !== items || lengths.some((length) => length < 1 || length > steps)) {
    throw node.unsupported(`sequence_lens [${lengths}]`, `a length of 1 to ${steps} for each of ${items} items`)
  }
  const { builder } = node
  const over = (own: Parts, length: number): Outcome => {
    const { y, last } = run({ ...own, x: slice(builder.simple(own.x), 0, 0, length, 1)! })
    return { y: padAlong(builder, y, 0, 0, steps - length, 0), last }
  }
  if (apart === 1) return over(parts, lengths[0]!)
  const outcomes = lengths.map((length, item) => {
    const own = (view: View | null): View | null => view && slice(builder.simple(view), 1, item, 1, 1)!
    return over({ ...parts, x: own(parts.x)!, state: { h: own(parts.state.h), c: own(parts.state.c) } }, length)
  })
  return sideBySide(builder, outcomes, 2)
}
