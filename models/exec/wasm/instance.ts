import { bufferOf, type Program, type StoreType } from '../../ir/types.ts'
import { bitsOf, fromHalf } from '../../numerics/bits.ts'
import { bufferSpec } from '../reference/kernel.ts'
import type { Call, CompiledProgram } from './compile.ts'
import { functionsOf, type Memory, memoryOf } from './engine.ts'
import { type Keep, type Layout, layOut } from './layout.ts'
import { Crew } from './threads/crew.ts'
import { rootsHere } from './threads/leaves.ts'
import type { TileFunction } from './threads/share.ts'
import type { Team } from './threads/team.ts'

/** A compiled program with its memory, constants laid out: it runs again and again. Not for two runs at a time. */
export class Instance {
  readonly #program: Program
  readonly #compiled: CompiledProgram
  readonly #layout: Layout
  readonly #memory: Memory
  readonly #functions: readonly TileFunction[]
  readonly #calls: readonly (readonly (() => void)[])[]
  readonly #crew: Crew | null
  readonly #keep: Keep

  /**
   * @param compiled  for shared memory if there is a team
   * @param team      who runs it; null for this thread alone
   * @throws {OpineError} `WASM_MEMORY`, `WASM_NO_MEMORY`
   */
  constructor(program: Program, compiled: CompiledProgram, keep: Keep, team: Team | null = null) {
    this.#program = program
    this.#compiled = compiled
    this.#keep = keep
    this.#layout = layOut(program, compiled, keep)
    this.#memory = team ? team.memories.take(this.#layout.bytes) : memoryOf(this.#layout.bytes)
    const exports = functionsOf(compiled.module, this.#memory)
    this.#functions = Object.keys(exports).map((_, fn) => exports[fn] as TileFunction)
    this.#setUp()
    this.#crew = team && new Crew(team, program, compiled, { layout: this.#layout, memory: this.#memory, keep })
    this.#calls = this.#crew ? [] : compiled.kernels.map((calls) => calls.map((call) => this.#bind(call)))
  }

  /** Bytes of memory that the program takes, constants included. */
  get bytes(): number {
    return this.#layout.bytes
  }

  /** Whether a run broke off, so that there cannot be another one. */
  get broken(): boolean {
    return this.#crew?.broken ?? false
  }

  /** Lets go of the memory: there cannot be another run. */
  release(): void {
    this.#crew?.release()
  }

  /** Computes all kernels. @param inputs  of the right lengths @throws {OpineError} those of `Crew.run` */
  run(inputs: readonly Uint8Array[], onKernel: (kernel: number) => void = () => {}): void {
    this.#load(inputs)
    if (this.#crew) this.#crew.run(onKernel, false)
    else this.#runHere(onKernel)
  }

  /** Computes all kernels and the tensor roots of the committed ones, null for the others. @throws {OpineError} those of `Crew.run` */
  runHashed(inputs: readonly Uint8Array[]): (Uint8Array | null)[] {
    this.#load(inputs)
    if (this.#crew) return this.#crew.run(() => {}, true)
    const { onKernel, roots } = rootsHere(this.#program, this.#keep, (kernel) => this.#view(kernel))
    this.#runHere(onKernel)
    return roots
  }

  /** A copy of a kernel's buffer, if that is kept. */
  read(kernel: number): Uint8Array {
    return this.#view(kernel).slice()
  }

  #view(kernel: number): Uint8Array {
    const slot = bufferOf(this.#program, kernel)
    return new Uint8Array(this.#memory.buffer, this.#layout.addresses[slot]!, this.#compiled.slots[slot]!)
  }

  #load(inputs: readonly Uint8Array[]): void {
    inputs.forEach((bytes, input) => {
      this.#write(input, this.#program.inputs[input]!.type, bytes)
    })
  }

  #runHere(onKernel: (kernel: number) => void): void {
    this.#calls.forEach((calls, kernel) => {
      for (const call of calls) call()
      onKernel(kernel)
    })
  }

  /** Constants that kernels read as they are stay; the others are there only while they are laid out. */
  #setUp(): void {
    const { setUp, kernels } = this.#compiled
    const first = this.#program.inputs.length
    const written = new Set<number>()
    const write = (slot: number): void => {
      const constant = this.#program.constants[slot - first]
      if (!constant || written.has(slot)) return
      written.add(slot)
      this.#write(slot, constant.type, constant.bytes)
    }
    for (const call of setUp) {
      call.operands.forEach(write)
      this.#bind(call)()
    }
    for (const calls of kernels) for (const { operands } of calls) operands.forEach(write)
  }

  #bind({ fn, tiles, output, operands }: Call): () => void {
    const { addresses } = this.#layout
    const call = this.#functions[fn]!
    const places = operands.map((slot) => addresses[slot]!)
    return () => call(0, tiles, addresses[output]!, ...places)
  }

  #write(slot: number, type: StoreType, bytes: Uint8Array): void {
    const address = this.#layout.addresses[slot]!
    if (address === 0) return
    if (type !== 'f16') {
      new Uint8Array(this.#memory.buffer).set(bytes, address)
      return
    }
    const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const to = new DataView(this.#memory.buffer, address)
    const { count } = bufferSpec(this.#program, slot)
    for (let element = 0; element < count; element++) {
      to.setUint32(4 * element, bitsOf(fromHalf(from.getUint16(2 * element, true))), true)
    }
  }
}
