import { Random } from '@opine/models/ir/random.ts'
import { type Port, product } from '@opine/models/ir/types.ts'
import { packValues } from './pack.ts'

/**
 * Inputs drawn from a seed, the same on every machine: floats are multiples of 2^-12 in -1 .. 1 (exact in binary32), bytes any byte,
 * `i32` 0 or 1, for these are mostly indices or masks and no table is too short for that.
 */
export function randomInputs(ports: readonly Port[], seed: number): Uint8Array[] {
  const random = new Random(seed)
  return ports.map(({ type, shape, name }) => {
    const value = (): number => {
      if (type === 'i32') return random.below(2)
      if (type === 'u8') return random.below(256)
      if (type === 'i8') return random.between(-128, 127)
      return random.between(-4096, 4096) / 4096
    }
    return packValues(type, Array.from({ length: product(shape) }, value), name)
  })
}
