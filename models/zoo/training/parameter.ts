import type { Random } from './random.ts'

/** A trained tensor, row-major, and the gradient that a batch adds up in it. */
export type Parameter = { readonly shape: readonly number[]; readonly value: Float32Array; readonly gradient: Float32Array }

export function parameter(shape: readonly number[], draw: () => number = () => 0): Parameter {
  const value = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw)
  return { shape, value, gradient: new Float32Array(value.length) }
}

/** Uniform in +-`limit`. */
export const uniform =
  (random: Random, limit: number): (() => number) =>
  () =>
    (2 * random() - 1) * limit

/** Uniform in +-sqrt(6 / inputs of one neuron): He et al., Delving Deep into Rectifiers (2015). */
export const heUniform = (random: Random, fanIn: number): (() => number) => uniform(random, Math.sqrt(6 / fanIn))
