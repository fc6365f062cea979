import { OpineError } from '@opine/dispute-game/errors.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { type InputSpec, type Program, product, STORE_TYPES, type StoreType } from './types.ts'

export const PROGRAM_VERSION = 1
export const MAX_INPUTS = 16
export const MAX_OUTPUTS = 16
export const MAX_KERNELS = 65536
export const MAX_CONSTANTS = 65536
export const MAX_CLAIMS = 64
/** Most elements of a buffer: 2^31 - 1. */
export const MAX_COUNT = 0x7fffffff

export type OutputSpec = { readonly kernel: number; readonly type: StoreType; readonly count: number }

/** The part of a program that a contract knows in full. */
export type Header = {
  readonly inputs: readonly InputSpec[]
  /** Number of constants. */
  readonly constants: number
  /** Number of kernels. */
  readonly kernels: number
  readonly outputs: readonly OutputSpec[]
  readonly claims: readonly number[]
}

/** @throws {OpineError} `OUTPUT_OUT_OF_RANGE` */
export function headerOf(program: Program): Header {
  const outputs = program.outputs.map((index) => {
    const kernel = program.kernels[index]
    if (!kernel) throw new OpineError('OUTPUT_OUT_OF_RANGE', `output kernel ${index} does not exist`, { kernel: index })
    return { kernel: index, type: kernel.storeType, count: product(kernel.shape) }
  })
  const { inputs, claims } = program
  return { inputs, constants: program.constants.length, kernels: program.kernels.length, outputs, claims }
}

/** The header's bytes, SPEC section 3. @throws {OpineError} `OUTPUT_OUT_OF_RANGE`, `NUMBER_OUT_OF_RANGE` */
export function encodeHeader(program: Program): Uint8Array {
  const out = new ByteWriter()
  writeHeader(out, headerOf(program))
  return out.finish()
}

/** @throws {OpineError} `NUMBER_OUT_OF_RANGE` */
export function writeHeader(out: ByteWriter, header: Header): void {
  out.u32(PROGRAM_VERSION, 'version')
  out.u32(1, 'iterations')
  out.u32(header.inputs.length, 'number of inputs')
  out.u32(header.constants, 'number of constants')
  out.u32(header.kernels, 'number of kernels')
  out.u32(header.outputs.length, 'number of outputs')
  for (const { type, count } of header.inputs) {
    out.u32(STORE_TYPES.indexOf(type), 'type of an input')
    out.u32(count, 'elements of an input')
  }
  for (const { kernel, type, count } of header.outputs) {
    out.u32(kernel, 'kernel of an output')
    out.u32(STORE_TYPES.indexOf(type), 'type of an output')
    out.u32(count, 'elements of an output')
  }
  out.u32(header.claims.length, 'number of claims')
  for (const kernel of header.claims) out.u32(kernel, 'kernel of a claim')
}

/**
 * Inverse of `encodeHeader`. Total, and checks every rule of SPEC section 3 that the header alone decides; whether outputs and claims
 * are the right kernels is decided with the program, by `validateProgram`.
 * @throws {OpineError} `HEADER_BYTES`
 */
export function decodeHeader(bytes: Uint8Array): Header {
  const reader = new ByteReader(bytes, 'HEADER_BYTES')
  const header = readHeader(reader)
  reader.end()
  return header
}

/** Reads a header that may be followed by more. */
export function readHeader(reader: ByteReader): Header {
  const number = (what: string, low: number, high: number): number => {
    const value = reader.u32(what)
    if (value < low || value > high) throw reader.refuse(what, value)
    return value
  }
  const storeType = (what: string, last: number): StoreType => STORE_TYPES[number(what, 0, last)] ?? 'f32'
  number('version', PROGRAM_VERSION, PROGRAM_VERSION)
  number('iterations', 1, 1)
  const inputCount = number('number of inputs', 1, MAX_INPUTS)
  const constants = number('number of constants', 0, MAX_CONSTANTS)
  const kernels = number('number of kernels', 1, MAX_KERNELS)
  const outputCount = number('number of outputs', 1, MAX_OUTPUTS)
  const inputs = reader.list(inputCount, () => ({
    type: storeType('type of an input', 4),
    count: number('elements of an input', 1, MAX_COUNT),
  }))
  const outputs = reader.list(outputCount, () => ({
    kernel: number('kernel of an output', 0, kernels - 1),
    type: storeType('type of an output', 3),
    count: number('elements of an output', 1, MAX_COUNT),
  }))
  const claimCount = number('number of claims', 0, MAX_CLAIMS)
  let next = 0
  const claims = reader.list(claimCount, () => {
    const kernel = number('kernel of a claim, in ascending order,', next, kernels - 1)
    next = kernel + 1
    return kernel
  })
  const distinct = new Set(outputs.map((output) => output.kernel))
  if (distinct.size !== outputs.length) throw reader.refuse('a kernel that is two outputs', '')
  for (const claim of claims) if (distinct.has(claim)) throw reader.refuse('a claim that is an output, kernel', claim)
  return { inputs, constants, kernels, outputs, claims }
}
