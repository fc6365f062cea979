import { f32, load, op } from '../../ir/expression.ts'
import type { Expression } from '../../ir/types.ts'
import type { Builder } from '../builder.ts'
import { contract, type Labelled } from '../contract.ts'
import { join } from '../join.ts'
import { mapElements } from '../kernels.ts'
import { shapeOf, slice, type View } from '../view.ts'

/** One layer over time, for one or two directions. Shapes: T steps, B items, I inputs, D directions, G gates, H units. */
export type Layer = {
  /** `[T, B, I]` */
  readonly x: View
  /** `[D, G, H, I]` */
  readonly w: View
  /** `[D, G, H, H]` */
  readonly r: View
  /** `[D, G, H]`: what is added to `x w`. */
  readonly bias: View | null
  /** For each direction, whether it starts at the last step. */
  readonly reverse: readonly boolean[]
  readonly state: State
}

/** Both `[D, B, H]`; null for zeros. Only LSTM has `c`. */
export type State = { readonly h: View | null; readonly c: View | null }

/** Values of a gate kernel: the sum over the state (null where that is zero), the input's part, and further operands. */
export type GateCode = (sum: Expression | null, input: Expression, other: (index: number) => Expression) => Expression

/** One time step of a layer, as cells use it. */
export type Step = {
  readonly state: State
  /**
   * One kernel for `count` gates from `first` on, `stride` apart: `[D, B, count, H]`.
   * @param from    `[D, B, H]`, what is multiplied by the recurrence weights
   * @param others  `[D, B or 1, count or 1, H]`
   */
  gates(gates: Gates, from: View | null, others: readonly View[], code: GateCode): View
}

export type Gates = { readonly first: number; readonly count: number; readonly stride: number }

export type Cell = (step: Step, builder: Builder) => State

/** All steps, one after the other: `y` is `[T, D, B, H]`, `last` the state after the last step of each direction. */
export function unroll(builder: Builder, layer: Layer, cell: Cell): { readonly y: View; readonly last: State } {
  const [steps] = shapeOf(layer.x) as [number]
  const inputs = project(builder, layer)
  let { state } = layer
  const outputs: View[] = []
  const weights = new Map<string, View>()
  const slices = (gates: Gates): View => {
    const key = `${gates.first} ${gates.count}`
    const known = weights.get(key) ?? builder.copy(slice(builder.simple(layer.r), 1, gates.first, gates.count, gates.stride)!)
    weights.set(key, known)
    return known
  }
  for (let index = 0; index < steps; index += 1) {
    const input = atStep(inputs, layer.reverse, index)
    state = cell({ state, gates: (...args) => gateKernel(builder, input, slices(args[0]), ...args) }, builder)
    outputs.push(withDim(state.h!, 0))
  }
  const whole = join(builder, outputs, 0, [0, 1, 2, 3])
  const parts = layer.reverse.map((reverse, direction) => {
    const own = slice(whole, 1, direction, 1, 1)!
    return reverse ? slice(own, 0, steps - 1, steps, -1)! : own
  })
  return { y: join(builder, parts, 1, [0, 1, 2, 3]), last: state }
}

/** `x w + bias` of all steps in one kernel: `[T, D, B, G, H]`. */
function project(builder: Builder, { x, w, bias }: Layer): View {
  const [steps, items, width] = shapeOf(x) as [number, number, number]
  const [directions, gates, units] = shapeOf(w) as [number, number, number]
  const [t, d, b, g, h, i] = [0, 1, 2, 3, 4, 5]
  return contract(builder, {
    operands: [{ view: x, labels: [t, b, i] }, { view: w, labels: [d, g, h, i] }, ...(bias ? [{ view: bias, labels: [d, g, h] }] : [])],
    sizes: [steps, directions, items, gates, units, width],
    output: [t, d, b, g, h],
    term: [load(0), load(1), op('f32.mul')],
    result: bias ? [op('fold'), load(2), op('f32.add')] : [op('fold')],
    type: 'f32',
  })
}

/** The inputs of step `index`, counted from the end where a direction is reversed: `[D, B, G, H]`. */
function atStep(inputs: View, reverse: readonly boolean[], index: number): View {
  const steps = shapeOf(inputs)[0]!
  const [time, direction] = [inputs.dims[0]![0], inputs.dims[1]![0]]
  const position = reverse.map((back) => (back ? steps - 1 - index : index))
  const stride = time?.stride ?? 0
  const between = ((position[1] ?? 0) - position[0]!) * stride
  return {
    ...inputs,
    base: inputs.base + position[0]! * stride,
    dims: [direction ? [{ ...direction, stride: direction.stride + between }] : [], ...inputs.dims.slice(2)],
  }
}

function gateKernel(
  builder: Builder,
  input: View,
  weights: View,
  gates: Gates,
  from: View | null,
  others: readonly View[],
  code: GateCode,
): View {
  const own = slice(input, 2, gates.first, gates.count, gates.stride)!
  const shape = shapeOf(own)
  if (!from) {
    const result = code(null, [load(0)], (index) => [load(index + 1)])
    return mapElements(builder, [own, ...others], shape, result, 'f32')
  }
  const [d, b, g, h, k] = [0, 1, 2, 3, 4]
  const rest: Labelled[] = [own, ...others].map((view) => ({ view, labels: [d, b, g, h] }))
  return contract(builder, {
    operands: [{ view: from, labels: [d, b, k] }, { view: weights, labels: [d, g, h, k] }, ...rest],
    sizes: [...shape, shape[3]!],
    output: [d, b, g, h],
    term: [load(0), load(1), op('f32.mul')],
    result: code([op('fold')], [load(2)], (index) => [load(index + 3)]),
    type: 'f32',
  })
}

/** The sum of a state's part and the input's. */
export const total = (sum: Expression | null, input: Expression): Expression => (sum ? [...sum, ...input, op('f32.add')] : input)

export const withDim = (view: View, dim: number): View => ({ ...view, dims: view.dims.toSpliced(dim, 0, []) })

/** One gate's `[D, B, 1, H]` as `[D, B, H]`. */
export const single = (view: View): View => ({ ...view, dims: view.dims.toSpliced(2, 1) })

/** 1 less the value. */
export const complement = (value: Expression): Expression => [f32(1), ...value, op('f32.sub')]
