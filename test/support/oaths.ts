import { concat, keccak256, SigningKey, TypedDataEncoder, toBeHex, zeroPadValue } from 'ethers'
import type { Arena } from './arena.ts'
import { accountKey } from './local-chain.ts'

/** An asserter's EIP-712 signatures, SPEC section 7. @param who  the account that signs */
export const oathsOf = ({ deployment }: Arena, who: number, assertionId: string) => {
  const domain = { name: 'Opine', version: '1', chainId: deployment.chainId, verifyingContract: deployment.game }
  const key = new SigningKey(accountKey(who))
  const field = (name: string, type: string) => ({ name, type })
  const sign = (type: string, fields: readonly string[], values: object): string => {
    const all = [field('assertionId', 'bytes32'), ...fields.map((name) => field(name, 'uint32')), field('content', 'bytes32')]
    return key.sign(TypedDataEncoder.hash(domain, { [type]: all }, { assertionId, ...values })).serialized
  }
  return {
    interior: (first: number, roots: readonly Uint8Array[]): string =>
      sign('Interior', ['first'], { first, content: keccak256(packRoots(roots)) }),
    totals: (kernel: number, element: number, totals: readonly number[]): string =>
      sign('Totals', ['kernel', 'element'], { kernel, element, content: keccak256(packTotals(totals)) }),
  }
}

/** An oath's list as the contract hashes it: 32 bytes an entry. */
export const packRoots = (roots: readonly Uint8Array[]): string => concat([...roots])
export const packTotals = (totals: readonly number[]): string => concat(totals.map((total) => zeroPadValue(toBeHex(total), 32)))
