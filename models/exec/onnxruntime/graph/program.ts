import { bufferOf, type Program, product, type StoreType } from '../../../ir/types.ts'
import type { ElementType } from '../../../onnx/types.ts'
import { bufferSpec } from '../../reference/kernel.ts'
import { constantFact, type Fact, isExact, storedFact } from './facts.ts'
import { emitIntegers } from './integers.ts'
import { emitKernel } from './kernel.ts'
import { type GraphProbe, POSITIONS, probesOf } from './probes.ts'
import type { Operand } from './scope.ts'
import { flatten, flatValue, rounded, type Value } from './value.ts'
import { GraphWriter, type Ref } from './writer.ts'

/** A session's input or output and the buffer that it is. */
export type GraphPort = { readonly name: string; readonly buffer: number }
/** @property looks  the one input that takes positions, and the output that gives the elements there; null without probes */
export type ProgramGraph = {
  readonly model: Uint8Array
  readonly inputs: readonly GraphPort[]
  readonly outputs: readonly GraphPort[]
  readonly probes: readonly GraphProbe[]
  readonly looks: { readonly input: string; readonly output: string } | null
  /** Of every tensor, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
}

/**
 * @property range   what is known of a buffer's elements beyond their type
 * @property direct  whether convolutions may be written as such, see `Provider`
 * @property parts   that a node may cut off a list
 */
export type GraphSettings = { readonly range: (buffer: number) => Fact | undefined; readonly direct: boolean; readonly parts: number }

/** Nodes for kernels in ascending order, all of which read constants, each other, and `inputs`. */
export class ProgramGraphWriter {
  readonly #writer = new GraphWriter()
  readonly #program: Program
  readonly #settings: GraphSettings
  readonly #operands = new Map<number, Operand>()
  readonly #inputs: GraphPort[] = []
  readonly #facts = new Map<number, Fact>()

  constructor(program: Program, settings: GraphSettings) {
    this.#program = program
    this.#settings = settings
  }

  /** @param exactIntegers  see `Scope` @param later  see `Operands` @throws {OpineError} `NO_ONNX_FORM`; nothing of the kernel is kept then */
  add(kernel: number, exactIntegers: boolean, later = false): void {
    const descriptor = this.#program.kernels[kernel]!
    const { storeType, shape } = descriptor
    const [buffer, count] = [bufferOf(this.#program, kernel), product(shape)]
    const integers = exactIntegers ? null : emitIntegers(this.#writer, descriptor, (own) => this.#operand(own))
    if (integers && !isExact(this.#fact(buffer))) {
      const value = { ref: this.#writer.cast(integers.ref, 'f32'), axes: integers.axes }
      this.#operands.set(buffer, { type: storeType, count, value, integers })
      return
    }
    const value = emitKernel(this.#writer, this.#program, kernel, {
      operand: (buffer) => this.#operand(buffer),
      fact: (buffer) => this.#fact(buffer),
      direct: this.#settings.direct,
      exactIntegers,
      later,
    })
    // Whoever reads it, as a whole too, finds a form.
    flatten(this.#writer, value, count)
    this.#operands.set(buffer, { type: storeType, count, value })
  }

  /** Whether a kernel's elements are only told apart as integers: such can be fetched, but not looked at one by one. */
  isWide(kernel: number): boolean {
    return this.#operands.get(bufferOf(this.#program, kernel))?.integers !== undefined
  }

  /**
   * The model whose outputs are the buffers of these kernels, each as its elements in order, and what `probed` asks for.
   * @param probed  how many elements of which kernels' buffers
   */
  finish(kernels: readonly number[], probed: ReadonlyMap<number, number>): ProgramGraph {
    const refs = kernels.map((kernel) => this.#output(kernel))
    const outputs = kernels.map((kernel, index) => ({ name: refs[index]!.name, buffer: bufferOf(this.#program, kernel) }))
    const asked = [...probed].flatMap(([kernel, count]) => {
      const value = this.#value(kernel)
      return value ? [{ kernel, count, value }] : []
    })
    const { probes, found } = probesOf(
      this.#writer,
      asked,
      [...probed.keys(), ...kernels].flatMap((kernel) => this.#value(kernel) ?? []),
      this.#settings.parts,
    )
    const model = this.#writer.finish('program', found ? [...refs, found] : refs)
    const looks = found && { input: POSITIONS, output: found.name }
    return { model, inputs: this.#inputs, outputs, probes, looks, shapes: this.#writer.shapes() }
  }

  #value(kernel: number): Value | undefined {
    return this.#operands.get(bufferOf(this.#program, kernel))?.value
  }

  #fact(buffer: number): Fact {
    const program = this.#program
    const constant = program.constants[buffer - program.inputs.length]
    if (!constant) return this.#settings.range(buffer) ?? storedFact(bufferSpec(program, buffer).type)
    const known = this.#facts.get(buffer) ?? constantFact(constant)
    this.#facts.set(buffer, known)
    return known
  }

  #operand(buffer: number): Operand {
    const known = this.#operands.get(buffer)
    if (known) return known
    const { type, count } = bufferSpec(this.#program, buffer)
    const constant = this.#program.constants[buffer - this.#program.inputs.length]
    const operand: Operand = constant ? { type, count, bytes: constant.bytes } : this.#input(buffer, type, count)
    this.#operands.set(buffer, operand)
    return operand
  }

  #input(buffer: number, type: StoreType, count: number): Operand {
    const name = `b${buffer}`
    this.#inputs.push({ name, buffer })
    const ref = this.#writer.input(name, INPUT[type], [count])
    return { type, count, value: flatValue(this.#writer.cast(ref, 'f32')), ...(type === 'i32' && { integers: flatValue(ref) }) }
  }

  #output(kernel: number): Ref {
    const { storeType, shape } = this.#program.kernels[kernel]!
    const flat = flatten(
      this.#writer,
      this.#operands.get(bufferOf(this.#program, kernel))?.integers ?? rounded(this.#writer, this.#value(kernel)!),
      product(shape),
    )
    // In whatever shape: who fetches it takes the elements as they lie, and what is only put into another shape on the way out is copied.
    const made = this.#writer.made(flat)
    const own = made?.op === 'Reshape' ? made.inputs[0]! : flat
    // An output is a node of its own, whatever other name its elements have.
    return this.#writer.node('Identity', [this.#writer.cast(own, OUTPUT[storeType])], own.shape, {}, OUTPUT[storeType])
  }
}

/** Halves are widened before they are given to a session. */
const INPUT: Readonly<Record<StoreType, ElementType>> = { f32: 'f32', i32: 'i32', i8: 'i8', u8: 'u8', f16: 'f32' }
const OUTPUT = INPUT
