import { OpineError } from '@opine/dispute-game/errors.ts'
import { MAX_COUNT } from '../ir/header.ts'
import type { ModelInterface, Port } from '../ir/types.ts'
import type { Dimension, Graph, Model, Tensor, ValueInfo } from '../onnx/types.ts'
import type { Draft } from './assemble.ts'
import { Builder } from './builder.ts'
import { storeTypeOf } from './constant.ts'
import type { Buffer, InputBuffer, KernelBuffer } from './draft.ts'
import { fuse, prune } from './fuse.ts'
import { lowerNodes, outputsOf, Scope } from './graph.ts'
import type { Value } from './node.ts'
import { contiguous, isContiguous, shapeOf, type View } from './view.ts'

/** Values of symbolic dimensions by name; an unnamed one is `INPUT.AXIS`. */
export type Dimensions = Readonly<Record<string, number>>

/** Values for inputs that shall be constants of the program, such as a shape or a switch, by input name. */
export type Bindings = Readonly<Record<string, Tensor>>

/**
 * ONNX to kernels: every node in order, then element-wise fusion and removal of what no output needs.
 * @throws {OpineError} `UNSUPPORTED_OPERATOR`, `INVALID_NODE`, `DYNAMIC_SHAPE`, `UNSUPPORTED_TYPE`, `INT64_RANGE`, `EMPTY_TENSOR`,
 *   `TENSOR_TOO_LARGE`, `REDUCTION_TOO_LONG`, `NO_INPUT`, `NO_OUTPUT`
 */
export function lowerModel(model: Model, dims: Dimensions, bind: Bindings): { readonly draft: Draft; readonly interface: ModelInterface } {
  const { graph } = model
  const builder = new Builder()
  const initializers = [...graph.initializers, ...boundInputs(graph, bind)]
  const names = new Set(initializers.map(({ name }) => name))
  const scope = new Scope(initializers)
  const inputs: InputBuffer[] = []
  const ports: Port[] = []
  requireExtents(
    graph.inputs.filter(({ name }) => !names.has(name)),
    dims,
  )
  for (const info of graph.inputs) {
    if (names.has(info.name)) continue
    const { port, value } = inputOf(info, dims)
    inputs.push(value.view.buffer as InputBuffer)
    ports.push(port)
    scope.define(info.name, value)
  }
  if (inputs.length === 0) throw new OpineError('NO_INPUT', 'The model has no input, so there is nothing to ask it.')
  if (graph.outputs.length === 0) throw new OpineError('NO_OUTPUT', 'The model has no output, so it has nothing to say.')
  lowerNodes(graph, scope, model.opsets, builder)

  const outputs: KernelBuffer[] = []
  const results: Port[] = []
  for (const { name, value } of outputsOf(graph, scope)) {
    const { view } = value
    builder.label = name
    const buffer = outputBuffer(builder, view, outputs)
    outputs.push(buffer)
    results.push({ name, type: buffer.type, shape: shapeOf(view).length > 0 ? shapeOf(view) : [1] })
  }
  const kept: ReadonlySet<Buffer> = new Set(outputs)
  const kernels = fuse(prune(builder.kernels, kept), kept)
  return { draft: { inputs, kernels, outputs }, interface: { inputs: ports, outputs: results } }
}

function boundInputs(graph: Graph, bind: Bindings): Tensor[] {
  return Object.entries(bind).map(([name, tensor]) => {
    if (graph.inputs.some((input) => input.name === name)) return { ...tensor, name }
    const names = graph.inputs.map((input) => input.name).join(', ')
    throw new OpineError('NO_INPUT', `There is no input '${name}' to bind; the inputs are ${names}.`, { input: name })
  })
}

/** An input of int64 is one of `i32`: whoever feeds it converts, and refuses what does not fit. */
function inputOf(info: ValueInfo, dims: Dimensions): { readonly port: Port; readonly value: Value } {
  const { name, type } = info
  if (type === null || info.shape === null) {
    const message = `Input '${name}' has no tensor type with a known rank. Declare its type and shape in the model.`
    throw new OpineError('DYNAMIC_SHAPE', message, { input: name })
  }
  const shape = info.shape.map((dimension, axis) => extentOf(dimension, name, axis, dims)!)
  const store = storeTypeOf(type, name)
  const count = shape.reduce((total, extent) => total * extent, 1)
  if (count > MAX_COUNT)
    throw new OpineError('TENSOR_TOO_LARGE', `Input '${name}' of shape [${shape}] has 2^31 elements or more.`, { tensor: name, shape })
  const buffer: InputBuffer = { kind: 'input', name, type: store, count }
  return { port: { name, type: store, shape: shape.length > 0 ? shape : [1] }, value: { type, view: contiguous(buffer, shape) } }
}

/** Tells of all dynamic extents that nobody fixed at once. */
function requireExtents(inputs: readonly ValueInfo[], dims: Dimensions): void {
  const open = inputs.flatMap(({ name, shape }) =>
    (shape ?? []).flatMap((dimension, axis) =>
      extentOf(dimension, name, axis, dims) === null ? [{ input: name, axis, symbol: symbolOf(dimension, name, axis) }] : [],
    ),
  )
  const [first] = open
  if (!first) return
  const symbols = [...new Set(open.map(({ symbol }) => symbol))]
  const places = symbols.map((symbol) => {
    const { input, axis } = open.find((each) => each.symbol === symbol)!
    return `Axis ${axis} of input '${input}' has the dynamic extent '${symbol}'.`
  })
  const message = `${places.join(' ')} Fix ${symbols.length === 1 ? 'it' : 'them'} with ${symbols.map((symbol) => `--dim ${symbol}=VALUE`).join(' ')}, for instance 1.`
  throw new OpineError('DYNAMIC_SHAPE', message, { input: first.input, axis: first.axis, dimension: first.symbol })
}

const symbolOf = (dimension: Dimension, input: string, axis: number): string =>
  typeof dimension === 'string' ? dimension : `${input}.${axis}`

/** Dimensions of 0 or below are what some exporters write for unknown ones; null where nobody fixed it. */
function extentOf(dimension: Dimension, input: string, axis: number, dims: Dimensions): number | null {
  if (typeof dimension === 'number' && dimension >= 1) return dimension
  const symbol = symbolOf(dimension, input, axis)
  const bound = Object.hasOwn(dims, symbol) ? dims[symbol]! : 0
  return Number.isInteger(bound) && bound >= 1 && bound <= MAX_COUNT ? bound : null
}

/** The kernel whose buffer is the output, row-major: the one that there is, or a copy. */
function outputBuffer(builder: Builder, view: View, taken: readonly KernelBuffer[]): KernelBuffer {
  if (view.buffer.kind === 'kernel' && isContiguous(view) && !taken.includes(view.buffer)) return view.buffer
  return builder.output(view)
}
