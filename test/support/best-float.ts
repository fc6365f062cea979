import type { Dimensions } from '@opine/models/lower/lower.ts'
import { encodeModel, packTensor, type TensorSource } from '@opine/models/onnx/encode.ts'
import type { GraphNode, Model, Tensor } from '@opine/models/onnx/types.ts'
import { type Network, readNetwork } from '@opine/models/quantize/network/network.ts'
import { numbersIn } from '@opine/models/quantize/network/numbers.ts'

/**
 * A float model as a stock runtime runs it best: extents fixed, constants folded and none of them an input, batch normalisations in the weights of the
 * convolutions that they follow, softmaxes of rows. Its outputs differ from the model's by roundings alone.
 * @throws {OpineError} those of `readNetwork`
 */
export function bestFloat(model: Model, dims: Dimensions = {}): Uint8Array {
  const network = readNetwork(model, dims)
  const constants = new Map(network.constants)
  const nodes = folded(network, constants).flatMap((node) => flatSoftmax(network, constants, node))
  const read = new Set(nodes.flatMap(({ inputs }) => inputs))
  const named = network.outputs.filter(({ name, source }) => name !== source)
  return encodeModel({
    name: model.graph.name || 'float',
    opset: network.opset,
    domains: Object.fromEntries(Object.entries(model.opsets).filter(([domain]) => domain !== '')),
    inputs: [...network.declared].map(([name, { type, shape }]) => ({ name, type, shape })),
    outputs: network.outputs.map(({ name, source }) => ({ name, ...network.tensors.get(source)! })),
    nodes: [...nodes, ...named.map(({ name, source }) => ({ op: 'Identity', inputs: [source], outputs: [name] }))],
    initializers: [...constants.values()].filter(({ name }) => read.has(name)).map(sourceOf),
  })
}

/** Nodes, less the batch normalisations that only follow a convolution. */
function folded(network: Network, constants: Map<string, Tensor>): GraphNode[] {
  const nodes = [...network.nodes]
  for (const node of network.nodes) {
    if (node.op !== 'BatchNormalization') continue
    const before = nodes.find(({ outputs }) => outputs[0] === node.inputs[0])
    const alone = network.readers.get(node.inputs[0]!)?.length === 1 && !network.outputs.some(({ source }) => source === node.inputs[0])
    const parameters = node.inputs.slice(1, 5).map((name) => constants.get(name))
    const [weights, bias] = (before?.inputs.slice(1) ?? []).map((name) => constants.get(name))
    if (before?.op !== 'Conv' || !alone || !weights || (before.inputs[2] && !bias) || parameters.some((tensor) => !tensor)) continue
    const into = normalised(node, weights, bias, parameters as Tensor[])
    for (const tensor of into) constants.set(tensor.name, tensor)
    const conv = { ...before, inputs: [before.inputs[0]!, ...into.map(({ name }) => name)], outputs: node.outputs }
    nodes[nodes.indexOf(before)] = conv
    nodes.splice(nodes.indexOf(node), 1)
  }
  return nodes
}

/** A softmax over what is followed by extents of 1 alone as one of rows: the runtime's WebGPU provider fails at the former. */
function flatSoftmax({ tensors, opset }: Network, constants: Map<string, Tensor>, node: GraphNode): GraphNode[] {
  const [input, output] = [node.inputs[0]!, node.outputs[0]!]
  const { shape } = tensors.get(input) ?? { shape: [] }
  const { axis } = node.attributes
  const given = axis && 'int' in axis ? axis.int : opset < 13 ? 1 : -1
  const place = given < 0 ? given + shape.length : given
  const behind = shape.slice(place + 1)
  if (node.op !== 'Softmax' || behind.length === 0 || behind.some((extent) => extent !== 1)) return [node]
  const reshaped = (from: string, to: string, extents: readonly number[]): GraphNode => {
    const name = `${to}.shape`
    constants.set(name, packTensor({ name, type: 'i64', shape: [extents.length], data: extents.map(BigInt) }))
    return { op: 'Reshape', domain: '', name: to, inputs: [from, name], outputs: [to], attributes: {} }
  }
  const rows = shape.slice(0, place).reduce((count, extent) => count * extent, 1)
  return [
    reshaped(input, `${output}.rows`, [rows, shape[place]!]),
    { ...node, inputs: [`${output}.rows`], outputs: [`${output}.flat`], attributes: { axis: { int: 1 } } },
    reshaped(`${output}.flat`, output, shape),
  ]
}

/** Inference form: `(x - mean) / sqrt(variance + epsilon) * scale + shift`. */
function normalised(node: GraphNode, weights: Tensor, bias: Tensor | undefined, parameters: readonly Tensor[]): Tensor[] {
  const [scale, shift, mean, variance] = parameters.map(numbersIn) as [Float64Array, Float64Array, Float64Array, Float64Array]
  const { epsilon } = node.attributes
  const least = epsilon && 'float' in epsilon ? epsilon.float : 1e-5
  const factors = scale.map((value, row) => value / Math.sqrt(variance[row]! + least))
  const [values, before] = [numbersIn(weights), bias ? numbersIn(bias) : new Float64Array(factors.length)]
  const width = values.length / factors.length
  const [output] = node.outputs
  return [
    packTensor({
      name: `${output}.weights`,
      type: 'f32',
      shape: weights.shape,
      data: values.map((value, at) => value * factors[Math.floor(at / width)]!),
    }),
    packTensor({
      name: `${output}.bias`,
      type: 'f32',
      shape: [factors.length],
      data: before.map((value, row) => (value - mean[row]!) * factors[row]! + shift[row]!),
    }),
  ]
}

function sourceOf(tensor: Tensor): TensorSource {
  const { name, type, shape, data } = tensor
  if (type === 'i64') return { name, type, shape, data: new BigInt64Array(data.slice().buffer) }
  if (type === 'bool') return { name, type, shape, data }
  if (type === 'f16') return { name, type, shape, data: new Uint16Array(data.slice().buffer) }
  return { name, type, shape, data: numbersIn(tensor) }
}
