import { OpineError } from '@opine/dispute-game/errors.ts'
import type { Program } from '../../ir/types.ts'
import { type Commitment, commitmentOfBuffers, packRoots } from '../../trace/commitment.ts'
import { checkInputs, execute as reference } from '../reference/execute.ts'
import { type CompiledProgram, compileProgram } from './compile.ts'
import { Instance } from './instance.ts'
import { isKept, type Keep } from './layout.ts'
import type { Team } from './threads/team.ts'

type Prepared = { readonly compiled: CompiledProgram; readonly instances: { [keep in Keep]?: Instance } }

/** Runs programs by WebAssembly, in this thread alone or by a team of threads: the bits are the same. */
export class WasmExecutor {
  readonly #team: Team | null
  /** As long as somebody holds the program, it is compiled once. */
  readonly #prepared = new WeakMap<Program, Prepared>()

  constructor(team: Team | null) {
    this.#team = team
  }

  /**
   * The program compiled, its constants laid out, in a memory of its own: what the first run does, here beforehand.
   * @throws {OpineError} `WASM_MEMORY`, `LOAD_OUT_OF_BUFFER`
   */
  prepare(program: Program, keep: Keep): Instance {
    let known = this.#prepared.get(program)
    if (!known) {
      known = { compiled: compileProgram(program, this.#team !== null), instances: {} }
      this.#prepared.set(program, known)
    }
    let instance = known.instances[keep]
    if (!instance || instance.broken) {
      instance = new Instance(program, known.compiled, keep, this.#team)
      known.instances[keep] = instance
    }
    return instance
  }

  /**
   * The same bits as `reference` for every valid program, at the machine's speed. A program that needs more than 4 GiB runs by `reference`.
   * @param inputs    one raw little-endian buffer an input, without padding
   * @param onKernel  told of every kernel when it is done
   * @returns         one raw little-endian buffer a kernel
   * @throws {OpineError} `INPUT_COUNT`, `INPUT_LENGTH`; `LOAD_OUT_OF_BUFFER` for an invalid program; with a team `WASM_THREAD_FAILED`,
   *                      `WASM_THREAD_LOST`, `WASM_TEAM_CLOSED`
   */
  readonly execute = (
    program: Program,
    inputs: readonly Uint8Array[],
    onKernel: (kernel: number, bytes: Uint8Array) => void = () => {},
  ): Uint8Array[] => {
    checkInputs(program, inputs)
    // Each buffer is copied when its kernel is done, and its place is taken again: the memory of a trace is that of its copies.
    const instance = this.#instanceFor(program, 'committed')
    if (!instance) return reference(program, inputs, onKernel)
    const buffers: Uint8Array[] = []
    instance.run(inputs, (kernel) => {
      buffers.push(instance.read(kernel))
      onKernel(kernel, buffers[kernel]!)
    })
    return buffers
  }

  /**
   * What an assertion commits to: the buffers of the committed kernels, null for the interiors, which a dispute alone needs.
   * @throws {OpineError} as `execute`
   */
  readonly executeCommitted = (program: Program, inputs: readonly Uint8Array[]): (Uint8Array | null)[] =>
    this.#kept(program, inputs, 'committed')

  /** The outputs alone, in the program's order. @throws {OpineError} as `execute` */
  readonly executeOutputs = (program: Program, inputs: readonly Uint8Array[]): Uint8Array[] => {
    const buffers = this.#kept(program, inputs, 'outputs')
    return program.outputs.map((kernel) => buffers[kernel]!)
  }

  /**
   * What an answer takes: outputs, and roots of what is committed, which a team hashes while later kernels are computed. Of other buffers no copy is
   * made.
   * @throws {OpineError} as `execute`
   */
  readonly commit = (program: Program, inputs: readonly Uint8Array[]): Commitment => {
    checkInputs(program, inputs)
    const instance = this.#instanceFor(program, 'committed')
    if (!instance) return commitmentOfBuffers(program, reference(program, inputs))
    const roots = packRoots(instance.runHashed(inputs))
    return { program, outputs: program.outputs.map((kernel) => instance.read(kernel)), roots }
  }

  /** Forgets a program before nobody holds it any more. */
  release(program: Program): void {
    for (const instance of Object.values(this.#prepared.get(program)?.instances ?? {})) instance.release()
    this.#prepared.delete(program)
  }

  /** Ends the team's helpers. */
  async close(): Promise<void> {
    await this.#team?.close()
  }

  /** The kept buffers of one run by kernel, null for the others. */
  #kept(program: Program, inputs: readonly Uint8Array[], keep: Keep): (Uint8Array | null)[] {
    checkInputs(program, inputs)
    const instance = this.#instanceFor(program, keep)
    if (!instance) return reference(program, inputs).map((bytes, kernel) => (isKept(program, kernel, keep) ? bytes : null))
    instance.run(inputs)
    return program.kernels.map((_, kernel) => (isKept(program, kernel, keep) ? instance.read(kernel) : null))
  }

  /** Null where WebAssembly's memory is too small for the program. */
  #instanceFor(program: Program, keep: Keep): Instance | null {
    try {
      return this.prepare(program, keep)
    } catch (error) {
      if (error instanceof OpineError && error.code === 'WASM_MEMORY') return null
      throw error
    }
  }
}
