import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { getBytes, hexlify, keccak256, type Signer, toBeHex, verifyTypedData } from 'ethers'
import type { Deployment } from './deployment.ts'

const uint32 = (name: string) => ({ name, type: 'uint32' })
const fields = (...places: readonly string[]) => [
  { name: 'assertionId', type: 'bytes32' },
  ...places.map(uint32),
  { name: 'content', type: 'bytes32' },
]

/** EIP-712 domain of everything that is signed off chain for a deployment. */
export const domainOf = ({ chainId, game }: Pick<Deployment, 'chainId' | 'game'>) =>
  ({ name: 'Opine', version: '1', chainId, verifyingContract: game }) as const

type Where = Pick<Deployment, 'chainId' | 'game'>
type Types = Record<string, { name: string; type: string }[]>

/** What is signed: EIP-712 types and values. */
export type OathData = readonly [types: Types, value: Readonly<Record<string, unknown>>]

/**
 * @param first  kernel of the segment
 * @param roots  its interior list, 32 bytes each
 */
export const interiorOath = (assertionId: string, first: number, roots: readonly Uint8Array[]): OathData => [
  { Interior: fields('first') },
  { assertionId, first, content: keccak256(concatBytes(...roots)) },
]

/** @param totals  running totals of the element, 32 bits each */
export function totalsOath(assertionId: string, kernel: number, element: number, totals: readonly number[]): OathData {
  const content = keccak256(concatBytes(...totals.map((total) => getBytes(toBeHex(total, 32)))))
  return [{ Totals: fields('kernel', 'element') }, { assertionId, kernel, element, content }]
}

/** The account that signed an oath; undefined if this is no signature. */
export function signerOfOath(where: Where, [types, value]: OathData, signature: Uint8Array): string | undefined {
  try {
    return verifyTypedData(domainOf(where), types, value, hexlify(signature))
  } catch {
    return undefined
  }
}

/** What an asserter swears to, signed: EIP-712, SPEC section 7. The signature binds content and place, for one chain and one game contract. */
export class Oaths {
  readonly #signer: Signer
  readonly #where: Where

  constructor(signer: Signer, where: Where) {
    this.#signer = signer
    this.#where = where
  }

  interior(assertionId: string, first: number, roots: readonly Uint8Array[]): Promise<string> {
    return this.#sign(interiorOath(assertionId, first, roots))
  }

  totals(assertionId: string, kernel: number, element: number, totals: readonly number[]): Promise<string> {
    return this.#sign(totalsOath(assertionId, kernel, element, totals))
  }

  #sign([types, value]: OathData): Promise<string> {
    return this.#signer.signTypedData(domainOf(this.#where), types, value)
  }
}
