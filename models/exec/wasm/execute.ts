import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Program } from '../../ir/types.ts'
import { checkInputs, execute as reference } from '../reference/execute.ts'
import { type CompiledProgram, compileProgram } from './compile.ts'
import { Instance } from './instance.ts'

type Prepared = { readonly compiled: CompiledProgram; trace?: Instance; outputs?: Instance }

/** As long as somebody holds the program, it is compiled once. */
const prepared = new WeakMap<Program, Prepared>()

/**
 * The program compiled, its constants laid out, in a memory of its own: what the first run does, here beforehand.
 * @param keep  for traces, or for outputs alone
 * @throws {OpineError} `WASM_MEMORY`, `LOAD_OUT_OF_BUFFER`
 */
export function prepare(program: Program, keep: boolean): Instance {
  let known = prepared.get(program)
  if (!known) {
    known = { compiled: compileProgram(program) }
    prepared.set(program, known)
  }
  const key = keep ? 'trace' : 'outputs'
  known[key] ??= new Instance(program, known.compiled, keep)
  return known[key]
}

/** Null where WebAssembly's memory is too small for the program. */
function instanceFor(program: Program, keep: boolean): Instance | null {
  try {
    return prepare(program, keep)
  } catch (error) {
    if (error instanceof OpineError && error.code === 'WASM_MEMORY') return null
    throw error
  }
}

/**
 * The same bits as `reference` for every valid program, at the machine's speed. A program that needs more than 4 GiB runs by `reference`.
 * @param inputs    one raw little-endian buffer an input, without padding
 * @param onKernel  told of every kernel when it is done
 * @returns         one raw little-endian buffer a kernel
 * @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH`; `LOAD_OUT_OF_BUFFER` for an invalid program
 */
export function execute(
  program: Program,
  inputs: readonly Uint8Array[],
  onKernel: (kernel: number, bytes: Uint8Array) => void = () => {},
): Uint8Array[] {
  checkInputs(program, inputs)
  const instance = instanceFor(program, true)
  if (!instance) return reference(program, inputs, onKernel)
  const buffers: Uint8Array[] = []
  instance.run(inputs, (kernel) => {
    buffers.push(instance.read(kernel))
    onKernel(kernel, buffers[kernel]!)
  })
  return buffers
}

/**
 * The outputs alone, in the program's order: buffers share memory as soon as nobody reads them any more.
 * @throws {OpineError} as `execute`
 */
export function executeOutputs(program: Program, inputs: readonly Uint8Array[]): Uint8Array[] {
  checkInputs(program, inputs)
  const instance = instanceFor(program, false)
  if (!instance) {
    const buffers = reference(program, inputs)
    return program.outputs.map((kernel) => buffers[kernel]!)
  }
  instance.run(inputs)
  return program.outputs.map((kernel) => instance.read(kernel))
}
