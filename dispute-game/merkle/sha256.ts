import { digest } from '@chainsafe/as-sha256'
import { concatBytes } from './bytes.ts'
import { pairHasher } from './pair-hasher.ts'

/** Bytes of a hash and of a tree's word. */
export const WORD = 32

/** SHA-256 (FIPS 180-4) of the concatenation of `parts`; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  // The library hands out slices of a shared pool: copied, so that a digest owns its 32 bytes.
  return digest(parts.length === 1 && first ? first : concatBytes(...parts)).slice()
}

/**
 * The level above: `H(node 2i ‖ node 2i+1)` for every pair.
 * @param level  packed nodes of 32 bytes, an even number of them
 * @param above  receives half as many, packed; does not overlap `level`
 */
export const hashPairs = (level: Uint8Array, above: Uint8Array): void => pairHasher().hashInto(level, above)
