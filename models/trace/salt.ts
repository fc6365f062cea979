import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { fromHex } from '@opine/dispute-game/merkle/hex.ts'
import { sha256, WORD } from '@opine/dispute-game/merkle/sha256.ts'
import { TAG_SALT } from '@opine/dispute-game/merkle/tags.ts'

/**
 * What a trace root is bound to, so that a copied root is recognisably a copy.
 * @param oracle     address of the oracle contract, 20 bytes in hexadecimal; likewise `account`, who posts the root
 * @param requestId  32 bytes in hexadecimal
 */
export type SaltContext = { readonly chainId: bigint; readonly oracle: string; readonly requestId: string; readonly account: string }

/**
 * The salt of SPEC section 6, 32 bytes.
 * @throws {OpineError} `HEX_MALFORMED`
 */
export function saltOf({ chainId, oracle, requestId, account }: SaltContext): Uint8Array {
  return sha256(TAG_SALT, uint256(chainId), leftPadded(fromHex(oracle, 20)), fromHex(requestId, 32), leftPadded(fromHex(account, 20)))
}

const uint256 = (value: bigint): Uint8Array => fromHex(`0x${value.toString(16).padStart(2 * WORD, '0')}`, WORD)

const leftPadded = (bytes: Uint8Array): Uint8Array => concatBytes(new Uint8Array(WORD - bytes.length), bytes)
