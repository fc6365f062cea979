import { packValues } from '@opine/client/values.ts'
import { Random } from '@opine/models/ir/random.ts'
import { type Port, product } from '@opine/models/ir/types.ts'

/**
 * Inputs drawn from a seed, the same on every machine: floats are multiples of 2^-12 in -1 .. 1 (exact in binary32), bytes any byte,
 * `i32` 0 or 1, for these are mostly switches or masks.
 * @param bounds  of each input, the length of the table that its values are positions in, see `indexBounds`: those are drawn below it
 */
export function randomInputs(ports: readonly Port[], seed: number, bounds: readonly number[] = []): Uint8Array[] {
  const random = new Random(seed)
  return ports.map(({ type, shape, name }, index) => {
    const bound = bounds[index] ?? Number.POSITIVE_INFINITY
    const value = (): number => {
      if (type === 'f32' || type === 'f16') return random.between(-4096, 4096) / 4096
      if (Number.isFinite(bound)) return random.below(Math.min(bound, type === 'i8' ? 128 : type === 'u8' ? 256 : bound))
      if (type === 'i32') return random.below(2)
      return type === 'u8' ? random.below(256) : random.between(-128, 127)
    }
    return packValues(type, Array.from({ length: product(shape) }, value), name)
  })
}
