import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Program } from '../../ir/types.ts'
import { checkInputs, execute as reference } from '../reference/execute.ts'
import { type CompiledProgram, compileProgram } from './compile.ts'
import { Instance } from './instance.ts'
import { isKept, type Keep } from './layout.ts'

type Prepared = { readonly compiled: CompiledProgram; readonly instances: { [keep in Keep]?: Instance } }

/** As long as somebody holds the program, it is compiled once. */
const prepared = new WeakMap<Program, Prepared>()

/**
 * The program compiled, its constants laid out, in a memory of its own: what the first run does, here beforehand.
 * @throws {OpineError} `WASM_MEMORY`, `LOAD_OUT_OF_BUFFER`
 */
export function prepare(program: Program, keep: Keep): Instance {
  let known = prepared.get(program)
  if (!known) {
    known = { compiled: compileProgram(program), instances: {} }
    prepared.set(program, known)
  }
  known.instances[keep] ??= new Instance(program, known.compiled, keep)
  return known.instances[keep]
}

/** Null where WebAssembly's memory is too small for the program. */
function instanceFor(program: Program, keep: Keep): Instance | null {
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
  const instance = instanceFor(program, 'trace')
  if (!instance) return reference(program, inputs, onKernel)
  const buffers: Uint8Array[] = []
  instance.run(inputs, (kernel) => {
    buffers.push(instance.read(kernel))
    onKernel(kernel, buffers[kernel]!)
  })
  return buffers
}

/** The kept buffers of one run by kernel, null for the others. */
function executeKept(program: Program, inputs: readonly Uint8Array[], keep: Keep): (Uint8Array | null)[] {
  checkInputs(program, inputs)
  const instance = instanceFor(program, keep)
  if (!instance) return reference(program, inputs).map((bytes, kernel) => (isKept(program, kernel, keep) ? bytes : null))
  instance.run(inputs)
  return program.kernels.map((_, kernel) => (isKept(program, kernel, keep) ? instance.read(kernel) : null))
}

/**
 * What an assertion commits to: the buffers of the committed kernels, null for the interiors, which a dispute alone needs.
 * @throws {OpineError} as `execute`
 */
export const executeCommitted = (program: Program, inputs: readonly Uint8Array[]): (Uint8Array | null)[] =>
  executeKept(program, inputs, 'committed')

/** The outputs alone, in the program's order. @throws {OpineError} as `execute` */
export function executeOutputs(program: Program, inputs: readonly Uint8Array[]): Uint8Array[] {
  const buffers = executeKept(program, inputs, 'outputs')
  return program.outputs.map((kernel) => buffers[kernel]!)
}
