import { OpineError } from '@opine/dispute-game/errors.ts'
import { checkGraph } from './check.ts'
import { decodeTensor, elementType } from './decode-tensor.ts'
import type { ExternalData } from './external.ts'
import type { Attribute, Dimension, Graph, GraphNode, Model, Tensor, ValueInfo } from './types.ts'
import { content, type Field, fields, float, integer, malformed, packedFixed, packedIntegers, type Slice, text, wholeFile } from './wire.ts'

/** Graphs nest in the attributes of If, Loop and Scan. */
const MAX_DEPTH = 8

/**
 * Reads an ONNX file. Total: any bytes give a model or one OpineError, and what is allocated is bounded by the file's own length.
 * @param external  reads files beside the model that hold tensors' data; without it such a model is refused
 * @throws {OpineError} `NOT_ONNX`, `TRUNCATED_FILE`, `MALFORMED_FILE`, `UNSUPPORTED_TYPE`, `EXTERNAL_DATA`, `EXTERNAL_PATH`, `TENSOR_LENGTH`,
 *   `TENSOR_TOO_LARGE`, `UNSORTED_GRAPH`, `UNDEFINED_TENSOR`, `DUPLICATE_TENSOR`
 */
export function decodeModel(file: Uint8Array, external: ExternalData | null = null): Model {
  let irVersion = 0
  let graph: Slice | null = null
  const opsets: Record<string, number> = Object.create(null)
  for (const field of fields(wholeFile(file))) {
    if (field.number === 1) irVersion = integer(field)
    else if (field.number === 7) graph = content(field)
    else if (field.number === 8) readOpset(content(field), opsets)
  }
  if (graph === null || irVersion < 1) {
    throw new OpineError('NOT_ONNX', 'The file is no ONNX model: it has no graph or no IR version.', { bytes: file.length })
  }
  // Files of IR versions 1 and 2 may name no operator set, which means version 1.
  if (Object.keys(opsets).length === 0) opsets[''] = 1
  const model: Model = { irVersion, opsets, graph: readGraph(graph, { depth: 0, external }) }
  checkGraph(model.graph)
  return model
}

/** How deep a graph is nested, and where tensors outside of the file are read. */
type Place = { readonly depth: number; readonly external: ExternalData | null }

function readOpset(message: Slice, opsets: Record<string, number>): void {
  let domain = ''
  let version = 0
  for (const field of fields(message)) {
    if (field.number === 1) domain = text(field)
    else if (field.number === 2) version = integer(field)
  }
  opsets[domain === 'ai.onnx' ? '' : domain] = version
}

function readGraph(message: Slice, place: Place): Graph {
  if (place.depth > MAX_DEPTH) throw malformed(`graphs nested more than ${MAX_DEPTH} deep`, message.start)
  const nodes: GraphNode[] = []
  const initializers: Tensor[] = []
  const inputs: ValueInfo[] = []
  const outputs: ValueInfo[] = []
  let name = ''
  for (const field of fields(message)) {
    if (field.number === 1) nodes.push(readNode(content(field), place))
    else if (field.number === 2) name = text(field)
    else if (field.number === 5) initializers.push(decodeTensor(content(field), place.external))
    else if (field.number === 11) inputs.push(readValueInfo(content(field)))
    else if (field.number === 12) outputs.push(readValueInfo(content(field)))
    else if (field.number === 15)
      throw new OpineError('UNSUPPORTED_TYPE', 'Sparse initializers are not supported. Store the tensor densely.')
  }
  return { name, inputs, outputs, nodes, initializers }
}

function readNode(message: Slice, place: Place): GraphNode {
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes: Record<string, Attribute> = Object.create(null)
  let name = ''
  let op = ''
  let domain = ''
  for (const field of fields(message)) {
    if (field.number === 1) inputs.push(text(field))
    else if (field.number === 2) outputs.push(text(field))
    else if (field.number === 3) name = text(field)
    else if (field.number === 4) op = text(field)
    else if (field.number === 5) readAttribute(content(field), place, attributes)
    else if (field.number === 7) domain = text(field)
  }
  return { op, domain: domain === 'ai.onnx' ? '' : domain, name, inputs, outputs, attributes }
}

/** Fields of an AttributeProto by the kind of value that they hold. */
const KIND_OF_FIELD: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 6, 8: 7, 9: 8 }

function readAttribute(message: Slice, place: Place, attributes: Record<string, Attribute>): void {
  const values: Field[] = []
  let name = ''
  let kind = 0
  for (const field of fields(message)) {
    if (field.number === 1) name = text(field)
    else if (field.number === 20) kind = integer(field)
    else values.push(field)
  }
  // Old files leave the kind out: it is that of the first value.
  if (kind === 0) kind = KIND_OF_FIELD[values.find((field) => field.number in KIND_OF_FIELD)?.number ?? 0] ?? 0
  const held = values.filter((field) => KIND_OF_FIELD[field.number] === kind)
  const last = held.at(-1)
  const floats = (): number[] => held.flatMap((field) => readFloats(packedFixed(field, 4)))
  if (kind === 1) attributes[name] = { float: last ? float(last) : 0 }
  else if (kind === 2) attributes[name] = { int: last ? integer(last) : 0 }
  else if (kind === 3) attributes[name] = { string: last ? text(last) : '' }
  else if (kind === 4 && last) attributes[name] = { tensor: decodeTensor(content(last), place.external) }
  else if (kind === 5 && last) attributes[name] = { graph: readGraph(content(last), { ...place, depth: place.depth + 1 }) }
  else if (kind === 6) attributes[name] = { floats: floats() }
  else if (kind === 7) attributes[name] = { ints: held.flatMap((field) => Array.from(packedIntegers(field), saturate)) }
  else if (kind === 8) attributes[name] = { strings: held.map(text) }
  // Other kinds (tensor lists, sparse tensors, types) belong to operators that are refused by name.
}

function readFloats(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
}

const saturate = (value: bigint): number => Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)))

function readValueInfo(message: Slice): ValueInfo {
  let name = ''
  let tensor: Slice | null = null
  for (const field of fields(message)) {
    if (field.number === 1) name = text(field)
    else if (field.number === 2) for (const kind of fields(content(field))) if (kind.number === 1) tensor = content(kind)
  }
  if (tensor === null) return { name, type: null, shape: null }
  let type: ValueInfo['type'] = null
  let shape: Dimension[] | null = null
  for (const field of fields(tensor)) {
    if (field.number === 1) type = integer(field) === 0 ? null : elementType(integer(field), `'${name}'`)
    else if (field.number === 2) shape = readShape(content(field))
  }
  return { name, type, shape }
}

function readShape(message: Slice): Dimension[] {
  const shape: Dimension[] = []
  for (const field of fields(message)) {
    if (field.number !== 1) continue
    let extent: Dimension = null
    for (const part of fields(content(field))) {
      if (part.number === 1) extent = integer(part)
      else if (part.number === 2) extent = text(part) || null
    }
    shape.push(extent)
  }
  return shape
}
