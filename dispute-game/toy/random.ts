import { TEXT, type ToyKernel, type ToyProgram, toyKernel } from './program.ts'

/** Repeatable choices: equal seeds, equal streams on every machine (xorshift32, G. Marsaglia 2003). */
export type Choices = { readonly below: (bound: number) => number; readonly pick: <T>(items: readonly T[]) => T }

export function choices(seed: number): Choices {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  const below = (bound: number): number => {
    for (let i = 0; i < 3; i++) state ^= i === 1 ? state >>> 17 : state << (i === 0 ? 13 : 5)
    return (state >>> 0) % bound
  }
  for (let skip = 0; skip < 8; skip++) below(1)
  return { below, pick: (items) => items[below(items.length)]! }
}

/** A program of up to `most` kernels in segments of up to four, each with a committed kernel somewhere. */
export function randomToy({ below, pick }: Choices, most = 12): ToyProgram {
  const text = 1 + below(9)
  const kernels: ToyKernel[] = []
  const segments: number[] = []
  const total = 1 + below(most)
  while (kernels.length < total) {
    const length = Math.min(1 + below(4), total - kernels.length)
    const first = kernels.length
    const needed = first + below(length)
    for (let k = first; k < first + length; k++) {
      const readable = kernels.flatMap(({ committed }, at) => (committed || at >= first ? [at] : []))
      const operands = Array.from({ length: 1 + below(3) }, () => (below(3) === 0 || readable.length === 0 ? TEXT : pick(readable)))
      const parts = { operands, count: 1 + below(40), size: pick([1, 2, 4, 8, 16, 32]), terms: below(7), block: 1 + below(4) }
      kernels.push(toyKernel({ ...parts, committed: k === needed || below(3) === 0 }))
    }
    segments.push(length)
  }
  return { text, segments, kernels }
}
