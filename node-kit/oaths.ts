import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import { getBytes, keccak256, type Signer, toBeHex } from 'ethers'
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

/** What an asserter swears to, signed: EIP-712, SPEC section 7. The signature binds content and place, for one chain and one game contract. */
export class Oaths {
  readonly #signer: Signer
  readonly #domain: ReturnType<typeof domainOf>

  constructor(signer: Signer, deployment: Pick<Deployment, 'chainId' | 'game'>) {
    this.#signer = signer
    this.#domain = domainOf(deployment)
  }

  /**
   * @param first  kernel of the segment
   * @param roots  its interior list, 32 bytes each
   */
  interior(assertionId: string, first: number, roots: readonly Uint8Array[]): Promise<string> {
    const content = keccak256(concatBytes(...roots))
    return this.#signer.signTypedData(this.#domain, { Interior: fields('first') }, { assertionId, first, content })
  }

  /** @param totals  running totals of the element, 32 bits each */
  totals(assertionId: string, kernel: number, element: number, totals: readonly number[]): Promise<string> {
    const content = keccak256(concatBytes(...totals.map((total) => getBytes(toBeHex(total, 32)))))
    return this.#signer.signTypedData(this.#domain, { Totals: fields('kernel', 'element') }, { assertionId, kernel, element, content })
  }
}
