import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Port } from '../../ir/types.ts'
import { bigintsOf, numbersOf } from '../../lower/constant.ts'
import type { Scope } from '../../lower/graph.ts'
import type { Bindings, Dimensions } from '../../lower/lower.ts'
import { shapeOf } from '../../lower/view.ts'
import { packTensor } from '../../onnx/encode.ts'
import type { Graph, GraphNode, Model, Tensor } from '../../onnx/types.ts'
import type { Role } from '../recurrent/roles.ts'
import { axesOf } from './axes.ts'
import { type Form, lowered } from './lowered.ts'
import { clipOf, type Quantizing, quantizingOf, undoes } from './pairs.ts'

export type Tensors = ReadonlyMap<string, Form>

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
  /** By output of a node that stands for several: those, for where it stays in float. */
  readonly originals: ReadonlyMap<string, readonly GraphNode[]>
  readonly opset: number
}

/** Whether a node gives what it is given: also where it makes floats of floats. */
export function isCopy({ op, domain, inputs, outputs }: GraphNode, tensors: Tensors): boolean {
  if (domain !== '') return false
  if (op === 'Cast') return [inputs[0]!, outputs[0]!].every((name) => tensors.get(name)?.type === 'f32')
  return op === 'Identity' || op === 'Dropout'
}

/**
 * Shapes, types and constants are those that lowering finds, so that they cannot differ from what a program has.
 * @throws {OpineError} `QUANTIZE_MODEL` for a model with inner graphs; those of `lowerModel`
 */
export function readNetwork(model: Model, dims: Dimensions = {}, bind: Bindings = {}): Network {
  const { graph } = model
  const inner = graph.nodes.find((node) => Object.values(node.attributes).some((attribute) => 'graph' in attribute))
  if (inner) {
    const message = `node '${inner.name || inner.outputs[0]}' (${inner.op}) chooses a graph at run time; make its condition a constant (--set)`
    throw new OpineError('QUANTIZE_MODEL', message, { node: inner.name, operator: inner.op })
  }
  const { ports, declared, initializers, scope } = lowered(model, dims, bind)
  const alias = new Map<string, string>()
  const source = (name: string): string => (alias.has(name) ? source(alias.get(name)!) : name)
  const constants = new Map<string, Tensor>()
  const tensors = new Map<string, Form>(declared)
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
    if (isCopy(node, tensors)) alias.set(node.outputs[0]!, node.inputs[0]!)
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
    inputs: ports,
    declared,
    outputs: results,
    nodes,
    constants,
    tensors,
    readers,
    axes: axesOf(nodes, tensors, constants),
    roles: new Map(),
    originals: new Map(),
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
