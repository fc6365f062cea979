import { WORD } from '@opine/dispute-game/merkle/sha256.ts'

/** EIP-2028 and EIP-7623: a zero byte of calldata is one token, any other four. */
const TOKEN_GAS = 4
const FLOOR_GAS = 10
const BASE_GAS = 21_000

/** Tokens of a word of which so many bytes may be other than zero. */
export const tokensOf = (bytes: number): number => WORD + 3 * Math.min(bytes, WORD)
/** Tokens of a hash, or of data. */
export const HASH_TOKENS = tokensOf(WORD)

/** Tokens of these bytes, padded to words as the ABI does. */
export function tokensOfBytes(bytes: Uint8Array): number {
  const set = bytes.reduce((count, byte) => count + (byte === 0 ? 0 : 1), 0)
  return Math.ceil(bytes.length / WORD) * WORD + 3 * set
}

/** Tokens of a number up to this one, as a word. */
export function tokensUpTo(greatest: number): number {
  let bytes = 0
  for (let rest = greatest; rest >= 1; rest /= 256) bytes += 1
  return tokensOf(bytes)
}

/** Gas of a transaction with so many tokens of calldata whose execution takes `execution`. */
export const transactionGas = (tokens: number, execution: number): number =>
  BASE_GAS + Math.max(TOKEN_GAS * tokens + execution, FLOOR_GAS * tokens)
