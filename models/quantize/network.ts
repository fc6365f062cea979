import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Port } from '../ir/types.ts'
import { Builder } from '../lower/builder.ts'
import { compileModel } from '../lower/compile.ts'
import { bigintsOf, numbersOf } from '../lower/constant.ts'
import { lowerNodes, Scope } from '../lower/graph.ts'
import type { Bindings, Dimensions } from '../lower/lower.ts'
import { contiguous, shapeOf } from '../lower/view.ts'
import { packTensor } from '../onnx/encode.ts'
import { checkOpset } from '../onnx/opset.ts'
import type { ElementType, Graph, GraphNode, Model, Tensor } from '../onnx/types.ts'
import { axesOf } from './axes.ts'
import { clipOf, type Quantizing, quantizingOf, undoes } from './pairs.ts'
import type { Role } from './recurrent/roles.ts'

export type Tensors = ReadonlyMap<string, { readonly type: ElementType; readonly shape: readonly number[] }>

/**
 * A model as the quantiser sees it: shapes known, constants folded, names resolved through copies.
 * @property nodes    those that calculate with inputs, in order
 * @property outputs  `source` is the tensor that the output `name` is
 * @property readers  nodes that read a tensor
 */
export type Network = {
  readonly model: Model
  readonly dims: Dimensions
  readonly bind: Bindings
  readonly inputs: readonly Port[]
  readonly declared: Tensors
  readonly outputs: readonly { readonly name: string; readonly source: string }[]
  readonly nodes: readonly GraphNode[]
  readonly constants: ReadonlyMap<string, Tensor>
  readonly tensors: Tensors
  readonly readers: ReadonlyMap<string, readonly GraphNode[]>
  /** Of each tensor the axis of channels. */
  readonly axes: ReadonlyMap<string, number>
  /** Of tensors of unrolled cells what they are. */
  readonly roles: ReadonlyMap<string, Role>
  readonly opset: number
}

/** Nodes that give what they are given. */
const COPIES: readonly string[] = ['Identity', 'Dropout']

/**
 * Shapes, types and constants are those that lowering finds, so that they cannot differ from what a program has.
 * @throws {OpineError} `QUANTIZE_MODEL` for a model with inner graphs; those of `compileModel`
 */
export function readNetwork(model: Model, dims: Dimensions = {}, bind: Bindings = {}): Network {
  checkOpset(model)
  const { graph } = model
  const inner = graph.nodes.find((node) => Object.values(node.attributes).some((attribute) => 'graph' in attribute))
  if (inner) {
    const message = `node '${inner.name || inner.outputs[0]}' (${inner.op}) holds a graph of its own; inline it before quantising (onnxsim does)`
    throw new OpineError('QUANTIZE_MODEL', message, { node: inner.name, operator: inner.op })
  }
  // Says what is wrong with the model before anything else does.
  const { interface: ports } = compileModel(model, { dims, bind })
  const initializers = [...graph.initializers, ...Object.entries(bind).map(([name, tensor]) => ({ ...tensor, name }))]
  const scope = new Scope(initializers)
  const declared = new Map<string, { type: ElementType; shape: readonly number[] }>()
  for (const { name, type, shape } of ports.inputs) {
    const info = graph.inputs.find((input) => input.name === name)!
    const extents = info.shape!.length === 0 ? [] : shape
    const count = shape.reduce((total, extent) => total * extent, 1)
    scope.define(name, { type: info.type!, view: contiguous({ kind: 'input', name, type, count }, extents) })
    declared.set(name, { type: info.type!, shape: extents })
  }
  lowerNodes(graph, scope, model.opsets, new Builder())

  const alias = new Map<string, string>()
  const source = (name: string): string => (alias.has(name) ? source(alias.get(name)!) : name)
  const constants = new Map<string, Tensor>()
  const tensors = new Map<string, { type: ElementType; shape: readonly number[] }>(declared)
  const nodes: GraphNode[] = []
  const pairs = new Map<string, { readonly node: GraphNode; readonly quantizing: Quantizing }>()
  const constant = (name: string): Tensor | undefined => constants.get(name)
  for (const tensor of initializers) constants.set(tensor.name, tensor)
  for (const node of graph.nodes) {
    const outputs = node.outputs.filter((name) => name !== '')
    const items = outputs.map((name) => scope.resolve(name))
    const folded = outputs.map((name, index) => constantTensor(name, items[index]!))
    for (const [index, name] of outputs.entries()) {
      const item = items[index]!
      if ('view' in item) tensors.set(name, { type: item.type, shape: shapeOf(item.view) })
      const tensor = folded[index]
      if (tensor) constants.set(name, tensor)
    }
    if (folded.every((tensor) => tensor !== null)) continue
    const read = { ...node, inputs: node.inputs.map((name) => (name === '' ? '' : source(name))) }
    const quantizing = isUndoneOnly(graph, node) ? quantizingOf(read, constant) : null
    const undone = pairs.get(node.inputs[0] ?? '')
    if (COPIES.includes(node.op) && node.domain === '') alias.set(node.outputs[0]!, node.inputs[0]!)
    else if (quantizing) pairs.set(node.outputs[0]!, { node: read, quantizing })
    else if (undone && undoes(read, undone.quantizing, constant)) {
      // An input is quantised to a range of its own.
      if (declared.has(undone.quantizing.input)) alias.set(node.outputs[0]!, undone.quantizing.input)
      else {
        const clip = clipOf(node.outputs[0]!, undone.quantizing.input, undone.quantizing)
        for (const tensor of clip.limits) constants.set(tensor.name, tensor)
        nodes.push(clip.node)
      }
    } else {
      if (undone && !nodes.includes(undone.node)) nodes.push(undone.node)
      nodes.push(read)
    }
  }
  for (const [name, tensor] of constants) tensors.set(name, tensor)
  const readers = new Map<string, GraphNode[]>()
  for (const node of nodes) for (const name of new Set(node.inputs)) readers.set(name, [...(readers.get(name) ?? []), node])
  const results = graph.outputs.map(({ name }) => ({ name, source: source(name) }))
  return {
    model,
    dims,
    bind,
    inputs: ports.inputs,
    declared,
    outputs: results,
    nodes,
    constants,
    tensors,
    readers,
    axes: axesOf(nodes, tensors),
    roles: new Map(),
    opset: model.opsets[''] ?? 1,
  }
}

/** Whether the integers that a node gives are for DequantizeLinear alone. */
function isUndoneOnly({ nodes, outputs }: Graph, { op, outputs: [output] }: GraphNode): boolean {
  if (op !== 'QuantizeLinear' || outputs.some(({ name }) => name === output)) return false
  return nodes.every((node) => !node.inputs.includes(output!) || (node.op === 'DequantizeLinear' && node.inputs[0] === output))
}

/** The tensor that is known while compiling; null for others. */
function constantTensor(name: string, item: ReturnType<Scope['resolve']>): Tensor | null {
  if (!('view' in item)) return null
  const { type, view } = item
  const shape = shapeOf(view)
  if (type === 'i64') {
    const values = bigintsOf(view)
    return values && packTensor({ name, type, shape, data: values })
  }
  const values = numbersOf(view)
  return values && packTensor({ name, type: type === 'f16' ? 'f32' : type, shape, data: values })
}

/** The numbers of a float constant. */
export function numbersIn(tensor: Tensor): Float64Array {
  const { data, type } = tensor
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  if (type === 'f32') return Float64Array.from({ length: data.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
  if (type === 'f16') return Float64Array.from({ length: data.length / 2 }, (_, index) => view.getFloat16(index * 2, true))
  if (type === 'i64') return Float64Array.from({ length: data.length / 8 }, (_, index) => Number(view.getBigInt64(index * 8, true)))
  if (type === 'i32') return Float64Array.from({ length: data.length / 4 }, (_, index) => view.getInt32(index * 4, true))
  if (type === 'i8') return Float64Array.from(data, (_, index) => view.getInt8(index))
  return Float64Array.from(data)
}
