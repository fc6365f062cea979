import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Header } from './header.ts'
import { type InputSpec, type ModelInterface, type Port, product, STORE_TYPES, type StoreType } from './types.ts'

/** Most bytes of an interface in a program file. */
export const MAX_INTERFACE_BYTES = 1 << 20

/** The canonical JSON of an interface: these keys in this order, no white space. */
export function encodeInterface(ports: ModelInterface): Uint8Array {
  const plain = ({ name, type, shape }: Port) => ({ name, type, shape: [...shape] })
  return new TextEncoder().encode(JSON.stringify({ inputs: ports.inputs.map(plain), outputs: ports.outputs.map(plain) }))
}

/**
 * Inverse of `encodeInterface`; total.
 * @throws {OpineError} `PROGRAM_INTERFACE` unless the bytes are the canonical JSON of an interface
 */
export function decodeInterface(bytes: Uint8Array): ModelInterface {
  const json = parse(bytes)
  if (!isRecord(json)) throw refuse('it is not an object')
  const ports = { inputs: readPorts(json.inputs, 'inputs'), outputs: readPorts(json.outputs, 'outputs') }
  const canonical = encodeInterface(ports)
  if (canonical.length !== bytes.length || canonical.some((byte, index) => byte !== bytes[index])) {
    throw refuse('it is not written canonically (keys, order, white space, numbers)')
  }
  return ports
}

/**
 * Whether the ports speak of the header's inputs and outputs: one each, of the same type and number of elements.
 * @throws {OpineError} `PROGRAM_INTERFACE`
 */
export function checkInterface(header: Header, ports: ModelInterface): void {
  const compare = (specs: readonly InputSpec[], named: readonly Port[], what: string): void => {
    if (specs.length !== named.length) throw refuse(`the program has ${specs.length} ${what}, the interface ${named.length}`)
    for (const [index, spec] of specs.entries()) {
      const port = named[index]
      if (port && port.type === spec.type && product(port.shape) === spec.count) continue
      throw refuse(`${what} ${index} is ${port?.type} [${port?.shape}], but the program has ${spec.count} elements of ${spec.type}`)
    }
  }
  compare(header.inputs, ports.inputs, 'inputs')
  compare(header.outputs, ports.outputs, 'outputs')
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw refuse('it is not JSON in UTF-8', cause)
  }
}

function readPorts(json: unknown, what: string): Port[] {
  if (!Array.isArray(json)) throw refuse(`${what} is not a list`)
  return json.map((port: unknown): Port => {
    if (!isRecord(port)) throw refuse(`one of ${what} is not an object`)
    const { name, type, shape } = port
    if (typeof name !== 'string') throw refuse(`a name of ${what} is not a string`)
    if (!isStoreType(type)) throw refuse(`the type of ${what} "${name}" is not one of ${STORE_TYPES.join(', ')}`)
    if (!Array.isArray(shape) || !shape.every(isExtent))
      throw refuse(`the shape of ${what} "${name}" is not a list of extents of at least 1`)
    return { name, type, shape }
  })
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isStoreType = (value: unknown): value is StoreType => STORE_TYPES.some((type) => type === value)
const isExtent = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 0x7fffffff
const refuse = (fact: string, cause?: unknown): OpineError =>
  new OpineError('PROGRAM_INTERFACE', `the interface of the program is malformed: ${fact}; write the file anew`, {}, { cause })
