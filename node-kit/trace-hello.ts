import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import { type Signer, verifyTypedData } from 'ethers'
import type { Deployment } from './deployment.ts'
import { domainOf } from './oaths.ts'

/**
 * How a challenger shows a trace server that a game is its own: EIP-712 `Hello(bytes32 game,address operator,bytes32 nonce)`, SPEC section 7. The
 * server's nonce makes it good for one connection; the operator's account keeps another server from passing it on.
 */
export type Hello = { readonly game: Hex; readonly operator: string; readonly nonce: Hex }

type Where = Pick<Deployment, 'chainId' | 'game'>

const TYPES = {
  Hello: [
    { name: 'game', type: 'bytes32' },
    { name: 'operator', type: 'address' },
    { name: 'nonce', type: 'bytes32' },
  ],
}

export const signHello = async (signer: Signer, where: Where, hello: Hello): Promise<Hex> =>
  (await signer.signTypedData(domainOf(where), TYPES, hello)) as Hex

/** The account that signed; undefined if this is no signature. */
export function signerOfHello(where: Where, hello: Hello, signature: Hex): string | undefined {
  try {
    return verifyTypedData(domainOf(where), TYPES, hello, signature)
  } catch {
    return undefined
  }
}
