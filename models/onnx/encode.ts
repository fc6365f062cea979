import { OpineError } from '@opine/dispute-game/errors.ts'
import { type Attribute, type Dimension, ELEMENT_TYPES, type ElementType, type Model, type Tensor } from './types.ts'
import { MessageWriter } from './writer.ts'

/** Numbers of any typed array, plain numbers, or for `i64` bigints; `f16` is given as its bits. */
export type TensorData = ArrayLike<number> | ArrayLike<bigint>

export type TensorSource = {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly data: TensorData
}
export type NodeSource = {
  readonly op: string
  readonly domain?: string
  readonly name?: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>>
}
/** `shape` is null where the file should not tell it. */
export type PortSource = { readonly name: string; readonly type: ElementType; readonly shape: readonly Dimension[] | null }
export type ModelSource = {
  readonly name: string
  /** Version of the standard operator set; 17 if not given. */
  readonly opset?: number
  /** Versions of further operator sets, by domain. */
  readonly domains?: Readonly<Record<string, number>>
  readonly inputs: readonly PortSource[]
  readonly outputs: readonly PortSource[]
  readonly nodes: readonly NodeSource[]
  readonly initializers?: readonly TensorSource[]
}

/**
 * Writes an ONNX file (IR version 8). The bytes depend on the argument alone.
 * @throws {OpineError} `TENSOR_LENGTH` where `data` has another length than `shape` says
 */
export function encodeModel(source: ModelSource): Uint8Array {
  const initializers = (source.initializers ?? []).map(packTensor)
  return modelMessage({ ...source, initializers }, { '': source.opset ?? 17, ...source.domains })
}

/** Writes a model that `decodeModel` read, as far as `Model` holds it. */
export const encodeDecoded = ({ graph, opsets }: Model): Uint8Array => modelMessage(graph, opsets)

function modelMessage(graph: GraphSource, opsets: Readonly<Record<string, number>>): Uint8Array {
  const model = new MessageWriter().integer(1, 8).text(2, 'opine').message(7, graphMessage(graph))
  for (const [domain, version] of Object.entries(opsets)) model.message(8, new MessageWriter().text(1, domain).integer(2, version))
  return model.finish()
}

type GraphSource = {
  readonly name: string
  readonly nodes: readonly NodeSource[]
  readonly inputs: readonly PortMessage[]
  readonly outputs: readonly PortMessage[]
  readonly initializers: readonly Tensor[]
}

function graphMessage(source: GraphSource): MessageWriter {
  const graph = new MessageWriter()
  for (const node of source.nodes) graph.message(1, nodeMessage(node))
  graph.text(2, source.name)
  for (const tensor of source.initializers) graph.message(5, tensorMessage(tensor))
  for (const port of source.inputs) graph.message(11, portMessage(port))
  for (const port of source.outputs) graph.message(12, portMessage(port))
  return graph
}

/**
 * Elements as little-endian bytes.
 * @throws {OpineError} `TENSOR_LENGTH`
 */
export function packTensor(source: TensorSource): Tensor {
  const { name, type, shape, data } = source
  const count = shape.reduce((total, extent) => total * extent, 1)
  if (data.length !== count)
    throw new OpineError('TENSOR_LENGTH', `Tensor '${name}' has ${data.length} elements, its shape [${shape}] wants ${count}.`, { name })
  const { size } = ELEMENT_TYPES[type]
  const bytes = new Uint8Array(count * size)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < count; index += 1) put(view, index * size, type, data[index]!)
  return { name, type, shape: [...shape], data: bytes }
}

function put(view: DataView, offset: number, type: ElementType, value: number | bigint): void {
  if (type === 'i64') view.setBigInt64(offset, BigInt(value), true)
  else if (type === 'f64') view.setFloat64(offset, Number(value), true)
  else if (type === 'f32') view.setFloat32(offset, Number(value), true)
  else if (type === 'i32') view.setInt32(offset, Number(value), true)
  else if (type === 'f16') view.setUint16(offset, Number(value), true)
  else view.setUint8(offset, Number(value))
}

function nodeMessage(node: NodeSource): MessageWriter {
  const message = new MessageWriter()
  for (const input of node.inputs) message.text(1, input)
  for (const output of node.outputs) message.text(2, output)
  message.text(3, node.name ?? '').text(4, node.op)
  for (const [name, attribute] of Object.entries(node.attributes ?? {})) message.message(5, attributeMessage(name, attribute))
  if (node.domain) message.text(7, node.domain)
  return message
}

function attributeMessage(name: string, attribute: Attribute): MessageWriter {
  const message = new MessageWriter().text(1, name)
  if ('float' in attribute) return message.float(2, attribute.float).integer(20, 1)
  if ('int' in attribute) return message.integer(3, attribute.int).integer(20, 2)
  if ('string' in attribute) return message.text(4, attribute.string).integer(20, 3)
  if ('tensor' in attribute) return message.message(5, tensorMessage(attribute.tensor)).integer(20, 4)
  if ('floats' in attribute) {
    for (const value of attribute.floats) message.float(7, value)
    return message.integer(20, 6)
  }
  if ('ints' in attribute) {
    for (const value of attribute.ints) message.integer(8, value)
    return message.integer(20, 7)
  }
  if ('strings' in attribute) {
    for (const value of attribute.strings) message.text(9, value)
    return message.integer(20, 8)
  }
  return message.message(6, graphMessage(attribute.graph)).integer(20, 5)
}

function tensorMessage(tensor: Tensor): MessageWriter {
  const message = new MessageWriter()
  for (const extent of tensor.shape) message.integer(1, extent)
  return message.integer(2, ELEMENT_TYPES[tensor.type].code).text(8, tensor.name).bytes(9, tensor.data)
}

/** Without a type where the file should not tell that either, as in the graphs of If. */
type PortMessage = { readonly name: string; readonly type: ElementType | null; readonly shape: readonly Dimension[] | null }

function portMessage(port: PortMessage): MessageWriter {
  if (port.type === null) return new MessageWriter().text(1, port.name)
  const shape = new MessageWriter()
  for (const extent of port.shape ?? []) {
    const dimension = new MessageWriter()
    if (typeof extent === 'number') dimension.integer(1, extent)
    else if (extent !== null) dimension.text(2, extent)
    shape.message(1, dimension)
  }
  const tensor = new MessageWriter().integer(1, ELEMENT_TYPES[port.type].code)
  if (port.shape) tensor.message(2, shape)
  return new MessageWriter().text(1, port.name).message(2, new MessageWriter().message(1, tensor))
}
