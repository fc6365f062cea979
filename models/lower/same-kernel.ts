import type { Buffer, DraftKernel, KernelBuffer } from './draft.ts'

/** Instructions up to which an element-wise kernel costs less once for each reader, in whose code it then is. */
const MAX_FUSED = 16

export const isWorthSharing = ({ reduce, result }: DraftKernel): boolean => reduce !== null || result.length > MAX_FUSED

/** Kernels by what they calculate, so that none is written twice. */
export class KnownKernels {
  readonly #outputs = new Map<string, KernelBuffer>()
  readonly #numbers = new Map<Buffer, number>()

  /** The output of a kernel that calculates the same from the same buffers; that of this one from now on, where there is none. */
  find(kernel: DraftKernel): KernelBuffer | null {
    const key = this.#keyOf(kernel)
    const known = this.#outputs.get(key)
    if (!known) this.#outputs.set(key, kernel.output)
    return known ?? null
  }

  #keyOf({ output, foldType, resultType, shape, reduce, loads, term, result }: DraftKernel): string {
    const reads = loads.map(({ buffer, ...load }) => [this.#numberOf(buffer), load])
    return JSON.stringify([output.type, foldType, resultType, shape, reduce, reads, term, result])
  }

  #numberOf(buffer: Buffer): number {
    const known = this.#numbers.get(buffer) ?? this.#numbers.size
    this.#numbers.set(buffer, known)
    return known
  }
}
