import { OpineError } from '@opine/dispute-game/errors.ts'
import { Random } from '../../ir/random.ts'
import { bufferOf, type Expression, indicesOf, type Kernel, type Program, product, scalarOf, termCount } from '../../ir/types.ts'
import { compileLoads, type Source } from '../reference/address.ts'
import { bitsOfScalar, laneOf, type Reader, readerOf, readLane, scalarOfBits } from '../reference/buffer.ts'
import { compileExpression, type Scope } from '../reference/expression.ts'
import { compileFold, setCoordinates } from '../reference/fold.ts'
import { bufferSpec } from '../reference/kernel.ts'

/** Elements of a kernel that are looked at, and of one whose folds are longer than `LONG` terms. */
const [SAMPLES, FEW, LONG] = [2, 1, 1024] as const

/** What a session is asked to give beside its outputs: elements of a kernel's buffer. */
export type Probes = ReadonlyMap<number, Int32Array>
export type Probed = ReadonlyMap<number, Float32Array>

/** @property element  evaluates one as the reference does, reading by `#read` */
type Compiled = { readonly kernel: number; readonly count: number; readonly samples: number; readonly element: (element: number) => number }

/**
 * Recomputes drawn elements of every kernel by the reference's own expressions, from the values that the run itself has: from its buffers where they
 * are fetched, else from single elements that the session hands out.
 */
export class Prober {
  readonly #program: Program
  readonly #kept: (buffer: number) => boolean
  readonly #compiled: readonly Compiled[]
  /** Most elements of each kernel's buffer that a look takes. */
  readonly counts = new Map<number, number>()
  #elements: number[] = []
  /** How an element of a buffer is read now: noted down first, then looked up in the same order. */
  #read: (buffer: number, address: number) => number = () => 0

  /** @param kernels  that are looked at @param kept  whether the whole of a buffer is at hand after a run */
  constructor(program: Program, kernels: readonly number[], kept: (buffer: number) => boolean) {
    this.#program = program
    this.#kept = kept
    this.#compiled = kernels.map((kernel) => this.#compile(kernel))
    for (const kernel of kernels) this.#count(kernel)
  }

  /** Draws elements. @returns addresses whose values the session shall give, padded with zeros */
  draw(seed: number): Probes {
    const random = new Random(seed)
    const first = bufferOf(this.#program, 0)
    const noted = new Map([...this.counts.keys()].map((kernel): [number, number[]] => [kernel, []]))
    const note = (buffer: number, address: number): number => {
      noted.get(buffer - first)?.push(address)
      return 0
    }
    this.#read = note
    this.#elements = []
    for (const { kernel, count, samples, element } of this.#compiled) {
      for (let sample = 0; sample < samples; sample++) {
        const chosen = random.below(count)
        this.#elements.push(chosen)
        note(first + kernel, chosen)
        element(chosen)
      }
    }
    const padded = (kernel: number, addresses: readonly number[]): Int32Array => {
      const all = new Int32Array(this.counts.get(kernel)!)
      all.set(addresses)
      return all
    }
    return new Map([...noted].map(([kernel, addresses]) => [kernel, padded(kernel, addresses)]))
  }

  /**
   * Compares what was drawn last.
   * @throws {OpineError} `PROVIDER_WRONG` at the first element that differs: names the provider, kernel, element and both lanes
   */
  verify(provider: string, inputs: readonly Uint8Array[], buffers: readonly (Uint8Array | null)[], probed: Probed): void {
    const first = bufferOf(this.#program, 0)
    const readers = new Map<number, Reader>()
    const cursors = new Map<number, number>()
    this.#read = (buffer, address) => {
      const values = probed.get(buffer - first)
      if (values) {
        const at = cursors.get(buffer) ?? 0
        cursors.set(buffer, at + 1)
        // Zeros are stored without a sign.
        return values[at]! + 0
      }
      let reader = readers.get(buffer)
      if (!reader) {
        reader = readerOf(bufferSpec(this.#program, buffer).type, (inputs[buffer] ?? buffers[buffer - first])!)
        readers.set(buffer, reader)
      }
      return reader(address)
    }
    let drawn = 0
    for (const { kernel, samples, element } of this.#compiled) {
      const { storeType, resultType } = this.#program.kernels[kernel]!
      for (let sample = 0; sample < samples; sample++) {
        const chosen = this.#elements[drawn++]!
        const own = this.#kept(first + kernel) ? null : laneOf(storeType, bitsOfScalar(resultType, this.#read(first + kernel, chosen)))
        const found = own ?? readLane(storeType, buffers[kernel]!, chosen)
        const expected = laneOf(storeType, bitsOfScalar(resultType, element(chosen)))
        if (found !== expected) throw wrong(provider, kernel, chosen, found, expected)
      }
    }
  }

  #compile(kernel: number): Compiled {
    const descriptor = this.#program.kernels[kernel]!
    const { loads, shape, reduce, result, term } = descriptor
    const variables = new Int32Array(shape.length + (reduce?.extents.length ?? 0))
    const sources = loads.map(({ buffer, fill }): Source => {
      const { type, count } = bufferSpec(this.#program, buffer)
      const constant = this.#program.constants[buffer - this.#program.inputs.length]
      const read = constant ? readerOf(type, constant.bytes) : (address: number) => this.#read(buffer, address)
      return { read, count, fill: scalarOfBits(scalarOf(type), fill) }
    })
    const scope: Scope = { loads: compileLoads(loads, sources, variables), variables, fold: { value: 0 } }
    const evaluate = compileExpression(result, scope)
    const fold = reduce && compileFold(descriptor, reduce, compileExpression(term, scope), variables)
    const element = (index: number): number => {
      setCoordinates(variables, 0, shape, index)
      let total = fold?.identity ?? 0
      for (let block = 0; fold && block < fold.blocks; block++) total = fold.combine(total, fold.block(block))
      scope.fold.value = total
      return evaluate()
    }
    return { kernel, count: product(shape), samples: samplesOf(descriptor), element }
  }

  /** What a look at a kernel reads at most: itself, and each of its loads as often as its code names it. */
  #count(kernel: number): void {
    const descriptor = this.#program.kernels[kernel]!
    const first = bufferOf(this.#program, 0)
    this.#need(first + kernel, samplesOf(descriptor))
    for (const [load, { buffer }] of descriptor.loads.entries()) this.#need(buffer, samplesOf(descriptor) * readsOf(descriptor, load))
  }

  #need(buffer: number, reads: number): void {
    const kernel = buffer - bufferOf(this.#program, 0)
    if (kernel >= 0 && !this.#kept(buffer)) this.counts.set(kernel, (this.counts.get(kernel) ?? 0) + reads)
  }
}

const samplesOf = (kernel: Kernel): number => (termCount(kernel) > LONG ? FEW : SAMPLES)

function readsOf(kernel: Kernel, load: number): number {
  // What is an index is read with each load that it is of.
  const looks = (number: number): number =>
    (number === load ? 1 : 0) + indicesOf(kernel.loads[number]!).reduce((sum, index) => sum + looks(index), 0)
  const named = (code: Expression): number => code.reduce((sum, { op, arg }) => sum + (op === 'load' ? looks(arg!) : 0), 0)
  return named(kernel.result) + named(kernel.term) * termCount(kernel)
}

function wrong(provider: string, kernel: number, element: number, found: number, expected: number): OpineError {
  const shown = (lane: number): string => `0x${lane.toString(16).padStart(8, '0')}`
  const message = `the execution provider "${provider}" computes wrong: element ${element} of kernel ${kernel} is ${shown(found)}, the reference has ${shown(expected)}; it is not used any more`
  return new OpineError('PROVIDER_WRONG', message, { provider, kernel, element, found, expected })
}
