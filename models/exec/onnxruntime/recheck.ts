import { OpineError } from '@opine/dispute-game/errors.ts'
import { Random } from '../../ir/random.ts'
import { bufferOf, type Program, product, scalarOf } from '../../ir/types.ts'
import { compileLoads, type Source } from '../reference/address.ts'
import { bitsOfScalar, laneOf, readerOf, readLane, scalarOfBits } from '../reference/buffer.ts'
import { compileExpression, type Scope } from '../reference/expression.ts'
import { compileFold, setCoordinates } from '../reference/fold.ts'
import { bufferSpec } from '../reference/kernel.ts'

/** Elements of a kernel that are looked at. */
const SAMPLES = 2
/** Most terms that one look may take, where it leads through interiors of which there is no buffer. */
const MOST_TERMS = 200_000

/** A kernel's element as the reference has it, from the buffers that there are, and else from the elements that those are made of. */
class Recomputation {
  readonly #program: Program
  readonly #read: (buffer: number) => Uint8Array | null
  readonly #known = new Map<number, Map<number, number>>()
  terms = 0

  constructor(program: Program, read: (buffer: number) => Uint8Array | null) {
    this.#program = program
    this.#read = read
  }

  /** @returns the lane as stored, zero-extended to 32 bits @throws {OpineError} `RECHECK_LONG` */
  lane(index: number, element: number): number {
    const kernel = this.#program.kernels[index]!
    const variables = new Int32Array(kernel.shape.length + (kernel.reduce?.extents.length ?? 0))
    const sources = kernel.loads.map(({ buffer, fill }): Source => {
      const { type, count } = bufferSpec(this.#program, buffer)
      const bytes = this.#read(buffer)
      const read = bytes ? readerOf(type, bytes) : (at: number) => this.#element(buffer, at)
      return { read, count, fill: scalarOfBits(scalarOf(type), fill) }
    })
    const scope: Scope = { loads: compileLoads(kernel.loads, sources, variables), variables, fold: { value: 0 } }
    const result = compileExpression(kernel.result, scope)
    setCoordinates(variables, 0, kernel.shape, element)
    if (kernel.reduce) {
      this.#count(product(kernel.reduce.extents))
      const fold = compileFold(kernel, kernel.reduce, compileExpression(kernel.term, scope), variables)
      scope.fold.value = fold.identity
      for (let block = 0; block < fold.blocks; block++) scope.fold.value = fold.combine(scope.fold.value, fold.block(block))
    } else this.#count(1)
    return laneOf(kernel.storeType, bitsOfScalar(kernel.resultType, result()))
  }

  #count(terms: number): void {
    this.terms += terms
    if (this.terms > MOST_TERMS) throw new OpineError('RECHECK_LONG', 'the element depends on too many interiors to be recomputed alone')
  }

  #element(buffer: number, at: number): number {
    const index = buffer - bufferOf(this.#program, 0)
    const { type } = bufferSpec(this.#program, buffer)
    const own = this.#known.get(index) ?? new Map<number, number>()
    this.#known.set(index, own)
    let lane = own.get(at)
    if (lane === undefined) {
      lane = this.lane(index, at)
      own.set(at, lane)
    }
    if (type === 'f32' || type === 'i32') return scalarOfBits(type, lane)
    return type === 'i8' ? (lane << 24) >> 24 : lane
  }
}

/**
 * Recomputes drawn elements of every kernel of which there is a buffer, each from the run's own buffers; what was not kept on the way is recomputed with them.
 * @param seed  which elements
 * @returns     how many were compared
 * @throws {OpineError} `PROVIDER_WRONG` at the first that differs: names the provider, kernel, element and both lanes
 */
export function recheck(
  program: Program,
  inputs: readonly Uint8Array[],
  buffers: readonly (Uint8Array | null)[],
  { provider, seed }: { readonly provider: string; readonly seed: number },
): number {
  const random = new Random(seed)
  const first = bufferOf(program, 0)
  const read = (buffer: number): Uint8Array | null =>
    inputs[buffer] ?? program.constants[buffer - program.inputs.length]?.bytes ?? buffers[buffer - first] ?? null
  let compared = 0
  program.kernels.forEach(({ shape, storeType }, kernel) => {
    const bytes = buffers[kernel]
    if (!bytes) return
    const work = new Recomputation(program, read)
    for (let sample = 0; sample < SAMPLES; sample++) {
      const element = random.below(product(shape))
      const expected = laneOrNull(work, kernel, element)
      if (expected === null) return
      compared++
      const found = readLane(storeType, bytes, element)
      if (found === expected) continue
      const shown = (lane: number): string => `0x${lane.toString(16).padStart(8, '0')}`
      const message = `the execution provider "${provider}" computes wrong: element ${element} of kernel ${kernel} is ${shown(found)}, the reference has ${shown(expected)}; it is not used any more`
      throw new OpineError('PROVIDER_WRONG', message, { provider, kernel, element, found, expected })
    }
  })
  return compared
}

function laneOrNull(work: Recomputation, kernel: number, element: number): number | null {
  try {
    work.terms = 0
    return work.lane(kernel, element)
  } catch (error) {
    if (error instanceof OpineError && error.code === 'RECHECK_LONG') return null
    throw error
  }
}
