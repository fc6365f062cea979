import { OpineError } from '@opine/dispute-game/errors.ts'
import { Random } from '../../ir/random.ts'
import { bufferOf, type Program } from '../../ir/types.ts'
import { bitsOfScalar, laneOf, readerOf, readLane } from '../reference/buffer.ts'
import { setCoordinates } from '../reference/fold.ts'
import { type Gather, type Look, looksOf } from './look.ts'

/** What a session is asked to give beside its outputs: elements of a kernel's buffer. */
export type Probes = ReadonlyMap<number, Int32Array>
export type Probed = ReadonlyMap<number, Float32Array>

/**
 * One element that is looked at in every run, another one each time.
 * @property own   where its address lies among those that the session is asked for in its own buffer; null if that is at hand
 * @property from  where those that it reads lie among those of their buffers, for each gather of the look; null if at hand
 */
type Sample = {
  readonly look: Look
  readonly variables: Int32Array
  readonly own: number | null
  readonly from: readonly (number | null)[]
}

/**
 * Recomputes drawn elements of every kernel by the reference's own kernels, from the values that the run itself has: from its buffers where they
 * are fetched, else from single elements that the session hands out.
 */
export class Prober {
  readonly #program: Program
  readonly #first: number
  readonly #samples: readonly Sample[]
  /** Addresses that the last draw asked for, of each kernel's buffer. */
  readonly #asked: ReadonlyMap<number, Int32Array>
  /** Elements that were drawn last, one a sample. */
  readonly #drawn: Float64Array
  /** Addresses in a buffer that is at hand. */
  readonly #walked: Int32Array
  /** Elements of each kernel's buffer that a look takes of the session. */
  readonly counts = new Map<number, number>()

  /** @param kernels  that are looked at @param kept  whether the whole of a buffer is at hand after a run */
  constructor(program: Program, kernels: readonly number[], kept: (buffer: number) => boolean) {
    this.#program = program
    this.#first = bufferOf(program, 0)
    const asks = (buffer: number, count: number): number | null => {
      const kernel = buffer - this.#first
      if (kernel < 0 || kept(buffer)) return null
      const before = this.counts.get(kernel) ?? 0
      this.counts.set(kernel, before + count)
      return before
    }
    this.#samples = looksOf(program, kernels).flatMap((look) =>
      Array.from({ length: look.samples }, () => ({
        look,
        variables: new Int32Array(program.kernels[look.kernel]!.shape.length),
        own: asks(this.#first + look.kernel, 1),
        from: look.gathers.map(({ buffer, walk }) => asks(buffer, walk.count)),
      })),
    )
    this.#drawn = new Float64Array(this.#samples.length)
    this.#asked = new Map([...this.counts].map(([kernel, count]) => [kernel, new Int32Array(count)]))
    const walks = this.#samples.flatMap(({ look }) => look.gathers.map(({ walk }) => walk.count))
    this.#walked = new Int32Array(walks.reduce((most, count) => Math.max(most, count), 0))
  }

  /** Draws elements. @returns addresses whose values the session shall give, until the next draw */
  draw(seed: number): Probes {
    const random = new Random(seed)
    for (let index = 0; index < this.#samples.length; index++) {
      const { look, variables, own, from } = this.#samples[index]!
      const element = random.below(look.count)
      this.#drawn[index] = element
      setCoordinates(variables, 0, this.#program.kernels[look.kernel]!.shape, element)
      if (own !== null) this.#asked.get(look.kernel)![own] = element
      for (let gather = 0; gather < from.length; gather++) {
        const [{ buffer, walk }, at] = [look.gathers[gather]!, from[gather]!]
        if (at !== null) walk.addresses(variables, this.#asked.get(buffer - this.#first)!, at)
      }
    }
    return this.#asked
  }

  /**
   * Compares what was drawn last.
   * @throws {OpineError} `PROVIDER_WRONG` at the first element that differs: names the provider, kernel, element and both lanes
   */
  verify(provider: string, inputs: readonly Uint8Array[], buffers: readonly (Uint8Array | null)[], probed: Probed): void {
    const constants = this.#program.constants
    const bytesOf = (buffer: number): Uint8Array =>
      (inputs[buffer] ?? buffers[buffer - this.#first] ?? constants[buffer - this.#program.inputs.length]?.bytes)!
    for (let index = 0; index < this.#samples.length; index++) {
      const { look, variables, own, from } = this.#samples[index]!
      const { kernel, gathers } = look
      const element = this.#drawn[index]!
      for (let number = 0; number < gathers.length; number++) {
        const [gather, at] = [gathers[number]!, from[number]!]
        const asked = gather.buffer - this.#first
        if (at !== null) put(gather, probed.get(asked)!, at)
        else this.#copy(gather, variables, bytesOf(gather.buffer))
      }
      const { storeType, resultType } = this.#program.kernels[kernel]!
      // Zeros are stored without a sign.
      const given = own === null ? null : laneOf(storeType, bitsOfScalar(resultType, probed.get(kernel)![own]! + 0))
      const found = given ?? readLane(storeType, buffers[kernel]!, element)
      const expected = look.lane(element)
      if (found !== expected) throw wrong(provider, kernel, element, found, expected)
    }
  }

  #copy({ type, walk, elements }: Gather, variables: Int32Array, bytes: Uint8Array): void {
    const read = readerOf(type, bytes)
    walk.addresses(variables, this.#walked, 0)
    for (let i = 0; i < walk.count; i++) elements[i] = read(this.#walked[i]!)
  }
}

/** Values from `at` on into their places, zeros without a sign. */
function put({ walk, elements }: Gather, values: Float32Array, at: number): void {
  for (let i = 0; i < walk.count; i++) elements[i] = values[at + i]! + 0
}

function wrong(provider: string, kernel: number, element: number, found: number, expected: number): OpineError {
  const shown = (lane: number): string => `0x${lane.toString(16).padStart(8, '0')}`
  const message = `the execution provider "${provider}" computes wrong: element ${element} of kernel ${kernel} is ${shown(found)}, the reference has ${shown(expected)}; it is not used any more`
  return new OpineError('PROVIDER_WRONG', message, { provider, kernel, element, found, expected })
}
