import { OpineError } from '@opine/dispute-game/errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { decodeKernel } from './decode.ts'
import { encodeKernel } from './encode.ts'
import { type Header, headerOf, readHeader, writeHeader } from './header.ts'
import { checkInterface, decodeInterface, encodeInterface, MAX_INTERFACE_BYTES } from './interface.ts'
import { byteSize, type Constant, type Kernel, type ModelInterface, type Place, type Program, STORE_TYPES } from './types.ts'

/** First bytes of a program file. */
const MAGIC = new TextEncoder().encode('OPINEPRG')
const FILE_VERSION = 1
/** Most bytes of a file, unless the reader sets another limit. */
export const MAX_FILE_BYTES = 0x7fffffff

export type ProgramFile = { readonly program: Program; readonly interface: ModelInterface }

/**
 * A program with the bytes of its constants and its names: SPEC section 9. Canonical: equal programs and interfaces give equal bytes.
 * @throws {OpineError} `PROGRAM_INTERFACE`, `PROGRAM_FILE`, `NUMBER_OUT_OF_RANGE`, `UNKNOWN_OPERATION`
 */
export function encodeProgramFile(program: Program, ports: ModelInterface): Uint8Array {
  const header = headerOf(program)
  checkInterface(header, ports)
  const json = encodeInterface(ports)
  const descriptors = program.kernels.map(encodeKernel)
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0)
  const body = sum(program.constants.map(({ bytes }) => 8 + bytes.length)) + sum(descriptors.map(({ length }) => 11 + length))
  const out = new ByteWriter(1024 + body + json.length)
  out.bytes(MAGIC)
  out.u32(FILE_VERSION, 'version')
  writeHeader(out, header)
  for (const constant of program.constants) writeConstant(out, constant)
  for (const [index, descriptor] of descriptors.entries()) {
    const place = program.places[index]
    if (!place) throw refuse(`kernel ${index} has no place`)
    out.u8(place.committed ? 1 : 0, 'committed')
    out.u32(place.first, 'first kernel of a segment')
    out.u32(place.length, 'length of a segment')
    out.u16(descriptor.length, `length of descriptor ${index}`)
    out.bytes(descriptor)
  }
  out.u32(json.length, 'length of the interface')
  out.bytes(json)
  return out.finish()
}

/**
 * Inverse of `encodeProgramFile`. Total: any bytes give the program and interface whose file they are, or an error, and no more space is
 * set aside than the file has. Whether the kernels are valid is `validateProgram`'s question.
 * @param limit  most bytes that are accepted
 * @throws {OpineError} `PROGRAM_FILE`, `PROGRAM_INTERFACE`
 */
export function decodeProgramFile(bytes: Uint8Array, limit: number = MAX_FILE_BYTES): ProgramFile {
  if (bytes.length > limit) throw refuse(`it has ${bytes.length} bytes, and at most ${limit} are read`)
  const reader = new ByteReader(bytes, 'PROGRAM_FILE')
  const magic = reader.bytes(MAGIC.length, 'magic')
  if (magic.some((byte, index) => byte !== MAGIC[index])) throw refuse('it does not begin with OPINEPRG, so it is not a program')
  const version = reader.u32('version of the file')
  if (version !== FILE_VERSION) throw reader.refuse('version of the file', version)
  const header = readHeader(reader)
  const constants = reader.list(header.constants, () => readConstant(reader))
  const kernels: Kernel[] = []
  const places: Place[] = []
  for (let index = 0; index < header.kernels; index++) {
    places.push(readPlace(reader))
    kernels.push(readKernel(reader, index))
  }
  const length = reader.u32('length of the interface')
  if (length > MAX_INTERFACE_BYTES) throw reader.refuse('length of the interface', length)
  const ports = decodeInterface(reader.bytes(length, 'interface'))
  reader.end()
  const outputs = header.outputs.map(({ kernel }) => kernel)
  const program = { inputs: header.inputs, constants, kernels, places, outputs, claims: header.claims }
  checkOutputs(header, headerOf(program))
  checkInterface(header, ports)
  return { program, interface: ports }
}

function writeConstant(out: ByteWriter, { type, count, bytes }: Constant): void {
  if (bytes.length !== count * byteSize(type)) throw refuse(`a constant of ${count} elements of ${type} has ${bytes.length} bytes`)
  out.u32(STORE_TYPES.indexOf(type), 'type of a constant')
  out.u32(count, 'elements of a constant')
  out.bytes(bytes)
}

function readConstant(reader: ByteReader): Constant {
  const code = reader.u32('type of a constant')
  const type = STORE_TYPES[code]
  if (type === undefined) throw reader.refuse('type of a constant', code)
  const count = reader.u32('elements of a constant')
  if (count < 1 || count > 0x7fffffff) throw reader.refuse('elements of a constant', count)
  return { type, count, bytes: reader.bytes(count * byteSize(type), 'bytes of a constant').slice() }
}

function readPlace(reader: ByteReader): Place {
  const committed = reader.u8('committed')
  if (committed > 1) throw reader.refuse('committed', committed)
  return { committed: committed === 1, first: reader.u32('first kernel of a segment'), length: reader.u32('length of a segment') }
}

function readKernel(reader: ByteReader, index: number): Kernel {
  const bytes = reader.bytes(reader.u16('length of a descriptor'), 'descriptor')
  try {
    return decodeKernel(bytes)
  } catch (cause) {
    if (!(cause instanceof OpineError)) throw cause
    throw new OpineError(
      'PROGRAM_FILE',
      `kernel ${index} of the program file: ${cause.message}`,
      { ...cause.details, kernel: index },
      { cause },
    )
  }
}

/** The header repeats the outputs' types and counts, which the kernels give already. */
function checkOutputs(stated: Header, derived: Header): void {
  for (const [index, { type, count }] of stated.outputs.entries()) {
    const output = derived.outputs[index]
    if (output?.type !== type || output.count !== count) throw refuse(`output ${index} is not what its kernel gives`)
  }
}

const refuse = (fact: string): OpineError => new OpineError('PROGRAM_FILE', `the program file is malformed: ${fact}`)
