import { bufferOf, type Program, product } from '../../ir/types.ts'
import { bufferSpec } from '../reference/kernel.ts'
import { emitNest, type NestFunction } from './emit-nest.ts'
import { type Module, moduleOf } from './engine.ts'
import { operationsOf } from './graph.ts'
import { encodeModule } from './module.ts'
import { memorySize, memoryType, type Nest } from './nest.ts'
import { type OwnedStage, planKernel, type TiledNest, tiled } from './plan-kernel.ts'
import { type Engine, engineHere } from './width.ts'

/** A call of function `fn`: where it writes and what it reads, as slots. @property work  about how many scalar operations it is */
export type Call = {
  readonly fn: number
  readonly tiles: number
  readonly output: number
  readonly operands: readonly number[]
  readonly work: number
}

/**
 * A program as WebAssembly, before it has a memory. Slots are the program's buffers by number, then the temporaries.
 * @property slots   bytes of each slot
 * @property setUp   calls that lay out constants, once
 * @property kernels the calls of each kernel: copies first, then those that write its buffer
 */
export type CompiledProgram = {
  readonly module: Module
  readonly slots: readonly number[]
  readonly setUp: readonly Call[]
  readonly kernels: readonly (readonly Call[])[]
}

class Compiler {
  readonly #program: Program
  readonly #engine: Engine = engineHere()
  readonly #functions: NestFunction[] = []
  readonly #known = new Map<string, number>()
  readonly #packed = new Map<string, number>()
  readonly slots: number[]
  readonly setUp: Call[] = []

  constructor(program: Program) {
    this.#program = program
    const buffers = bufferOf(program, program.kernels.length)
    this.slots = Array.from({ length: buffers }, (_, buffer) => {
      const { type, count } = bufferSpec(program, buffer)
      return count * memorySize(memoryType(type))
    })
  }

  kernel(index: number): Call[] {
    const { pieces, stages } = planKernel(this.#program, index, this.#engine.width)
    const calls: Call[] = []
    const temporaries = stages.map((stage) => this.#stage(stage, calls))
    for (const piece of pieces) calls.push(this.#call(piece, bufferOf(this.#program, index), temporaries))
    return calls
  }

  /** The slot of a copy; of constants, one copy serves all kernels that want the same. */
  #stage(stage: OwnedStage, calls: Call[]): number {
    const { inputs, constants } = this.#program
    const constant = stage.origin >= inputs.length && stage.origin < inputs.length + constants.length
    const key = JSON.stringify(stage.copies)
    const known = constant ? this.#packed.get(key) : undefined
    if (known !== undefined) return known
    const slot = this.slots.push(stage.elements * memorySize(stage.source.type)) - 1
    if (constant) this.#packed.set(key, slot)
    for (const piece of stage.copies.flatMap((copy) => tiled(copy, this.#engine.width)))
      (constant ? this.setUp : calls).push(this.#call(piece, slot, []))
    return slot
  }

  #call({ nest, choice }: TiledNest, output: number, temporaries: readonly number[]): Call {
    // Kernels that differ in their operands alone share a function.
    const operands = [...new Set(nest.loads.map(({ operand }) => operand))]
    const renamed = { ...nest, loads: nest.loads.map((load) => ({ ...load, operand: operands.indexOf(load.operand) })) }
    const key = JSON.stringify([renamed, choice])
    let fn = this.#known.get(key)
    if (fn === undefined) {
      fn = this.#functions.push(emitNest(renamed, choice, this.#engine.width)) - 1
      this.#known.set(key, fn)
    }
    const { tiles, operands: read } = this.#functions[fn]!
    const slotOf = (operand: number): number => (operand < 0 ? temporaries[-1 - operand]! : operand)
    return { fn, tiles, output, operands: read.map((operand) => slotOf(operands[operand]!)), work: workOf(nest) }
  }

  module(shared: boolean): Module {
    return this.#engine.compiling(() => moduleOf(encodeModule(this.#functions, shared)))
  }
}

/** A copy is a load and a store, which wait for memory. */
const LEAST = 4

const workOf = ({ extents, term, result }: Nest): number => product(extents) * Math.max(LEAST, operationsOf(term ?? result).length)

/**
 * Compiles every kernel of a valid program to a WebAssembly function with SIMD; kernels that are alike share one.
 * @param shared  whether threads share the memory
 * @throws {OpineError} `LOAD_OUT_OF_BUFFER` for an invalid program, which would read outside its buffers
 */
export function compileProgram(program: Program, shared = false): CompiledProgram {
  const compiler = new Compiler(program)
  const kernels = program.kernels.map((_, kernel) => compiler.kernel(kernel))
  const { slots, setUp } = compiler
  return { module: compiler.module(shared), slots, setUp, kernels }
}
