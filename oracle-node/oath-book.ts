import { OpineError } from '@opine/dispute-game/errors.ts'
import { concatBytes } from '@opine/dispute-game/merkle/bytes.ts'
import type { Hex } from '@opine/dispute-game/merkle/hex.ts'
import type { Oaths } from '@opine/node-kit/oaths.ts'
import type { Store } from '@opine/node-kit/store.ts'
import { keccak256 } from 'ethers'

/**
 * Signs oaths, on chain and off, and never two contents for one place, in however many lives of the process: two signatures lose the bond
 * without any computation. What is signed is on disk before; a machine that computes something else later stops there.
 */
export class OathBook {
  readonly #oaths: Oaths
  readonly #store: Store

  constructor(oaths: Oaths, store: Store) {
    this.#oaths = oaths
    this.#store = store
  }

  /** @throws {OpineError} `OATH_CONTRADICTS` if another content was signed for this place */
  async interior(assertionId: Hex, first: number, roots: readonly Uint8Array[]): Promise<Hex> {
    this.#note(`${assertionId} interior ${first}`, keccak256(concatBytes(...roots)))
    return (await this.#oaths.interior(assertionId, first, roots)) as Hex
  }

  /** @throws {OpineError} `OATH_CONTRADICTS` if another content was signed for this place */
  async totals(assertionId: Hex, kernel: number, element: number, totals: readonly number[]): Promise<Hex> {
    this.#note(`${assertionId} totals ${kernel} ${element}`, totals.join())
    return (await this.#oaths.totals(assertionId, kernel, element, totals)) as Hex
  }

  #note(place: string, content: string): void {
    const known = this.#store.get<string>('oath', place)
    if (known === undefined) this.#store.put('oath', place, content)
    if (known === undefined || known === content) return
    const next = 'this machine does not compute what it did before: check its memory and disk, and do not answer requests on it'
    throw new OpineError('OATH_CONTRADICTS', `another content was sworn for ${place}, so that nothing is signed; ${next}`, { place })
  }
}
