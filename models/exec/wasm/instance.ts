import { bufferOf, type Program, type StoreType } from '../../ir/types.ts'
import { bitsOf, fromHalf } from '../../numerics/bits.ts'
import { bufferSpec } from '../reference/kernel.ts'
import type { Call, CompiledProgram } from './compile.ts'
import { functionsOf, type Memory, memoryOf } from './engine.ts'
import { type Keep, type Layout, layOut } from './layout.ts'

type TileFunction = (begin: number, end: number, output: number, ...operands: readonly number[]) => void

/** A compiled program with its memory, constants laid out: it runs again and again. Not for two runs at a time. */
export class Instance {
  readonly #program: Program
  readonly #compiled: CompiledProgram
  readonly #layout: Layout
  readonly #memory: Memory
  readonly #functions: readonly TileFunction[]
  readonly #calls: readonly (readonly (() => void)[])[]

  /**
   * @throws {OpineError} `WASM_MEMORY`
   */
  constructor(program: Program, compiled: CompiledProgram, keep: Keep) {
    this.#program = program
    this.#compiled = compiled
    this.#layout = layOut(program, compiled, keep)
    this.#memory = memoryOf(this.#layout.bytes)
    const exports = functionsOf(compiled.module, this.#memory)
    this.#functions = Object.keys(exports).map((_, fn) => exports[fn] as TileFunction)
    this.#setUp()
    this.#calls = compiled.kernels.map((calls) => calls.map((call) => this.#bind(call)))
  }

  /** Bytes of memory that the program takes, constants included. */
  get bytes(): number {
    return this.#layout.bytes
  }

  /** Computes all kernels. @param inputs  of the right lengths */
  run(inputs: readonly Uint8Array[], onKernel?: (kernel: number) => void): void {
    inputs.forEach((bytes, input) => {
      this.#write(input, this.#program.inputs[input]!.type, bytes)
    })
    this.#calls.forEach((calls, kernel) => {
      for (const call of calls) call()
      onKernel?.(kernel)
    })
  }

  /** A copy of a kernel's buffer, if that is kept. */
  read(kernel: number): Uint8Array {
    const slot = bufferOf(this.#program, kernel)
    const address = this.#layout.addresses[slot]!
    return new Uint8Array(this.#memory.buffer).slice(address, address + this.#compiled.slots[slot]!)
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
